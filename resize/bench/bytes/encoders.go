package main

import (
	"fmt"
	"regexp"

	"github.com/edgeresize/edgeresize/resize/avif"
	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/webp"
)

// encoder is a line of the table.
type encoder struct {
	name  string
	short string // in the plot
	// format and options are those of sharp's toFormat. For our encoders, format is a
	// key of ours and options is nil.
	format  string
	options map[string]any
}

func (e *encoder) own() bool { return e.options == nil }

// ours holds this project's encoders that have a quality.
var ours = map[string]pic.Encoder{
	"jpeg":        jpeg.Encoder{},
	"avif":        avif.Encoder{},
	"avif-fast":   avif.Encoder{Effort: avif.Fast},
	"avif-medium": avif.Encoder{Effort: avif.Medium},
	"avif-best":   avif.Encoder{Effort: avif.Best},
	"webp":        webp.Encoder{},
}

// encoders lists what is compared. The first one is the reference for the others'
// bytes. All of sharp's are at 4:2:0, as lossy WebP always is, and as ours are unless
// that would be visible. For AVIF it is not sharp's default.
var encoders = []encoder{
	{"sharp JPEG (libjpeg-turbo)", "libjpeg-turbo", "jpeg", map[string]any{}},
	{"edgeresize JPEG", "edgeresize JPEG", "jpeg", nil},
	{"sharp mozjpeg", "mozjpeg", "jpeg", map[string]any{"mozjpeg": true}},
	{"edgeresize WebP", "edgeresize WebP", "webp", nil},
	{"sharp WebP, effort 2", "WebP 2", "webp", map[string]any{"effort": 2}},
	{"sharp WebP, effort 4", "WebP 4", "webp", map[string]any{"effort": 4}},
	{"sharp WebP, effort 6", "WebP 6", "webp", map[string]any{"effort": 6}},
	{"edgeresize AVIF, fast", "edgeresize AVIF fast", "avif-fast", nil},
	{"edgeresize AVIF, medium", "edgeresize AVIF medium", "avif-medium", nil},
	{"edgeresize AVIF, best", "edgeresize AVIF best", "avif-best", nil},
	{"sharp AVIF, effort 0", "AVIF 0", "avif", map[string]any{"effort": 0, "chromaSubsampling": "4:2:0"}},
	{"sharp AVIF, effort 2", "AVIF 2", "avif", map[string]any{"effort": 2, "chromaSubsampling": "4:2:0"}},
	{"sharp AVIF, effort 4", "AVIF 4", "avif", map[string]any{"effort": 4, "chromaSubsampling": "4:2:0"}},
}

// matching returns the first encoder, and the others whose name matches a regular
// expression.
func matching(only string) ([]encoder, error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	found := encoders[:1:1]
	for _, e := range encoders[1:] {
		if pattern.MatchString(e.name) {
			found = append(found, e)
		}
	}
	if len(found) == 1 {
		return nil, fmt.Errorf("-only %q matches no encoder", only)
	}
	return found, nil
}
