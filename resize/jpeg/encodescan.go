package jpeg

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
)

// codedScan is a scan of coefficients (T.81, B.2.3, G.1.1.1).
type codedScan struct {
	component, components int // the first component, and how many
	from, to, high, low   byte
	tables                uint // set of the tables that its tokens use
	start, end            int  // its part of the tokens
	plain                 int  // bits that belong to no symbol
}

// eachTable yields the tables that s uses.
func (s *codedScan) eachTable(yield func(int) bool) {
	for set := s.tables; set != 0; set &= set - 1 {
		if !yield(bits.TrailingZeros(set)) {
			return
		}
	}
}

// length returns how many bytes scans take before stuffing, with their tables and
// the EOI marker.
func (c *coder) length(scans []codedScan) int {
	n := 2
	for i := range scans {
		scan := &scans[i]
		n += 4 + 4 + 2*scan.components + 4
		coded := int64(scan.plain)
		for table := range scan.eachTable {
			n += 17 + c.codes[table].used
			coded += c.codes[table].bits(&c.counts[table])
		}
		n += int((coded + 7) / 8)
	}
	return n
}

// appendScans appends scans, each after its tables, and the EOI marker.
func (c *coder) appendScans(ctx context.Context, out []byte, scans []codedScan) ([]byte, error) {
	for n := range uint8(17) {
		c.flat[plainToken<<8+int(n)] = symbolCode{length: n}
	}
	for i := range scans {
		scan := &scans[i]
		var params []byte
		for table := range scan.eachTable {
			params = c.codes[table].appendDefinition(params, destinations[table])
			copy(c.flat[table<<8:], c.codes[table].codes[:])
		}
		out = appendSegment(out, markerDHT, params)
		params = append(params[:0], byte(scan.components))
		for i := range scan.components {
			component := scan.component + i
			var dc, ac int // destinations of the tables
			if scan.from == 0 {
				dc = min(component, 1)
			}
			if scan.to == 63 {
				ac = dc
			}
			params = append(params, byte(component+1), byte(dc<<4|ac))
		}
		params = append(params, scan.from, scan.to, scan.high<<4|scan.low)
		out = appendSegment(out, markerSOS, params)
		var err error
		if out, err = c.appendScan(ctx, out, c.tokens[scan.start:scan.end]); err != nil {
			return nil, err
		}
	}
	return append(out, 0xff, markerEOI), nil
}

// appendScan appends the entropy-coded data of a scan (T.81, F.1.2). It stuffs a
// zero after each 0xff and fills up the last byte with ones (B.1.1.5, F.1.2.3).
func (c *coder) appendScan(ctx context.Context, out []byte, tokens []token) ([]byte, error) {
	var acc uint64 // its upper n bits, fewer than 8, are still to be written
	var n uint
	for len(tokens) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		some := tokens[:min(len(tokens), scanPart)]
		tokens = tokens[len(some):]
		// Each step writes eight bytes and keeps the whole ones: their number
		// takes no branch.
		c.unstuffed = atLeast(c.unstuffed, 4*scanPart+8)
		to, at := c.unstuffed, 0
		for _, t := range some {
			code := &c.flat[t>>16&0xfff]
			n += uint(code.length)
			acc |= uint64(code.bits|uint32(t&0xffff)) << (-n & 63)
			binary.BigEndian.PutUint64(to[at:at+8], acc)
			at += int(n >> 3)
			acc <<= n &^ 7 & 63
			n &= 7
		}
		out = appendStuffed(out, to[:at])
	}
	if n > 0 {
		out = appendStuffed(out, []byte{byte(acc>>56) | 0xff>>n})
	}
	return out, nil
}

// scanPart is how many tokens are written as bytes before these are stuffed.
const scanPart = 1 << 12

// appendStuffed appends entropy-coded data with a zero after each 0xff.
func appendStuffed(out, data []byte) []byte {
	for {
		n := bytes.IndexByte(data, 0xff)
		if n < 0 {
			return append(out, data...)
		}
		out = append(append(out, data[:n+1]...), 0)
		data = data[n+1:]
	}
}
