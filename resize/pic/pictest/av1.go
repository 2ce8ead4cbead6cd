package pictest

import "fmt"

// AV1 is a still picture's stream and what its sequence header says.
type AV1 struct {
	Data                              []byte
	Profile, Level                    int
	Width, Height                     int
	Monochrome, Subsampled, FullRange bool
	CodePoints                        [3]int // of H.273: primaries, transfer, matrix
}

// Channels returns 1 or 3.
func (a *AV1) Channels() int {
	if a.Monochrome {
		return 1
	}
	return 3
}

// parseAV1 reads a stream of a sequence header with reduced_still_picture_header and
// one frame (AV1, 5.3 to 5.5). It panics if data is not such a stream.
func parseAV1(data []byte) AV1 {
	a := AV1{Data: data}
	kind, header, rest := nextOBU(data)
	if kind != 1 {
		panic(fmt.Sprintf("an OBU of type %d in place of a sequence header", kind))
	}
	if kind, _, rest = nextOBU(rest); kind != 6 || len(rest) > 0 {
		panic(fmt.Sprintf("an OBU of type %d in place of a frame, and %d bytes behind it", kind, len(rest)))
	}
	b := &bitReader{data: header}
	a.Profile = b.bits(3)
	if b.bits(2) != 3 {
		panic("no still picture of a reduced header")
	}
	a.Level = b.bits(5)
	across, down := 1+b.bits(4), 1+b.bits(4)
	a.Width, a.Height = 1+b.bits(across), 1+b.bits(down)
	b.bits(6) // tools
	if b.bits(1) == 1 {
		panic("more than 8 bits")
	}
	a.Monochrome = a.Profile != 1 && b.bits(1) == 1
	a.CodePoints = [3]int{2, 2, 2}
	if b.bits(1) == 1 {
		a.CodePoints = [3]int{b.bits(8), b.bits(8), b.bits(8)}
	}
	a.FullRange = b.bits(1) == 1
	a.Subsampled = a.Profile == 0 && !a.Monochrome
	if a.Subsampled {
		b.bits(2) // chroma_sample_position
	}
	if !a.Monochrome {
		b.bits(1) // separate_uv_delta_q
	}
	if b.bits(1) == 1 {
		panic("film grain")
	}
	if b.bits(1) != 1 {
		panic("a sequence header without a trailing bit")
	}
	return a
}

// nextOBU returns the type and the body of the first OBU, and the data after it.
func nextOBU(data []byte) (kind int, body, rest []byte) {
	if len(data) < 2 || data[0]&0x87 != 2 {
		panic("no OBU with a size")
	}
	size, i := 0, 1
	for shift := 0; ; shift += 7 {
		size |= int(data[i]&0x7f) << shift
		i++
		if data[i-1] < 0x80 {
			break
		}
	}
	return int(data[0] >> 3), data[i:][:size], data[i+size:]
}

type bitReader struct {
	data []byte
	at   int
}

func (b *bitReader) bits(n int) int {
	v := 0
	for range n {
		v = v<<1 | int(b.data[b.at/8]>>(7-b.at%8)&1)
		b.at++
	}
	return v
}
