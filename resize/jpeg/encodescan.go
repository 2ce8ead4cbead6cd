package jpeg

import (
	"context"
	"encoding/binary"
	"math/bits"
)

// codedScan is a scan of coefficients (T.81, B.2.3, G.1.1.1).
type codedScan struct {
	component, components int // the first, and how many
	from, to, high, low   byte
	tables                uint // a set of those that its tokens use
	start, end            int  // of its tokens
	plain                 int  // bits that are in no symbol
}

// eachTable yields the tables of a scan.
func (s *codedScan) eachTable(yield func(int) bool) {
	for set := s.tables; set != 0; set &= set - 1 {
		if !yield(bits.TrailingZeros(set)) {
			return
		}
	}
}

// length returns how many bytes scans take with their tables and what ends the
// picture, but for stuffing.
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

// appendScans appends scans, each behind its tables, and the end of the picture.
func (c *coder) appendScans(ctx context.Context, out []byte, scans []codedScan) ([]byte, error) {
	for i := range scans {
		scan := &scans[i]
		var params []byte
		for table := range scan.eachTable {
			params = c.codes[table].appendDefinition(params, destinations[table])
		}
		out = appendSegment(out, markerDHT, params)
		params = append(params[:0], byte(scan.components))
		for i := range scan.components {
			component := scan.component + i
			var dc, ac int // places of tables
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

// plainCodes are those of plainToken.
var plainCodes = func() (codes [256]symbolCode) {
	for n := range 17 {
		codes[n].length = uint8(n)
	}
	return codes
}()

// appendScan appends the entropy-coded data of tokens (T.81, F.1.2), with
// zeros stuffed behind bytes of ones and the last byte filled with ones (B.1.1.5,
// F.1.2.3).
func (c *coder) appendScan(ctx context.Context, out []byte, tokens []token) ([]byte, error) {
	var codes [16]*[256]symbolCode
	for i := range c.codes {
		codes[i] = &c.codes[i].codes
	}
	codes[plainToken] = &plainCodes
	var acc uint64 // the lowest n bits are still to be written, fewer than 32
	var n uint
	for i, t := range tokens {
		if i%(1<<16) == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		code := &codes[t>>24&15][t>>16&0xff]
		acc = acc<<code.length | uint64(code.bits|uint32(t&0xffff))
		n += uint(code.length)
		if n >= 32 {
			n -= 32
			out = appendStuffed(out, uint32(acc>>n))
		}
	}
	fill := -n & 7
	acc = acc<<fill | (1<<fill - 1)
	for n += fill; n > 0; {
		n -= 8
		out = append(out, byte(acc>>n))
		if byte(acc>>n) == 0xff {
			out = append(out, 0)
		}
	}
	return out, nil
}

// appendStuffed appends four bytes of entropy-coded data.
func appendStuffed(out []byte, four uint32) []byte {
	// A byte of ones is one of which the complement is 0: taking 1 from it
	// makes its top bit 1.
	if (^four-0x01010101)&four&0x80808080 == 0 {
		return binary.BigEndian.AppendUint32(out, four)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		b := byte(four >> shift)
		out = append(out, b)
		if b == 0xff {
			out = append(out, 0)
		}
	}
	return out
}
