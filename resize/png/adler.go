package png

import "encoding/binary"

// adler is an Adler-32 checksum (RFC 1950, 8.2): a is 1 plus the sum of all bytes, b
// the sum of all values of a. It adds eight bytes at a time, which hash/adler32 does
// not.
type adler struct{ a, b uint64 }

// add adds data to the checksum.
func (s *adler) add(data []byte) {
	const (
		modulus = 65521
		most    = 1 << 20 // b is reduced after this many bytes, well before it overflows
	)
	for len(data) > 0 {
		part := data[:min(len(data), most)]
		data = data[len(part):]
		s.addPart(part[s.addVectors(part):])
		s.a, s.b = s.a%modulus, s.b%modulus
	}
}

// addPart adds bytes without reducing the sums.
func (s *adler) addPart(part []byte) {
	const (
		even = 0x00ff00ff_00ff00ff // bytes 0, 2, 4 and 6 of eight
		// Multiplying four numbers of 16 bits by one of these leaves their weighted sum
		// in the upper 16 bits: each number once, or as often as it counts in b.
		once  = 1 | 1<<16 | 1<<32 | 1<<48
		evens = 2 | 4<<16 | 6<<32 | 8<<48
		odds  = 1 | 3<<16 | 5<<32 | 7<<48
	)
	a, b := s.a, s.b
	for ; len(part) >= 8; part = part[8:] {
		v := binary.LittleEndian.Uint64(part)
		e, o := v&even, v>>8&even
		b += 8*a + e*evens>>48 + o*odds>>48
		a += (e + o) * once >> 48
	}
	for _, v := range part {
		a += uint64(v)
		b += a
	}
	s.a, s.b = a, b
}

func (s *adler) value() uint32 { return uint32(s.b<<16 | s.a) }
