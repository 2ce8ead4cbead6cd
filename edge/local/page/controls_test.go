package page

import (
	"net/url"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// The page asks for what its own query string says, of what the config switches on. It begins
// with a size of the original, or with a preset if nothing else may be asked for.
func TestAskedBy(t *testing.T) {
	photo := original{Width: 400, Height: 300}
	off := edge.DefaultConfig()
	on := off
	on.Parameters = []string{"fit", "gravity", "preset", "quality"}
	on.Presets = map[string]string{"b": "width=5&height=4", "a": "width=6&height=4"}
	only := on
	only.OnlyPresets = true
	none := off
	none.OnlyPresets = true
	for _, tt := range []struct {
		page   string
		config edge.Config
		want   string
	}{
		{"", off, "?width=200&height=150"},
		{"format=png", off, "?width=200&height=150&format=png"},
		{"width=&height=", off, ""},
		{"width=9", off, "?width=9"},
		{"height=+5", off, "?height=%205"},
		{"width=a%22b%26&height=%2B5", off, "?width=a%22b%26&height=%2B5"},
		{"fit=pad&background=fff&gravity=top&preset=a", off, "?width=200&height=150"},
		{"fit=pad&background=fff", on, "?width=200&height=150&fit=pad&background=fff"},
		{"gravity=0.3,0.7&quality=50&blur=3", on, "?width=200&height=150&quality=50&gravity=0.3,0.7"},
		{"preset=a", on, "?preset=a"},
		{"preset=a&width=9&height=", on, "?width=9&preset=a"},
		{"", only, "?preset=a"},
		{"width=&height=", only, ""},
		{"", none, "?width=200&height=150"},
	} {
		values, err := url.ParseQuery(tt.page)
		if err != nil {
			t.Fatal(err)
		}
		if got := askedBy(values, photo, tt.config).query(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.page, got, tt.want)
		}
	}
}

// The page's script learns how a variant lies over its original, and whether they can be
// compared.
func TestFitOf(t *testing.T) {
	box := edge.Size{Width: 30, Height: 20}
	for _, tt := range []struct {
		ask        edge.Ask
		configured resize.Fit
		fit        resize.Fit
		plain      bool
	}{
		{edge.Ask{Size: box}, resize.Cover, resize.Cover, true},
		{edge.Ask{Size: box, Fit: resize.Inside}, resize.Cover, resize.Inside, true},
		{edge.Ask{Size: box}, resize.Pad, resize.Pad, false},
		{edge.Ask{Size: edge.Size{Width: 30}}, resize.Pad, resize.Inside, true},
		{edge.Ask{Size: box, Trim: true}, resize.Fill, "", false},
		{edge.Ask{Size: box, Sharpen: 1}, resize.Cover, resize.Cover, false},
		{edge.Ask{Size: box, Blur: 1}, resize.Cover, resize.Cover, false},
		{edge.Ask{Size: box, Quality: 50, DPR: 4, Gravity: edge.Smart}, resize.Cover, resize.Cover, true},
	} {
		config := edge.DefaultConfig()
		config.Fit = tt.configured
		if fit, plain := fitOf(tt.ask, config), isPlain(tt.ask, config); fit != tt.fit || plain != tt.plain {
			t.Errorf("%+v, %s: got %q, %t", tt.ask, tt.configured, fit, plain)
		}
	}
}
