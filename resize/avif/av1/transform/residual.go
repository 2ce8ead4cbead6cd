package transform

// Residual sets residual to the differences of src and prediction. Row y of src begins at
// y*stride, and row y of prediction, samples of 0 … 255, at y*width. 32 readable samples
// must follow src's last row.
func Residual(residual *Block, src []uint8, stride int, prediction []uint16, width, height int) {
	if !vectorResidual(residual, src, stride, prediction, width, height) {
		subtract(residual, src, stride, prediction, width, height)
	}
}

// subtract does Residual without vectors.
func subtract(residual *Block, src []uint8, stride int, prediction []uint16, width, height int) {
	for y := range height {
		row, samples, predicted := residual[y*Stride:][:width], src[y*stride:][:width], prediction[y*width:][:width]
		for x := range row {
			row[x] = int16(samples[x]) - int16(predicted[x])
		}
	}
}

// Add sets dst to the sum of prediction and residual, clamped to 0 … 255 (step 3 of
// section 7.12.3, Reconstruct process). Row y of dst begins at y*stride, row y of
// prediction at y*width. Only width samples of a row are written.
func Add(dst []uint8, stride int, prediction []uint16, residual *Block, width, height int) {
	if !vectorAdd(dst, stride, prediction, residual, width, height) {
		add(dst, stride, prediction, residual, width, height)
	}
}

// add does Add without vectors.
func add(dst []uint8, stride int, prediction []uint16, residual *Block, width, height int) {
	for y := range height {
		row, samples, predicted := residual[y*Stride:][:width], dst[y*stride:][:width], prediction[y*width:][:width]
		for x := range row {
			samples[x] = uint8(min(max(int32(predicted[x])+int32(row[x]), 0), 255))
		}
	}
}

// Copy sets dst to prediction, like Add without a residual.
func Copy(dst []uint8, stride int, prediction []uint16, width, height int) {
	if !vectorCopy(dst, stride, prediction, width, height) {
		copySamples(dst, stride, prediction, width, height)
	}
}

// copySamples does Copy without vectors.
func copySamples(dst []uint8, stride int, prediction []uint16, width, height int) {
	for y := range height {
		samples, predicted := dst[y*stride:][:width], prediction[y*width:][:width]
		for x := range samples {
			samples[x] = uint8(predicted[x])
		}
	}
}

// SATD returns the sum of absolute values of the Hadamard transforms of the residual's
// 8x8 blocks. They are not normalised: each is 8 times that of an orthonormal transform.
// width and height are multiples of 8. For src and prediction see Residual.
func SATD(src []uint8, stride int, prediction []uint16, width, height int) int {
	if sum, ok := vectorSATD(src, stride, prediction, width, height); ok {
		return sum
	}
	return satd(src, stride, prediction, width, height)
}

// satd does SATD without vectors.
func satd(src []uint8, stride int, prediction []uint16, width, height int) int {
	sum := 0
	for y := 0; y < height; y += 8 {
		for x := 0; x < width; x += 8 {
			sum += satd8(src[y*stride+x:], stride, prediction[y*width+x:], width)
		}
	}
	return sum
}

// satd8 returns the SATD of 8x8 samples; prediction's rows are predictionStride apart.
func satd8(src []uint8, stride int, prediction []uint16, predictionStride int) int {
	var rows [8][8]int32
	for y := range rows {
		var d [8]int32
		samples, predicted := src[y*stride:][:8], prediction[y*predictionStride:][:8]
		for x := range d {
			d[x] = int32(samples[x]) - int32(predicted[x])
		}
		rows[y] = hadamard8(d)
	}
	sum := int32(0)
	for x := range 8 {
		var column [8]int32
		for y := range rows {
			column[y] = rows[y][x]
		}
		for _, c := range hadamard8(column) {
			sum += max(c, -c)
		}
	}
	return int(sum)
}

// hadamard8 returns the Hadamard transform of 8 values, in an order of its own.
func hadamard8(d [8]int32) [8]int32 {
	a0, a1, a2, a3 := d[0]+d[4], d[1]+d[5], d[2]+d[6], d[3]+d[7]
	a4, a5, a6, a7 := d[0]-d[4], d[1]-d[5], d[2]-d[6], d[3]-d[7]
	b0, b1, b2, b3 := a0+a2, a1+a3, a0-a2, a1-a3
	b4, b5, b6, b7 := a4+a6, a5+a7, a4-a6, a5-a7
	return [8]int32{b0 + b1, b0 - b1, b2 + b3, b2 - b3, b4 + b5, b4 - b5, b6 + b7, b6 - b7}
}
