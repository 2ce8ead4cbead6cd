package jpeg

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// maxSize is the largest width or height in pixels (T.81, B.2.2).
const maxSize = 65535

// coder encodes a picture at as many qualities as are tried: what does not
// depend on the quality is done once. It keeps its buffers for the next picture.
// The zero value is ready. It is not for concurrent use.
type coder struct {
	planes  []plane.Plane
	profile []byte
	halved  bool // chroma planes are half as wide and high

	blocks []biasedBlock // transformed, in the order in which they are coded
	tokens []token
	counts [tables]symbolCounts
}

// load takes a picture of one plane, which is gray, or of three, which are Y, Cb
// and Cr as JFIF defines them. Chroma planes have the size of the luma plane
// (4:4:4), or half of it, rounded up, in both directions (4:2:0). The profile is
// an ICC profile to embed, or nil. Errors are those of ctx and of planes of
// other sizes.
func (c *coder) load(ctx context.Context, planes []plane.Plane, profile []byte) error {
	c.planes, c.profile, c.halved = planes, profile, false
	if err := c.checkPlanes(); err != nil {
		return err
	}
	return c.transform(ctx)
}

// unload lets go of the picture that was loaded, but for the buffers.
func (c *coder) unload() { c.planes, c.profile = nil, nil }

// checkPlanes finds out about the subsampling.
func (c *coder) checkPlanes() error {
	if n := len(c.planes); n != 1 && n != 3 {
		return fmt.Errorf("jpeg: cannot encode %d planes", n)
	}
	for _, p := range c.planes {
		if p.Width < 1 || p.Height < 1 || p.Width > maxSize || p.Height > maxSize {
			return fmt.Errorf("jpeg: cannot encode %dx%d samples", p.Width, p.Height)
		}
		if p.Stride < p.Width || len(p.Pix) < (p.Height-1)*p.Stride+p.Width {
			return errors.New("jpeg: too few samples for the size")
		}
	}
	if len(c.planes) == 1 {
		return nil
	}
	luma, cb, cr := c.planes[0], c.planes[1], c.planes[2]
	c.halved = cb.Width != luma.Width || cb.Height != luma.Height
	if c.halved && (cb.Width != ceilDiv(luma.Width, 2) || cb.Height != ceilDiv(luma.Height, 2)) ||
		cb.Width != cr.Width || cb.Height != cr.Height {
		return errors.New("jpeg: chroma planes are neither as large as luma nor half as large")
	}
	return nil
}

// encode writes the loaded picture as a baseline JPEG of a quality from 1 to 100.
// The result is at most maxBytes long, 0 being no limit; else the error is
// [pic.ErrTooLong], found before most of the work is done. Other errors are those
// of ctx.
func (c *coder) encode(ctx context.Context, quality, maxBytes int) ([]byte, error) {
	return c.encodeScaled(ctx, scaleOf(quality), maxBytes)
}

// encodeScaled is encode with tables of a scale in 1/1024.
func (c *coder) encodeScaled(ctx context.Context, scale uint32, maxBytes int) ([]byte, error) {
	quants := stepTables(scale)
	if err := c.tokenize(ctx, &quants, maxBytes); err != nil {
		return nil, err
	}
	var codes [tables]symbolCodes
	var bits int64
	for i := range codes {
		if c.counts[i].any() {
			codes[i] = optimalCodes(&c.counts[i])
			bits += codes[i].bits(&c.counts[i])
		}
	}
	header := c.appendHeader(nil, &quants, &codes)
	size := len(header) + int(bits/8) + 2
	if maxBytes > 0 && size > maxBytes {
		return nil, pic.ErrTooLong
	}
	// Stuffing takes about one byte in 256.
	out := make([]byte, len(header), size+size/64+64)
	copy(out, header)
	out, err := c.appendScan(ctx, out, &codes)
	if err != nil {
		return nil, err
	}
	out = append(out, 0xff, markerEOI)
	if maxBytes > 0 && len(out) > maxBytes {
		return nil, pic.ErrTooLong
	}
	return out, nil
}

// appendHeader appends everything up to the entropy-coded data.
func (c *coder) appendHeader(out []byte, quants *[2]stepTable, codes *[tables]symbolCodes) []byte {
	out = append(out, 0xff, markerSOI)
	// JFIF 1.01, square pixels, no thumbnail.
	out = appendSegment(out, markerAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	out = c.appendProfile(out)
	for i, q := range quants[:min(2, len(c.planes))] {
		out = appendSegment(out, markerDQT, append([]byte{byte(i)}, q[:]...))
	}

	n := byte(len(c.planes))
	frame := []byte{8}
	frame = binary.BigEndian.AppendUint16(frame, uint16(c.planes[0].Height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(c.planes[0].Width))
	frame = append(frame, n)
	scan := []byte{n}
	for i := range n {
		sampling, table := byte(0x11), min(i, 1)
		if i == 0 && c.halved {
			sampling = 0x22
		}
		frame = append(frame, i+1, sampling, table)
		scan = append(scan, i+1, table<<4|table)
	}
	out = appendSegment(out, markerSOF0, frame)
	for i := range codes {
		if codes[i].used() {
			id := byte(i&1)<<4 | byte(i>>1) // class, destination (B.2.4.2)
			out = appendSegment(out, markerDHT, codes[i].define(id))
		}
	}
	return appendSegment(out, markerSOS, append(scan, 0, 63, 0))
}

// maxPart is the most bytes of an ICC profile in one segment, behind its name and two
// numbers, maxProfile those in as many as are numbered (ICC.1:2022, B.4).
const (
	maxPart    = 65535 - 2 - len(iccHeader) - 2
	maxProfile = 255 * maxPart
)

// appendProfile appends an ICC profile of at most maxProfile bytes in as many APP2
// segments as it takes.
func (c *coder) appendProfile(out []byte) []byte {
	parts := ceilDiv(len(c.profile), maxPart)
	for i := range parts {
		part := c.profile[i*maxPart:]
		part = part[:min(maxPart, len(part))]
		body := append([]byte(iccHeader), byte(i+1), byte(parts))
		out = appendSegment(out, markerAPP2, append(body, part...))
	}
	return out
}

// appendSegment appends a marker with its parameters (B.1.1.4).
func appendSegment(out []byte, marker byte, params []byte) []byte {
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(params)+2))
	return append(out, params...)
}
