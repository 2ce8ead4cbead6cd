package transform

import (
	"math"
	"math/bits"
)

// reference does the specification's inverse transform step by step, on the array T.
// outside says whether a value broke a demand of conformance.
type reference struct {
	T       [64]int
	outside bool
}

// check returns x, and sets outside if x does not fit into bits.
func (t *reference) check(x int, bits uint) int {
	if x < -1<<(bits-1) || x >= 1<<(bits-1) {
		t.outside = true
	}
	return x
}

func cosine(angle int) int {
	table := [65]int{
		4096, 4095, 4091, 4085, 4076, 4065, 4052, 4036,
		4017, 3996, 3973, 3948, 3920, 3889, 3857, 3822,
		3784, 3745, 3703, 3659, 3612, 3564, 3513, 3461,
		3406, 3349, 3290, 3229, 3166, 3102, 3035, 2967,
		2896, 2824, 2751, 2675, 2598, 2520, 2440, 2359,
		2276, 2191, 2106, 2019, 1931, 1842, 1751, 1660,
		1567, 1474, 1380, 1285, 1189, 1092, 995, 897,
		799, 700, 601, 501, 401, 301, 201, 101, 0,
	}
	switch angle &= 255; {
	case angle <= 64:
		return table[angle]
	case angle <= 128:
		return -table[128-angle]
	case angle <= 192:
		return -table[angle-128]
	}
	return table[256-angle]
}

func sine(angle int) int { return cosine(angle - 64) }

func round2(x int, n uint) int {
	if n == 0 {
		return x
	}
	return (x + 1<<(n-1)) >> n
}

func clip3(low, high, x int) int { return min(max(x, low), high) }

func (t *reference) B(a, b, angle, flip int, r uint) {
	x := t.T[a]*cosine(angle) - t.T[b]*sine(angle)
	y := t.T[a]*sine(angle) + t.T[b]*cosine(angle)
	t.T[a] = t.check(round2(x, 12), r)
	t.T[b] = t.check(round2(y, 12), r)
	if flip == 1 {
		t.T[a], t.T[b] = t.T[b], t.T[a]
	}
}

func (t *reference) H(a, b, flip int, r uint) {
	if flip == 1 {
		a, b = b, a
	}
	x, y := t.T[a], t.T[b]
	t.T[a] = clip3(-1<<(r-1), 1<<(r-1)-1, x+y)
	t.T[b] = clip3(-1<<(r-1), 1<<(r-1)-1, x-y)
}

func reverse(n, x int) int { return int(bits.Reverse64(uint64(x)) >> (64 - n)) }

// dct does the inverse DCT process (section 7.13.2.3); comments number its steps.
func (t *reference) dct(n int, r uint) {
	copyT := t.T
	for i := range 1 << n { // 1
		t.T[i] = copyT[reverse(n, i)]
	}
	for i := 0; i < 8 && n >= 5; i++ { // 3
		t.B(16+i, 31-i, 6+(reverse(3, 7-i)<<3), 0, r)
	}
	for i := 0; i < 4 && n >= 4; i++ { // 5
		t.B(8+i, 15-i, 12+(reverse(2, 3-i)<<4), 0, r)
	}
	for i := 0; i < 8 && n >= 5; i++ { // 6
		t.H(16+2*i, 17+2*i, i&1, r)
	}
	for i := 0; i < 2 && n >= 3; i++ { // 8
		t.B(4+i, 7-i, 56-32*i, 0, r)
	}
	for i := 0; i < 4 && n >= 4; i++ { // 9
		t.H(8+2*i, 9+2*i, i&1, r)
	}
	for i := 0; i < 2 && n >= 5; i++ { // 10
		for j := range 2 {
			t.B(30-4*i-j, 17+4*i+j, 24+(j<<6)+((1-i)<<5), 1, r)
		}
	}
	for i := range 2 { // 12
		t.B(2*i, 2*i+1, 32+16*i, 1-i, r)
	}
	for i := 0; i < 2 && n >= 3; i++ { // 13
		t.H(4+2*i, 5+2*i, i, r)
	}
	for i := 0; i < 2 && n >= 4; i++ { // 14
		t.B(14-i, 9+i, 48+64*i, 1, r)
	}
	for i := 0; i < 4 && n >= 5; i++ { // 15
		for j := range 2 {
			t.H(16+4*i+j, 19+4*i-j, i&1, r)
		}
	}
	for i := range 2 { // 17
		t.H(i, 3-i, 0, r)
	}
	if n >= 3 { // 18
		t.B(6, 5, 32, 1, r)
	}
	for i := 0; i < 2 && n >= 4; i++ { // 19
		for j := range 2 {
			t.H(8+4*i+j, 11+4*i-j, i, r)
		}
	}
	for i := 0; i < 4 && n >= 5; i++ { // 20
		t.B(29-i, 18+i, 48+(i>>1)*64, 1, r)
	}
	for i := 0; i < 4 && n >= 3; i++ { // 22
		t.H(i, 7-i, 0, r)
	}
	for i := 0; i < 2 && n >= 4; i++ { // 23
		t.B(13-i, 10+i, 32, 1, r)
	}
	for i := 0; i < 2 && n >= 5; i++ { // 24
		for j := range 4 {
			t.H(16+i*8+j, 23+i*8-j, i, r)
		}
	}
	for i := 0; i < 8 && n >= 4; i++ { // 26
		t.H(i, 15-i, 0, r)
	}
	for i := 0; i < 4 && n >= 5; i++ { // 27
		t.B(27-i, 20+i, 32, 1, r)
	}
	for i := 0; i < 16 && n >= 5; i++ { // 29
		t.H(i, 31-i, 0, r)
	}
}

func (t *reference) adst(n int, r uint) {
	switch n {
	case 2:
		t.adst4(r)
	case 3:
		t.adst8(r)
	default:
		t.adst16(r)
	}
}

// adst4 does section 7.13.2.6.
func (t *reference) adst4(r uint) {
	const sinpi1, sinpi2, sinpi3, sinpi4 = 1321, 2482, 3344, 3803
	T, s, x := &t.T, [7]int{}, [4]int{}
	s[0] = t.check(sinpi1*T[0], r+12)
	s[1] = t.check(sinpi2*T[0], r+12)
	s[2] = t.check(sinpi3*T[1], r+12)
	s[3] = t.check(sinpi4*T[2], r+12)
	s[4] = t.check(sinpi1*T[2], r+12)
	s[5] = t.check(sinpi2*T[3], r+12)
	s[6] = t.check(sinpi4*T[3], r+12)
	a7 := t.check(T[0]-T[2], r+1)
	b7 := t.check(a7+T[3], r)
	s[0] = t.check(s[0]+s[3], r+12)
	s[1] = t.check(s[1]-s[4], r+12)
	s[3] = s[2]
	s[2] = t.check(sinpi3*b7, r+12)
	s[0] = t.check(s[0]+s[5], r+12)
	s[1] = t.check(s[1]-s[6], r+12)
	x[0] = t.check(s[0]+s[3], r+12)
	x[1] = t.check(s[1]+s[3], r+12)
	x[2] = s[2]
	x[3] = t.check(s[0]+s[1], r+12)
	x[3] = t.check(x[3]-s[3], r+12)
	for i := range x {
		T[i] = round2(x[i], 12)
	}
}

func (t *reference) permuteInput(n int) {
	copyT, n0 := t.T, 1<<n
	for i := range n0 {
		idx := n0 - i - 1
		if i&1 == 1 {
			idx = i - 1
		}
		t.T[i] = copyT[idx]
	}
}

func (t *reference) permuteOutput(n int) {
	copyT := t.T
	for i := range 1 << n {
		a := (i >> 3) & 1
		b := ((i >> 2) & 1) ^ ((i >> 3) & 1)
		c := ((i >> 1) & 1) ^ ((i >> 2) & 1)
		d := (i & 1) ^ ((i >> 1) & 1)
		idx := ((d << 3) | (c << 2) | (b << 1) | a) >> (4 - n)
		t.T[i] = copyT[idx]
		if i&1 == 1 {
			t.T[i] = -copyT[idx]
		}
	}
}

// adst8 does section 7.13.2.7.
func (t *reference) adst8(r uint) {
	t.permuteInput(3)
	for i := range 4 {
		t.B(2*i, 2*i+1, 60-16*i, 1, r)
	}
	for i := range 4 {
		t.H(i, 4+i, 0, r)
	}
	for i := range 2 {
		t.B(4+3*i, 5+i, 48-32*i, 1, r)
	}
	for i := range 2 {
		for j := range 2 {
			t.H(4*j+i, 2+4*j+i, 0, r)
		}
	}
	for i := range 2 {
		t.B(2+4*i, 3+4*i, 32, 1, r)
	}
	t.permuteOutput(3)
}

// adst16 does section 7.13.2.8.
func (t *reference) adst16(r uint) {
	t.permuteInput(4)
	for i := range 8 {
		t.B(2*i, 2*i+1, 62-8*i, 1, r)
	}
	for i := range 8 {
		t.H(i, 8+i, 0, r)
	}
	for i := range 2 {
		t.B(8+2*i, 9+2*i, 56-32*i, 1, r)
		t.B(13+2*i, 12+2*i, 8+32*i, 1, r)
	}
	for i := range 4 {
		for j := range 2 {
			t.H(8*j+i, 4+8*j+i, 0, r)
		}
	}
	for i := range 2 {
		for j := range 2 {
			t.B(4+8*j+3*i, 5+8*j+i, 48-32*i, 1, r)
		}
	}
	for i := range 2 {
		for j := range 4 {
			t.H(4*j+i, 2+4*j+i, 0, r)
		}
	}
	for i := range 4 {
		t.B(2+4*i, 3+4*i, 32, 1, r)
	}
	t.permuteOutput(4)
}

// rowShifts are Transform_Row_Shift by log2 of width and height.
var rowShifts = map[[2]int]uint{
	{2, 2}: 0, {3, 3}: 1, {4, 4}: 2, {5, 5}: 2, {2, 3}: 0, {3, 2}: 0, {3, 4}: 1,
	{4, 3}: 1, {4, 5}: 1, {5, 4}: 1, {2, 4}: 1, {4, 2}: 1, {3, 5}: 2, {5, 3}: 2,
}

// inverse2D does section 7.13.3, for Dequant[ i ][ j ] transposed.
func (t *reference) inverse2D(dequant []int32, log2W, log2H int, kind Type) *Block {
	const bitDepth = 8
	w, h := 1<<log2W, 1<<log2H
	rowClampRange, colClampRange := uint(bitDepth+8), uint(max(bitDepth+6, 16))
	var residual [32][32]int
	for i := range h {
		for j := range w {
			t.T[j] = int(dequant[j*h+i])
			if log2W-log2H == 1 || log2H-log2W == 1 {
				t.T[j] = round2(t.T[j]*2896, 12)
			}
		}
		if kind == DCTDCT || kind == ADSTDCT {
			t.dct(log2W, rowClampRange)
		} else {
			t.adst(log2W, rowClampRange)
		}
		for j := range w {
			residual[i][j] = round2(t.T[j], rowShifts[[2]int{log2W, log2H}])
			residual[i][j] = clip3(-1<<(colClampRange-1), 1<<(colClampRange-1)-1, residual[i][j])
		}
	}
	var out Block
	for j := range w {
		for i := range h {
			t.T[i] = residual[i][j]
		}
		if kind == DCTDCT || kind == DCTADST {
			t.dct(log2H, colClampRange)
		} else {
			t.adst(log2H, colClampRange)
		}
		for i := range h {
			out[i*Stride+j] = int16(round2(t.T[i], 4))
		}
	}
	return &out
}

// basis returns the orthonormal transform of n points that a kind approximates, 0 for DCT
// and 1 for ADST. The weight of input i in output k is at [k][i].
func basis(n, kind int) [][]float64 {
	m := make([][]float64, n)
	for k := range m {
		m[k] = make([]float64, n)
		for i := range m[k] {
			x := math.Cos(float64(k*(2*i+1)) * math.Pi / float64(2*n))
			switch {
			case kind == 0 && k == 0:
				x = math.Sqrt(0.5)
			case kind == 1 && n == 4:
				x = math.Sqrt(8./9) * math.Sin(float64((i+1)*(2*k+1))*math.Pi/9)
			case kind == 1:
				x = math.Sin(float64((2*i+1)*(2*k+1)) * math.Pi / float64(4*n))
			}
			m[k][i] = x * math.Sqrt(2/float64(n))
		}
	}
	return m
}
