package jpeg

import "encoding/binary"

// zigzag maps coefficients in coded order to their places in a block, row by row
// (ITU-T T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10,
	17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34,
	27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36,
	29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
}

// quantSlots are the quantisation tables that components may select.
type quantSlots [4]quantTable

// quantTable is a quantisation table, in the order of zigzag.
type quantTable struct {
	defined bool
	step    [64]uint16
}

// define reads a DQT segment (B.2.4.1).
func (t *quantSlots) define(p []byte) error {
	for len(p) > 0 {
		precision, i := p[0]>>4, p[0]&15
		p = p[1:]
		if precision > 1 || i > 3 {
			return formatError("quantisation table out of range")
		}
		size := 64 << precision
		if len(p) < size {
			return formatError("quantisation table cut short")
		}
		table := &t[i]
		table.defined = true
		for k := range table.step {
			if precision == 0 {
				table.step[k] = uint16(p[k])
			} else {
				table.step[k] = binary.BigEndian.Uint16(p[2*k:])
			}
		}
		p = p[size:]
	}
	return nil
}

// defineHuffman reads a DHT segment (B.2.4.2).
func (d *decoder) defineHuffman(p []byte) error {
	for len(p) > 0 {
		class, i := p[0]>>4, p[0]&15
		if class > 1 || i > 3 {
			return formatError("Huffman table out of range")
		}
		n, err := d.huffman[class][i].define(p[1:], class == 1)
		if err != nil {
			return err
		}
		p = p[1+n:]
	}
	return nil
}
