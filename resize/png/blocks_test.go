package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"testing"
)

// randomLengths returns the lengths of a complete code for n of the symbols, some of
// them as long as permitted.
func randomLengths(random *rand.Rand, n, symbols int) []uint8 {
	leaves := []uint8{0}
	for len(leaves) < n {
		i := random.IntN(len(leaves))
		if random.IntN(3) > 0 {
			i = len(leaves) - 1
		}
		if leaves[i] == maxCodeBits {
			continue
		}
		leaves[i]++
		leaves = append(leaves, leaves[i])
	}
	lengths := make([]uint8, symbols)
	for i, symbol := range random.Perm(symbols)[:n] {
		lengths[symbol] = leaves[i]
	}
	return lengths
}

// block writes a dynamic block (RFC 1951, 3.2.7).
type block struct {
	out  []byte
	bits uint
}

// write writes the lowest n bits of v, the lowest first.
func (b *block) write(v, n int) {
	for i := range n {
		if b.bits%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[len(b.out)-1] |= byte(v>>i&1) << (b.bits % 8)
		b.bits++
	}
}

// symbol writes a symbol's canonical code (RFC 1951, 3.2.2), its first bit first.
func (b *block) symbol(lengths []uint8, symbol int) {
	code := 0
	for n := uint8(1); n <= lengths[symbol]; n++ {
		code <<= 1
		for i, l := range lengths {
			if l == n && (n < lengths[symbol] || i < symbol) {
				code++
			}
		}
	}
	for i := int(lengths[symbol]) - 1; i >= 0; i-- {
		b.write(code>>i, 1)
	}
}

// header writes the lengths of the codes in four bits each.
func (b *block) header(literals, distances []uint8) {
	b.write(1|2<<1, 3)
	b.write(len(literals)-257, 5)
	b.write(len(distances)-1, 5)
	b.write(lengthCodes-4, 4)
	fours := make([]uint8, lengthCodes)
	for i := range 16 {
		fours[i] = 4
	}
	for _, symbol := range codeOrder {
		b.write(int(fours[symbol]), 3)
	}
	for _, n := range append(bytes.Clone(literals), distances...) {
		b.symbol(fours, int(n))
	}
}

// TestInflateCodes unpacks blocks with codes of every length, for literals, lengths and
// distances, and compares with compress/zlib.
func TestInflateCodes(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for round := range 60 {
		literals := randomLengths(random, 250+random.IntN(37), maxLiterals)
		distances := randomLengths(random, 2+random.IntN(29), maxDistances)
		literals[endOfBlock] = max(literals[endOfBlock], 1) // sometimes makes the code invalid
		b := &block{}
		b.header(literals, distances)
		written := 0
		for range 3000 {
			symbol := random.IntN(maxLiterals)
			if literals[symbol] == 0 || symbol == endOfBlock {
				continue
			}
			if symbol < endOfBlock {
				b.symbol(literals, symbol)
				written++
				continue
			}
			base, extra := int(literalSymbols[symbol]>>16), int(literalSymbols[symbol]&63)
			distance := random.IntN(maxDistances)
			far, farExtra := int(distanceSymbols[distance]>>16), int(distanceSymbols[distance]&63)
			if distances[distance] == 0 || far+1<<farExtra > written {
				continue
			}
			b.symbol(literals, symbol)
			more := random.IntN(1 << extra)
			b.write(more, extra)
			b.symbol(distances, distance)
			b.write(random.IntN(1<<farExtra), farExtra)
			written += base + more
		}
		b.symbol(literals, endOfBlock)
		packed := append([]byte{0x78, 0x01}, b.out...)

		r, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(r)
		packed = binary.BigEndian.AppendUint32(packed, adler32.Checksum(want))
		got, ours := inflateAll(packed, len(want), 100, 1000)
		if err == io.ErrUnexpectedEOF { // because the checksum is missing
			if ours != nil || !bytes.Equal(got, want) {
				t.Fatalf("round %d: %v, or other bytes", round, ours)
			}
		} else if ours == nil {
			t.Fatalf("round %d: no error, want %v", round, err)
		}
	}
}
