package resize

import (
	"image"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/subject"
)

// maxPixels is more pixels than any memory holds, and few enough for the estimates not
// to overflow.
const maxPixels = 1 << 40

// checkPixels returns a [*LimitError] if an original has too many pixels.
func (r Request) checkPixels(info Info) error {
	pixels := int64(info.Width) * int64(info.Height) * int64(info.Frames)
	if r.Limits.Pixels > 0 && pixels > r.Limits.Pixels {
		return &LimitError{What: "pixels", Got: pixels, Max: r.Limits.Pixels, Info: info}
	}
	if r.Limits.Memory > 0 && pixels > maxPixels { // a pixel takes at least one byte
		return &LimitError{What: "memory", Got: pixels, Max: r.Limits.Memory}
	}
	return nil
}

// checkMemory returns a [*LimitError] if memory, an estimate in bytes, exceeds the
// limit.
func (r Request) checkMemory(memory int64) error {
	if r.Limits.Memory > 0 && memory > r.Limits.Memory {
		return &LimitError{What: "memory", Got: memory, Max: r.Limits.Memory}
	}
	return nil
}

// allowsAVIF reports whether the limit of pixels permits an AVIF of the given size.
func (r Request) allowsAVIF(size image.Point) bool {
	return r.Limits.AVIFPixels == 0 || int64(size.X)*int64(size.Y) <= r.Limits.AVIFPixels
}

// fixedOverhead bounds what tables, headers and goroutines take, in bytes.
const fixedOverhead = 256 << 10

// resampleMemory estimates the bytes that resampling frames takes, and the search for
// their subject.
func (j *job) resampleMemory() int64 {
	shape := j.decoding.Shape
	n := resampleMemory(shape, j.view)
	switch {
	case j.search == nil:
		return n
	case j.header.Frames > 1:
		n = max(n, resampleMemory(shape, j.search.small()))
	case shape.Planes == 0:
		n = resampleMemory(shape, j.search.whole)
	}
	return n + subject.Memory(shape.Width, shape.Height)
}

// resampleMemory estimates the bytes that resampling frames takes.
func resampleMemory(s pic.Shape, v pic.View) int64 {
	if s.Planes == 0 {
		return rowsMemory(s.Width, s.Channels, v)
	}
	return planesMemory(s, v)
}

// planesMemory estimates the bytes that resampling planes takes: two rows of 8 bytes a
// sample, with as much again for sums; weights of 2 bytes in lists; and the planes of
// the variant, twice if they are turned. The planes of gray and YCbCr have 1 to 1.5
// samples a pixel, or 3 if chroma is whole. Other colours also need pixels of 4 bytes.
func planesMemory(s pic.Shape, v pic.View) int64 {
	rows := 16 * int64(s.Width)
	weights := 2 * (7*int64(s.Width+s.Height) + 32*int64(v.Width+v.Height))
	pixels := int64(v.Width) * int64(v.Height)
	if s.Joined {
		return rows + weights + (int64(s.Planes)+2*4)*pixels
	}
	if s.Whole {
		return rows + weights + 2*3*pixels
	}
	return rows + weights + 2*3*pixels/2
}

// rowsMemory estimates the bytes that resampling rows takes, each of width pixels of
// channels samples: twice the rows that two rows of the variant are made of; two rows
// of 8 bytes a sample, with as much again for sums; weights of 2 bytes in lists, those
// of columns once more for each of four samples; and the variant's pixels as they come,
// in 4 bytes each, and turned.
func rowsMemory(width, channels int, v pic.View) int64 {
	across, down := v.Ratios()
	samples := int64(channels) * int64(width)
	rows := int64(7*max(1, down)) + 4
	weights := 2 * (5*7*int64(max(1, across)+1)*int64(v.Width) + 7*int64(max(1, down)+1)*int64(v.Height) + 32*int64(v.Width+v.Height))
	out := int64(v.Width) * int64(v.Height)
	return 2*rows*samples + 12*samples + weights + (int64(channels)+8)*out + fixedOverhead
}
