package predict

// LumaAC sets ac, width*height values in rows of width, to the differences of the luma
// beneath a block of chroma from its average, with 3 fraction bits (section 7.11.5,
// Predict chroma from luma process). luma begins with the first sample beneath the block.
// If subsampled, luma has twice as many samples in both directions (4:2:0), otherwise as
// many (4:4:4). 32 readable samples must follow luma's last one.
func LumaAC(ac []int16, luma []uint8, stride, width, height int, subsampled bool) {
	ac = ac[:width*height]
	if !vectorLumaAC(ac, luma, stride, width, height, subsampled) {
		lumaAC(ac, luma, stride, width, height, subsampled)
	}
}

// lumaAC does LumaAC without vectors.
func lumaAC(ac []int16, luma []uint8, stride, width, height int, subsampled bool) {
	sum := int32(0)
	for i := range height {
		row := ac[i*width:][:width]
		if subsampled {
			upper, lower := luma[2*i*stride:][:2*width], luma[(2*i+1)*stride:][:2*width]
			for j := range row {
				row[j] = 2 * (int16(upper[2*j]) + int16(upper[2*j+1]) + int16(lower[2*j]) + int16(lower[2*j+1]))
				sum += int32(row[j])
			}
			continue
		}
		for j, s := range luma[i*stride:][:width] {
			row[j] = 8 * int16(s)
			sum += int32(row[j])
		}
	}
	average := averageOf(sum, len(ac))
	for i := range ac {
		ac[i] -= average
	}
}

// averageOf returns sum/n rounded; n is a power of 2.
func averageOf(sum int32, n int) int16 { return int16((uint32(sum) + uint32(n)/2) / uint32(n)) }

// ChromaFromLuma sets dst, with as many samples as ac, to the prediction from LumaAC's
// ac: average, which mode DC predicts, plus alpha/8 times luma's differences. alpha is
// -16 … 16.
func ChromaFromLuma(dst []uint16, ac []int16, average uint16, alpha int) {
	dst = dst[:len(ac)]
	if !vectorChromaFromLuma(dst, ac, average, alpha) {
		chromaFromLuma(dst, ac, average, alpha)
	}
}

// chromaFromLuma does ChromaFromLuma without vectors.
func chromaFromLuma(dst []uint16, ac []int16, average uint16, alpha int) {
	for i, a := range ac {
		dst[i] = uint16(min(max(int(average)+round2Signed(alpha*int(a), 6), 0), 255))
	}
}

// round2Signed does Round2Signed.
func round2Signed(x int, n uint) int {
	if x < 0 {
		return -((-x + 1<<(n-1)) >> n)
	}
	return (x + 1<<(n-1)) >> n
}

// Correlation returns the sum of products of LumaAC's ac and src's differences from
// average, and the sum of squares of ac. The alpha that fits src best is 64 * products /
// squares. Row y of src begins at y*stride. 32 readable samples must follow src's last
// row.
func Correlation(ac []int16, src []uint8, stride int, average uint16, width, height int) (products, squares int) {
	ac = ac[:width*height]
	if products, squares, ok := vectorCorrelation(ac, src, stride, average, width, height); ok {
		return products, squares
	}
	return correlation(ac, src, stride, average, width, height)
}

// correlation does Correlation without vectors.
func correlation(ac []int16, src []uint8, stride int, average uint16, width, height int) (products, squares int) {
	for i := range height {
		samples := src[i*stride:][:width]
		for j, a := range ac[i*width:][:width] {
			products += int(a) * (int(samples[j]) - int(average))
			squares += int(a) * int(a)
		}
	}
	return products, squares
}
