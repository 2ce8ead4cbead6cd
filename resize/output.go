package resize

import (
	"slices"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// outputs returns the formats to try for a variant, best first: those asked for, then
// those of like. AVIF holds no animations, so for an animation WebP
// is added if AVIF is asked for. outputs does not check which formats are written or
// can hold the picture.
func outputs(h pic.Header, asked, like []Format) []Format {
	var names []Format
	asked = slices.Clone(asked)
	if h.Frames > 1 && slices.Contains(asked, AVIF) {
		asked = append(asked, WebP)
	}
	for _, name := range append(asked, like...) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// likeOriginal returns the formats nearest to the original's, best first.
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
