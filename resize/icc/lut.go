package icc

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// parseLUT reads a lut8Type or lut16Type (ICC.1:2022, 10.11 and 10.10), whose values
// are of width bytes: input curves, table, output curves. Their matrix applies only to
// XYZ input.
func (t *Transform) parseLUT(tag []byte, width int) error {
	in, out := int(tag[8]), int(tag[9])
	if in != channels || out != 3 {
		return fmt.Errorf("a table has %d input and %d output channels", in, out)
	}
	inputs, outputs, start := 256, 256, 48
	if width == 2 {
		if len(tag) < 52 {
			return errors.New("table cut off")
		}
		inputs, outputs, start = int(binary.BigEndian.Uint16(tag[48:])), int(binary.BigEndian.Uint16(tag[50:])), 52
		if inputs < 2 || inputs > 4096 || outputs < 2 || outputs > 4096 {
			return fmt.Errorf("the curves have %d and %d points", inputs, outputs)
		}
	}
	if len(tag) < start {
		return errors.New("table cut off")
	}
	for ch := range t.grid {
		t.grid[ch] = int(tag[10])
	}
	values := tag[start:]
	curves, values, err := takeTables(values, channels, inputs, width)
	if err != nil {
		return err
	}
	values, err = t.takeCLUT(values, width)
	if err != nil {
		return err
	}
	t.fillInput([channels]curve(curves))
	curves, _, err = takeTables(values, 3, outputs, width)
	if err != nil {
		return err
	}
	t.output = [3]curve(curves)
	return nil
}

// takeTables takes n curves from the front of data, and returns the rest. A curve has
// the given number of values, of width bytes each.
func takeTables(data []byte, n, values, width int) ([]curve, []byte, error) {
	size := values * width
	if len(data) < n*size {
		return nil, nil, errors.New("curves cut off")
	}
	curves := make([]curve, n)
	for i := range curves {
		curves[i] = sampled(normalised(data[i*size:][:size], width))
	}
	return curves, data[n*size:], nil
}

// takeCLUT takes the table of t.grid's size from the front of data, and returns the
// rest.
func (t *Transform) takeCLUT(data []byte, width int) ([]byte, error) {
	size := 3 * width // a byte for each grid side, so four of them cannot overflow
	for _, n := range t.grid {
		if n < 1 {
			return nil, errors.New("a grid has no points")
		}
		size *= n
		if size > len(data) {
			return nil, errors.New("table cut off")
		}
	}
	t.clut = normalised(data[:size], width)
	return data[size:], nil
}

// fillInput evaluates the input curves for every amount of ink.
func (t *Transform) fillInput(curves [channels]curve) {
	for ch, c := range curves {
		last := float64(t.grid[ch] - 1)
		for ink := range 256 {
			t.input[ch][ink] = float32(clip(c(float64(ink)/255)) * last)
		}
	}
}

// normalised converts big-endian values of width bytes, 1 or 2, to 0 to 1.
func normalised(data []byte, width int) []float32 {
	v := make([]float32, len(data)/width)
	for i := range v {
		if width == 1 {
			v[i] = float32(data[i]) / 0xff
		} else {
			v[i] = float32(binary.BigEndian.Uint16(data[2*i:])) / 0xffff
		}
	}
	return v
}

// parseAToB reads a lutAToBType (ICC.1:2022, 10.12): A curves, table, M curves, matrix,
// B curves. M curves and matrix are both there or both absent.
func (t *Transform) parseAToB(tag []byte) error {
	in, out := int(tag[8]), int(tag[9])
	if in != channels || out != 3 {
		return fmt.Errorf("a table has %d input and %d output channels", in, out)
	}
	offset := func(at int) uint64 { return uint64(binary.BigEndian.Uint32(tag[at:])) }
	bCurves, mat, mCurves, clut, aCurves := offset(12), offset(16), offset(20), offset(24), offset(28)
	if bCurves == 0 || clut == 0 || aCurves == 0 {
		return errors.New("a table has no curves")
	}
	if (mat == 0) != (mCurves == 0) {
		return errors.New("a matrix has no curves")
	}
	if err := t.parseAToBTable(tag, clut); err != nil {
		return err
	}
	curves, err := parseCurves(tag, aCurves, channels)
	if err != nil {
		return err
	}
	t.fillInput([channels]curve(curves))
	if mat != 0 {
		if t.middle, err = parseMatrix(tag, mat, mCurves); err != nil {
			return err
		}
	}
	curves, err = parseCurves(tag, bCurves, 3)
	if err != nil {
		return err
	}
	t.output = [3]curve(curves)
	return nil
}

// parseAToBTable reads the table of a lutAToBType (10.12.4).
func (t *Transform) parseAToBTable(tag []byte, at uint64) error {
	const head = 20 // 16 grid sides, bytes a value, padding
	if at+head > uint64(len(tag)) {
		return errors.New("a table extends beyond its tag")
	}
	data := tag[at:]
	for ch := range t.grid {
		t.grid[ch] = int(data[ch])
	}
	width := int(data[16])
	if width != 1 && width != 2 {
		return fmt.Errorf("a table has %d bytes per value", width)
	}
	_, err := t.takeCLUT(data[head:], width)
	return err
}

// parseMatrix reads the matrix of a lutAToBType and its curves.
func parseMatrix(tag []byte, at, curvesAt uint64) (*matrix, error) {
	if at+48 > uint64(len(tag)) {
		return nil, errors.New("a matrix extends beyond its tag")
	}
	curves, err := parseCurves(tag, curvesAt, 3)
	if err != nil {
		return nil, err
	}
	m := &matrix{curves: [3]curve(curves)}
	for i := range m.factor {
		m.factor[i] = s15Fixed16(tag[int(at)+4*i:])
	}
	for i := range m.offset {
		m.offset[i] = s15Fixed16(tag[int(at)+36+4*i:])
	}
	return m, nil
}
