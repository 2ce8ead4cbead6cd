package webp

import (
	"encoding/binary"
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// coded is a picture as chunks hold it: either lossy or lossless data.
type coded struct {
	lossless    []byte // of a VP8L chunk
	lossy       []byte // of a VP8 chunk
	alpha       []byte // of an ALPH chunk, with lossy; nil if all is opaque
	translucent bool   // some pixel is not opaque
}

// size returns how many bytes the chunks of c take.
func (c *coded) size() int {
	n := 0
	for _, body := range [][]byte{c.lossless, c.lossy, c.alpha} {
		if body != nil {
			n += 8 + len(body) + len(body)%2
		}
	}
	return n
}

// picture appends the chunks of a picture.
func (b *builder) picture(c *coded) {
	if c.lossless != nil {
		b.chunk("VP8L", c.lossless)
		return
	}
	if c.alpha != nil {
		b.chunk("ALPH", c.alpha)
	}
	b.chunk("VP8 ", c.lossy)
}

// extended appends a VP8X chunk (RFC 9649 section 2.7).
func (b *builder) extended(flags byte, size image.Point) {
	start := b.begin("VP8X")
	b.out = append(b.out, flags, 0, 0, 0)
	b.uint24(size.X-1, size.Y-1)
	b.end(start)
}

// overhead is more bytes than a file has around a picture and its profile.
const overhead = 64

// appendStill returns a WebP of one picture, of the simple form if there is
// nothing else. profile is an ICC profile, or nil.
func appendStill(c *coded, size image.Point, profile []byte) []byte {
	b := beginFile(overhead + c.size() + len(profile))
	if profile != nil || c.alpha != nil {
		flags := byte(0)
		if profile != nil {
			flags |= flagICC
		}
		if c.translucent {
			flags |= flagAlpha
		}
		b.extended(flags, size)
	}
	if profile != nil {
		b.chunk("ICCP", profile)
	}
	b.picture(c)
	return b.file()
}

// beginFile begins a WebP of at most n bytes.
func beginFile(n int) builder {
	return builder{append(make([]byte, 0, n), "RIFF....WEBP"...)}
}

// file returns the whole WebP.
func (b *builder) file() []byte {
	binary.LittleEndian.PutUint32(b.out[4:], uint32(len(b.out)-8))
	return b.out
}

// longest is how many bytes a WebP has at most (RFC 9649 section 2.4).
const longest = 1<<32 - 10

// movie writes an animation frame by frame.
type movie struct {
	builder
	max         int // bytes; 0: no limit
	flags, last int // offsets of the flags of VP8X, and of the last frame's delay
	delay       int // of the last frame
}

// beginMovie begins an animation of frames of a size. It is played plays times, 0
// meaning for ever, and is at most max bytes long, 0 meaning no limit.
func beginMovie(size image.Point, plays int, profile []byte, max int) *movie {
	m := &movie{builder: beginFile(4096), max: max}
	flags := byte(flagAnimated)
	if profile != nil {
		flags |= flagICC
	}
	m.flags = len(m.out) + 8
	m.extended(flags, size)
	if profile != nil {
		m.chunk("ICCP", profile)
	}
	start := m.begin("ANIM")
	m.out = append(m.out, 0, 0, 0, 0, byte(plays), byte(plays>>8)) // the background is transparent
	m.end(start)
	return m
}

// frame appends a frame at r, whose corner has even coordinates, shown for delay
// milliseconds. If over is set it is blended with what is there, else it replaces
// that. The error is [pic.ErrTooLong].
func (m *movie) frame(r image.Rectangle, delay int, over bool, c *coded) error {
	start := m.begin("ANMF")
	m.uint24(r.Min.X/2, r.Min.Y/2, r.Dx()-1, r.Dy()-1)
	m.last, m.delay = len(m.out), 0
	m.uint24(0)
	flags := byte(flagAlone)
	if over {
		flags = 0
	}
	m.out = append(m.out, flags)
	m.picture(c)
	m.end(start)
	if c.translucent {
		m.out[m.flags] |= flagAlpha
	}
	m.wait(delay)
	if n := len(m.out); m.max > 0 && n > m.max || uint64(n) > longest {
		return pic.ErrTooLong
	}
	return nil
}

// longestDelay is the longest delay of a frame, in milliseconds: more than four
// hours.
const longestDelay = 1<<24 - 1

// wait shows the last frame for delay milliseconds more.
func (m *movie) wait(delay int) {
	m.delay = min(m.delay+delay, longestDelay)
	m.out[m.last], m.out[m.last+1], m.out[m.last+2] = byte(m.delay), byte(m.delay>>8), byte(m.delay>>16)
}
