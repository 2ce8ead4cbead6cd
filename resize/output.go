package resize

import (
	"slices"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// outputs returns the formats to try for the variant of a picture, the best first:
// those that are asked for, and then those that come nearest to the original's. Whoever
// takes AVIF, which holds no animations, takes WebP, which does.
// Which of them are written, and which can hold the picture, is not asked here.
func outputs(h pic.Header, asked []Format) []Format {
	var names []Format
	asked = slices.Clone(asked)
	if h.Frames > 1 && slices.Contains(asked, AVIF) {
		asked = append(asked, WebP)
	}
	for _, name := range append(asked, likeOriginal(h)...) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// likeOriginal returns the formats that come nearest to the original's.
func likeOriginal(h pic.Header) []Format {
	switch {
	case h.Format == JPEG || h.Format == GIF || h.Format == WebP && h.Frames > 1:
		return []Format{h.Format}
	case h.Lossless:
		return []Format{PNG, JPEG}
	default:
		return []Format{JPEG, PNG}
	}
}
