package vp8l

func unpredict(mode uint32, out, row, above []uint32, x0, x1 int) {
	unpredictScalar(mode, out, row, above, x0, x1)
}
func addColour(out, row []uint32, e elements) { addColourScalar(out, row, e) }
func addGreen(out, row []uint32)              { addGreenScalar(out, row) }
func toBytes(out []byte, row []uint32)        { toBytesScalar(out, row) }
