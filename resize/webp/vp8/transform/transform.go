// Package transform inverts the transforms of VP8, RFC 6386 section 14, in 16-bit
// arithmetic that wraps around.
package transform

// Four holds the coefficients of four blocks of 4 × 4 side by side, or the
// residuals that they become: 4 rows of 16. Row y of block b begins at 16y + 4b.
type Four [64]int16

// Multipliers of RFC 6386 section 14.4: √2 cos(π/8) - 1 and √2 sin(π/8), times
// 1<<16.
const (
	cosine = 20091
	sine   = 35468
)

// Inverse transforms the coefficients of four blocks into the residuals to add to
// the predicted samples.
func (f *Four) Inverse() {
	if f.vectorInverse() {
		return
	}
	for x := range 16 {
		f[x], f[x+16], f[x+32], f[x+48] = inverse4(f[x], f[x+16], f[x+32], f[x+48])
	}
	for i := 0; i < 64; i += 4 {
		row := f[i : i+4 : i+4]
		a, b, c, d := inverse4(row[0]+4, row[1], row[2], row[3])
		row[0], row[1], row[2], row[3] = a>>3, b>>3, c>>3, d>>3
	}
}

// inverse4 transforms a line.
func inverse4(v0, v1, v2, v3 int16) (w0, w1, w2, w3 int16) {
	a, b := v0+v2, v0-v2
	c := int16(int32(v1)*sine>>16) - (v3 + int16(int32(v3)*cosine>>16))
	d := v1 + int16(int32(v1)*cosine>>16) + int16(int32(v3)*sine>>16)
	return a + d, b + c, b - c, a - d
}

// InverseDC does what Inverse does if only the first coefficient of each block is
// not 0.
func (f *Four) InverseDC() {
	for i := 0; i < 16; i += 4 {
		v := (f[i] + 4) >> 3
		for y := i; y < 64; y += 16 {
			row := f[y : y+4 : y+4]
			row[0], row[1], row[2], row[3] = v, v, v, v
		}
	}
}

// InverseY2 transforms the coefficients of Y2, row by row, into the first
// coefficients of the four rows of luma blocks: RFC 6386 section 14.3.
func InverseY2(y2 *[16]int16, luma *[4]Four) {
	var t [16]int16
	for x := range 4 {
		a, b := y2[x]+y2[x+12], y2[x+4]+y2[x+8]
		c, d := y2[x+4]-y2[x+8], y2[x]-y2[x+12]
		t[x], t[x+4], t[x+8], t[x+12] = a+b, c+d, a-b, d-c
	}
	for y := range luma {
		row := t[4*y : 4*y+4 : 4*y+4]
		a, b := row[0]+row[3]+3, row[1]+row[2]
		c, d := row[1]-row[2], row[0]-row[3]+3
		luma[y][0], luma[y][4], luma[y][8], luma[y][12] = (a+b)>>3, (c+d)>>3, (a-b)>>3, (d-c)>>3
	}
}

// AddRow adds f, four blocks in a row, to 16 × 4 samples of dst with rows stride
// apart, and clips the sums to 0 to 255.
func (f *Four) AddRow(dst []uint8, stride int) {
	if f.vectorAddRow(dst, stride) {
		return
	}
	for y := range 4 {
		add(dst[y*stride:][:16], f[16*y:][:16])
	}
}

// AddSquare adds f, two rows of two blocks, to 8 × 8 samples of dst with rows
// stride apart, and clips the sums to 0 to 255.
func (f *Four) AddSquare(dst []uint8, stride int) {
	if f.vectorAddSquare(dst, stride) {
		return
	}
	for y := range 8 {
		add(dst[y*stride:][:8], f[16*(y&3)+y>>2*8:][:8])
	}
}

// AddBlock adds one block of f to 4 × 4 samples of dst with rows stride apart,
// and clips the sums to 0 to 255.
func (f *Four) AddBlock(block int, dst []uint8, stride int) {
	if f.vectorAddBlock(block, dst, stride) {
		return
	}
	for y := range 4 {
		add(dst[y*stride:][:4], f[16*y+4*block:][:4])
	}
}

// add adds residual to dst and clips the sums.
func add(dst []uint8, residual []int16) {
	for i, v := range residual {
		dst[i] = uint8(min(255, max(0, int(dst[i])+int(v))))
	}
}
