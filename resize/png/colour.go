package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxProfile bounds the unpacked size of an iCCP chunk, in bytes.
const maxProfile = 4 << 20

// The contents of colour chunks that mean sRGB (PNG third edition, 11.3.2).
var (
	srgbGamma  = []uint32{45455}
	srgbChroma = []uint32{31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000}
	srgbCICP   = "\x01\x0d\x00\x01" // BT.709 primaries, sRGB transfer, RGB, full range
)

// colourChunks holds the chunks that define the meaning of samples (PNG third edition,
// 11.3.2).
type colourChunks struct {
	plain []byte   // gAMA, cHRM, sRGB and cICP chunks, whole
	iccp  []byte   // the body of the iCCP chunk, or nil
	seen  []string // the types seen so far
}

// read keeps a colour chunk, unless it comes a second time (PNG third edition, 5.6) or
// has a wrong length.
func (c *colourChunks) read(next chunk) {
	kind := next.kind()
	if slices.Contains(c.seen, kind) {
		return
	}
	c.seen = append(c.seen, kind)
	body := next.body()
	if kind == "iCCP" {
		c.iccp = body
		return
	}
	if len(body) == map[string]int{"gAMA": 4, "cHRM": 32, "sRGB": 1, "cICP": 4}[kind] {
		c.plain = append(c.plain, next...)
	}
}

// profileMemory returns how many bytes unpacking the ICC profile takes.
func (c *colourChunks) profileMemory() int64 {
	const growing = 3 // for a buffer that grows while it is read into
	return growing * min(maxProfile, mostInflated*int64(len(c.iccp)))
}

// profile unpacks the ICC profile; nil if there is none. An iCCP chunk consists of a
// name, a zero, the compression method and a zlib stream (PNG third edition, 11.3.2.3).
func (c *colourChunks) profile() ([]byte, error) {
	if c.iccp == nil {
		return nil, nil
	}
	_, packed, ok := bytes.Cut(c.iccp, []byte{0})
	if !ok || len(packed) == 0 || packed[0] != 0 {
		return nil, errors.New("iCCP has no valid name, method and zlib stream")
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil, fmt.Errorf("iCCP: %w", err)
	}
	profile, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return nil, fmt.Errorf("iCCP: %w", err)
	}
	if len(profile) > maxProfile {
		return nil, fmt.Errorf("iCCP has more than %d bytes", maxProfile)
	}
	return profile, nil
}

// meansSRGB reports whether colour chunks mean the same as their absence would: the
// profile if there is one, else sRGB. The precedence is cICP, ICC profile, sRGB, then
// gAMA and cHRM (PNG third edition, 4.3).
func meansSRGB(plain []byte, hasProfile bool) bool {
	bodies := map[string][]byte{}
	for len(plain) >= around {
		n := uint64(binary.BigEndian.Uint32(plain))
		if n+around > uint64(len(plain)) {
			break
		}
		next := chunk(plain[:n+around])
		bodies[next.kind()] = next.body()
		plain = plain[n+around:]
	}
	if cicp, ok := bodies["cICP"]; ok {
		return !hasProfile && string(cicp) == srgbCICP
	}
	if _, ok := bodies["sRGB"]; ok || hasProfile {
		return true
	}
	return about(bodies["gAMA"], srgbGamma) && about(bodies["cHRM"], srgbChroma)
}

// about reports whether a chunk is absent or holds the numbers want, in
// hundred-thousandths, except for rounding.
func about(body []byte, want []uint32) bool {
	if body == nil {
		return true
	}
	if len(body) != 4*len(want) {
		return false
	}
	for i, w := range want {
		if d := int64(binary.BigEndian.Uint32(body[4*i:])) - int64(w); d < -100 || d > 100 {
			return false
		}
	}
	return true
}
