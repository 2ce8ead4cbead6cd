package release

import (
	"image"
	"net/url"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// TestExpect wants a size only where no picture can make it another one.
func TestExpect(t *testing.T) {
	c := &canary{url: &url.URL{Scheme: "https", Host: "img.example.com", Path: "/a.jpg"}, front: front{config: edge.DefaultConfig()}}
	c.front.config.Parameters = []string{"dpr", "trim", "blur", "sharpen", "fit"}
	c.front.config.Missing, c.front.config.Fit = edge.MissingKeepRatio, resize.Pad
	for query, want := range map[string]struct {
		expectation
		variant bool
	}{
		"width=100&height=80":                 {expectation{size: image.Pt(100, 80)}, true},
		"width=150":                           {expectation{size: image.Pt(150, 113), about: true}, true},
		"width=301&height=227":                {expectation{size: image.Pt(301, 227)}, false},
		"width=302&height=227":                {expectation{}, false},
		"width=301&height=227&blur=1":         {expectation{size: image.Pt(301, 227)}, true},
		"width=301&height=227&sharpen=1":      {expectation{size: image.Pt(301, 227)}, true},
		"width=301&height=227&fit=pad,aabbcc": {expectation{size: image.Pt(301, 227)}, true},
		"width=100&height=80&dpr=2":           {expectation{size: image.Pt(200, 160), about: true}, true},
		"width=100&height=50&dpr=4":           {expectation{size: image.Pt(301, 151), about: true}, true},
		"width=100&dpr=2":                     {expectation{loose: true}, true},
		"width=100&height=80&trim=true":       {expectation{loose: true}, true},
	} {
		got, variant := c.expect(query, resize.Info{Width: 301, Height: 227})
		if variant != want.variant || variant && got != want.expectation {
			t.Errorf("%s: got %+v, %t, want %+v", query, got, variant, want)
		}
	}
}
