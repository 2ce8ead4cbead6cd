package av1

import "github.com/edgeresize/edgeresize/resize/avif/av1/transform"

// reconstruct sets the transform block at x, y of its plane to the sum of prediction and
// residual ("Reconstruct process").
func (e *searcher) reconstruct(b *block, x, y int, kind uint8, levels []int16, q *quantised, prediction []uint16, steps *quantSteps) {
	n := 4 << b.tx
	s := &e.recon[b.plane]
	dst := s.pix[y*s.stride+x:]
	if q.eob == 0 {
		transform.Copy(dst, s.stride, prediction, n, n)
		return
	}
	w := &e.work
	coefs := w.coefs[2][:n*n]
	dequantise(coefs, levels, steps.step[b.tx], b.tx, q.columns, q.rows)
	w.transformer.Inverse(&w.residual, coefs, n, n, transform.Type(kind), q.columns, q.rows)
	transform.Add(dst, s.stride, prediction, &w.residual, n, n)
}

// dequantisedLimit bounds coefficients: they are from -dequantisedLimit to less than
// dequantisedLimit.
const dequantisedLimit = 1 << 15

// dequantise sets coefs to levels times steps ("Dequantization functions"; step 1 of
// "Reconstruct process"). It may leave out coefficients outside of the first columns and
// rows, where levels are 0.
func dequantise(coefs []int32, levels []int16, steps []int32, tx, columns, rows int) {
	if !vectorDequantise(coefs, levels, steps, tx, columns, rows) {
		scalarDequantise(coefs, levels, steps, tx, columns, rows)
	}
}

// scalarDequantise does dequantise without vectors.
func scalarDequantise(coefs []int32, levels []int16, steps []int32, tx, columns, rows int) {
	shift := oneIf(tx == 3) // dqDenom
	for u := range columns {
		at := u << (tx + 2)
		column, from, by := coefs[at:at+rows], levels[at:at+rows], steps[at:at+rows]
		for v, level := range from {
			c := int32(level) * by[v]
			// Towards zero.
			c = (c + c>>31&int32(shift)) >> shift
			column[v] = min(max(c, -dequantisedLimit), dequantisedLimit-1)
		}
	}
}
