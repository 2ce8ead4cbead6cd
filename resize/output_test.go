package resize

import (
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

func TestOutputs(t *testing.T) {
	still := func(f Format) pic.Header { return pic.Header{Format: f, Frames: 1} }
	lossless := func(f Format) pic.Header { return pic.Header{Format: f, Frames: 1, Lossless: true} }
	moving := pic.Header{Format: GIF, Frames: 12}
	movingWebP := pic.Header{Format: WebP, Frames: 12}
	tests := []struct {
		name     string
		original pic.Header
		asked    []Format
		want     []Format // to try
		written  []Format // the formats of want that the table writes
	}{
		{"JPEG", still(JPEG), nil, []Format{JPEG}, []Format{JPEG}},
		{"PNG", lossless(PNG), nil, []Format{PNG, JPEG}, []Format{PNG, JPEG}},
		{"GIF", still(GIF), nil, []Format{GIF}, []Format{GIF}},
		{"animated GIF", moving, nil, []Format{GIF}, []Format{GIF}},
		{"WebP", still(WebP), nil, []Format{JPEG, PNG}, []Format{JPEG, PNG}},
		{"animated WebP", movingWebP, nil, []Format{WebP}, []Format{WebP}},
		{"lossless WebP", lossless(WebP), nil, []Format{PNG, JPEG}, []Format{PNG, JPEG}},
		{"BMP", still(BMP), nil, []Format{JPEG, PNG}, []Format{JPEG, PNG}},
		{"TIFF", still(TIFF), nil, []Format{JPEG, PNG}, []Format{JPEG, PNG}},

		{"JPEG as AVIF or WebP", still(JPEG), []Format{pic.AVIF, WebP}, []Format{pic.AVIF, WebP, JPEG}, []Format{AVIF, WebP, JPEG}},
		{"animated GIF as AVIF", moving, []Format{AVIF}, []Format{AVIF, WebP, GIF}, []Format{WebP, GIF}},
		{"JPEG as PNG", still(JPEG), []Format{PNG}, []Format{PNG, JPEG}, []Format{PNG, JPEG}},
		{"PNG as JPEG", lossless(PNG), []Format{JPEG}, []Format{JPEG, PNG}, []Format{JPEG, PNG}},
		{"PNG as PNG", lossless(PNG), []Format{PNG}, []Format{PNG, JPEG}, []Format{PNG, JPEG}},
		{"still GIF as JPEG", still(GIF), []Format{JPEG}, []Format{JPEG, GIF}, []Format{JPEG, GIF}},
		{"animated GIF as PNG", moving, []Format{PNG}, []Format{PNG, GIF}, []Format{GIF}},
		{"BMP as something else", still(BMP), []Format{"bin"}, []Format{"bin", JPEG, PNG}, []Format{JPEG, PNG}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := slices.Clone(tt.asked)
			got := outputs(tt.original, tt.asked, likeOriginal(tt.original))
			if !slices.Equal(got, tt.want) || !slices.Equal(tt.asked, asked) {
				t.Errorf("%v, want %v", got, tt.want)
			}
			var written []Format
			for _, r := range (&job{header: tt.original}).written(formats, Request{Formats: tt.asked}) {
				written = append(written, r.format)
			}
			if !slices.Equal(written, tt.written) {
				t.Errorf("%v are written, want %v", written, tt.written)
			}
		})
	}
}
