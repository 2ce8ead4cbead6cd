//go:build !race

package browsertest

import (
	"strings"
	"testing"
)

// A preset brings its own size. Without one the page's size is back.
func TestPresets(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	b.openURL(base + "/")
	b.choose("preset", "card")
	b.expect("#url", "/PHOTO.jpg?preset=card")
	b.expect("#canonical", "/PHOTO.jpg?width=500&height=300&gravity=smart&format=avif")
	b.expect("#verdict", "The variant, 500 × 300 AVIF.")
	b.fill("#width", "240")
	b.expect("#canonical", "/PHOTO.jpg?width=240&height=300&gravity=smart&format=avif")
	b.openURL(base + eval[string](b, "location.pathname + location.search"))
	b.expect("#url", "/PHOTO.jpg?width=240&preset=card")
	b.choose("preset", "")
	b.expect("#url", "/PHOTO.jpg?width=240")
	// A field counts if it is shown.
	b.openURL(base + "/?original=PHOTO.jpg&preset=card&background=fff")
	for _, tt := range [][2]string{{"", "/PHOTO.jpg"}, {"card", "/PHOTO.jpg?preset=card&background=fff"}} {
		b.choose("preset", tt[0])
		if got := b.text("#url"); got != tt[1] {
			t.Errorf("preset %q: got %s, want %s", tt[0], got, tt[1])
		}
	}
	b.openURL(base + "/?original=PHOTO.jpg&preset=placeholder")
	b.expect("#url", "/PHOTO.jpg?preset=placeholder")
	b.expect("#verdict", "The variant, 9 × 7 ")
	b.expect("#psnr", "–")
}

// A value that is not allowed gets the original, and the page names the parameter.
func TestBadParameters(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	for id, value := range map[string]string{"quality": "101", "gravity": "middle", "sharpen": "11", "blur": "x"} {
		b.openURL(base + "/?original=PHOTO.jpg&width=300&height=200")
		b.choose(id, value)
		b.expect("#verdict", "The original, because a parameter has a value that is not allowed: "+id+".")
		if got := b.text("#canonical"); got != "/PHOTO.jpg" {
			t.Errorf("%s: got %s", id, got)
		}
	}
	if !eval[bool](b, `document.getElementById("cut").hidden && document.getElementById("divider").hidden`) {
		t.Error("the original has a part of it marked")
	}
}

// The buttons of the contract that this config alone has, or answers otherwise.
func TestParameterTrials(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	b.expected = statusErrors
	b.openURL(base + "/")
	const refused = "200: The original, because a parameter has a value that is not allowed: "
	for label, want := range map[string]string{
		"stretched": "200: The variant, 600 × 250 ", "padded": "200: The variant, 600 × 250 ", "the least quality": "200: The variant, 600 × 250 ",
		"twice the pixels": "200: The variant, 1200 × 500 ", "top left": "200: The variant, 600 × 250 ", "around a point": "200: The variant, 600 × 250 ",
		"smart": "200: The variant, 600 × 250 ", "trimmed": "200: The variant, 600 × 250 ", "sharpened": "200: The variant, 600 × 250 ",
		"blurred":     "200: The variant, 600 × 250 ",
		"another fit": refused + "fit.", "no colour": refused + "background.", "quality 101": refused + "quality.", "dpr 0.5": refused + "dpr.",
		"another place": refused + "gravity.", "a point outside": refused + "gravity.", "trim 1": refused + "trim.", "sharpen 11": refused + "sharpen.",
		"two blurs": refused + "blur.", "no such preset": refused + "preset.",
		"w": "200: The variant, 800 × 500 ", "h": "200: The variant, 800 × 500 ", "preset card": "200: The variant, 500 × 300 ",
		"preset avatar": "200: The variant, 192 × 192 ", "no width": "200: The variant, 667 × 500 ",
		"wider than the original": "200: The variant, 1600 × 500 ", "same size": "200: The variant, 1600 × 1200 ",
		"no such key": "404: The fallback picture, 301 × 188 ",
	} {
		b.trial(label)
		b.settled()
		if came := b.came(label); !strings.HasPrefix(came, label+" → "+want) {
			t.Errorf("%s: got %q, want %q", label, came, want)
		}
	}
}

// If only presets may be asked for, the page begins with one.
func TestOnlyPresets(t *testing.T) {
	base := serve(t, `{"parameters": ["preset"], "only_presets": true, "presets": {"b": "width=90&height=60", "c": "width=30&height=20"}}`)
	b := newTab(t)
	b.openURL(base + "/")
	b.expect("#url", "/PHOTO.jpg?preset=b")
	b.expect("#verdict", "The variant, 90 × 60 ")
	b.wait(`document.querySelector(".thumb img")?.naturalWidth === 90`)
	b.fill("#width", "70")
	b.expect("#verdict", "The original, because only presets may be asked for.")
	b.fill("#width", "")
	b.choose("format", "png")
	b.expect("#verdict", "The variant, 90 × 60 PNG.")
}
