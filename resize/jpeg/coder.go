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

// coder encodes a picture at one quality after another: what does not depend on
// the quality is computed once, by load. It keeps its buffers for the next
// picture. The zero value is ready. It is not for concurrent use.
type coder struct {
	planes  []plane.Plane
	profile []byte
	halved  bool // chroma planes are half as wide and high
	whole   bool // chroma is deliberately kept at full size

	coded      [3]codedPlane
	masking    []int16      // maskingOf each luma block
	aimed      uint32       // factor for all scales, in 1/1024
	share      int          // logarithm of the share of luma that quantisation loses: see aim
	quantisers [2]quantiser // of luma and of chroma
	counts     [tables]symbolCounts
	costs      [2]symbolCosts // counted before dropWeak
	codes      [tables]symbolCodes
	flat       [16 << 8]symbolCode // codes of a scan's tables, by table<<8 | symbol

	tokens      []token
	scans       []codedScan
	corrections bitString
	unstuffed   []byte // bytes of a part of a scan, before stuffing
}

// load takes a picture of one plane (gray) or three (Y, Cb and Cr as JFIF defines
// them). Chroma planes have the size of the luma plane (4:4:4), or half of it,
// rounded up, in both directions (4:2:0). profile is the ICC profile to embed, or
// nil. Errors are ctx's, or say that the planes' sizes do not fit.
func (c *coder) load(ctx context.Context, planes []plane.Plane, profile []byte) error {
	c.planes, c.profile, c.halved, c.whole = planes, profile, false, false
	if err := c.checkPlanes(); err != nil {
		return err
	}
	for i := range planes {
		if err := c.coded[i].transform(ctx, &planes[i], i == 0); err != nil {
			return err
		}
	}
	c.mask()
	c.aimed = 1 << 10
	return nil
}

// unload drops the loaded picture, but keeps the buffers.
func (c *coder) unload() { c.planes, c.profile = nil, nil }

// checkPlanes checks the planes' sizes and sets c.halved.
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

// encode writes the loaded picture as a JPEG of a quality from 1 to 100, baseline
// or progressive, whichever is shorter. A result of more than maxBytes (0: no
// limit) is a [pic.ErrTooLong], found before most of the work is done. Other
// errors are ctx's.
func (c *coder) encode(ctx context.Context, quality, maxBytes int) ([]byte, error) {
	return c.encodeScaled(ctx, c.scale(quality), maxBytes)
}

// scale returns the scale, in 1/1024, at which the picture has the given quality.
func (c *coder) scale(quality int) uint32 { return scaleOf(quality) * c.aimed >> 10 }

// encodeScaled encodes with quantisation tables of the given scale, in 1/1024.
func (c *coder) encodeScaled(ctx context.Context, scale uint32, maxBytes int) ([]byte, error) {
	steps := c.steps(scale)
	if err := c.quantise(ctx, &steps, maxBytes); err != nil {
		return nil, err
	}
	scans, err := c.shortest(ctx)
	if err != nil {
		return nil, err
	}
	return c.write(ctx, &steps, scans, maxBytes)
}

// steps returns the tables of luma and chroma at a scale in 1/1024. Whole chroma
// has twice the frequencies, which are less visible: its steps are three times as
// large.
func (c *coder) steps(scale uint32) [2]stepTable {
	steps := stepTables(scale)
	if c.whole {
		steps[1] = stepTables(3 * scale)[1]
	}
	return steps
}

// shortest tokenizes the picture as progressive scans or as one sequential scan,
// whichever takes fewer bytes.
func (c *coder) shortest(ctx context.Context) ([]codedScan, error) {
	scans, err := c.tokenizeProgressive(ctx)
	if err != nil {
		return nil, err
	}
	c.optimizeCodes()
	if one := []codedScan{c.sequentialScan(true)}; c.length(one) <= c.length(scans) {
		return append(c.scans[:0], c.tokenizeSequential(true)), nil
	}
	return scans, nil
}

// optimizeCodes makes the best code for each table's counts.
func (c *coder) optimizeCodes() {
	for i := range c.counts {
		c.codes[i].optimize(&c.counts[i])
	}
}

// write writes the picture of scans with the codes made for them.
func (c *coder) write(ctx context.Context, steps *[2]stepTable, scans []codedScan, maxBytes int) ([]byte, error) {
	size := c.frameLength() + c.length(scans)
	if maxBytes > 0 && size > maxBytes {
		return nil, pic.ErrTooLong
	}
	// Stuffing takes about one byte in 256.
	out := make([]byte, 0, size+size/64+64)
	out = c.appendFrame(out, steps, len(scans) > 1)
	out, err := c.appendScans(ctx, out, scans)
	if err != nil {
		return nil, err
	}
	if maxBytes > 0 && len(out) > maxBytes {
		return nil, pic.ErrTooLong
	}
	return out, nil
}

// quantise quantises all planes, drops coefficients that are not worth their
// bits, and counts the AC symbols of a sequential scan. It returns
// [pic.ErrTooLong] early if the coefficients cannot fit maxBytes in any code.
func (c *coder) quantise(ctx context.Context, steps *[2]stepTable, maxBytes int) error {
	for i := range c.quantisers {
		c.quantisers[i].set(&steps[i])
	}
	values, blocks := 0, 0
	for i := range c.planes {
		n, err := c.coded[i].find(ctx, &c.quantisers[min(i, 1)], &c.planes[i])
		if err != nil {
			return err
		}
		values += n
		blocks += len(c.coded[i].blocks)
	}
	if maxBytes > 0 && values > 8*maxBytes {
		return pic.ErrTooLong // even if half of them take two bits each
	}
	c.tokens = atLeast(c.tokens, values+2*blocks)
	c.counts[acLuma], c.counts[acChroma] = symbolCounts{}, symbolCounts{}
	if luma := &c.coded[0]; c.halved {
		beyond := (luma.across+1)&^1*((luma.down+1)&^1) - len(luma.blocks)
		c.counts[acLuma][endOfBlock] = int32(beyond)
	}
	for i := range c.planes {
		class := min(i, 1)
		if err := c.coded[i].quantise(ctx, &c.quantisers[class], &c.counts[acLuma+class]); err != nil {
			return err
		}
	}
	for i := range min(2, len(c.planes)) {
		c.costs[i].set(&c.counts[acLuma+i])
	}
	for i := range c.planes {
		class := min(i, 1)
		if err := c.coded[i].dropWeak(ctx, &c.quantisers[class], class, &c.costs[class], &c.counts[acLuma+class]); err != nil {
			return err
		}
	}
	return nil
}

// appendFrame appends everything up to the first scan.
func (c *coder) appendFrame(out []byte, steps *[2]stepTable, progressive bool) []byte {
	out = append(out, 0xff, markerSOI)
	// JFIF 1.01, square pixels, no thumbnail.
	out = appendSegment(out, markerAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	out = c.appendProfile(out)
	var quants []byte
	for i := range steps[:min(2, len(c.planes))] {
		quants = append(append(quants, byte(i)), steps[i][:]...)
	}
	out = appendSegment(out, markerDQT, quants)

	n := byte(len(c.planes))
	frame := []byte{8}
	frame = binary.BigEndian.AppendUint16(frame, uint16(c.planes[0].Height))
	frame = binary.BigEndian.AppendUint16(frame, uint16(c.planes[0].Width))
	frame = append(frame, n)
	for i := range n {
		sampling := byte(0x11)
		if i == 0 && c.halved {
			sampling = 0x22
		}
		frame = append(frame, i+1, sampling, min(i, 1))
	}
	process := byte(markerSOF0)
	if progressive {
		process = markerSOF2
	}
	return appendSegment(out, process, frame)
}

// maxPart is the most bytes of an ICC profile in one segment, after its name,
// number and count. maxProfile is the most in the 255 segments that can be
// numbered (ICC.1:2022, B.4).
const (
	maxPart    = 65535 - 2 - len(iccHeader) - 2
	maxProfile = 255 * maxPart
)

// appendProfile appends the ICC profile, of at most maxProfile bytes, as APP2
// segments.
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

// frameLength returns how many bytes appendFrame appends.
func (c *coder) frameLength() int {
	n := len(c.planes)
	profile := len(c.profile) + ceilDiv(len(c.profile), maxPart)*(4+len(iccHeader)+2)
	return 2 + 4 + 14 + profile + 4 + min(n, 2)*65 + 4 + 6 + 3*n
}

// appendSegment appends a marker with its parameters (B.1.1.4).
func appendSegment(out []byte, marker byte, params []byte) []byte {
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(params)+2))
	return append(out, params...)
}
