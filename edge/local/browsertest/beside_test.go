//go:build !race

package browsertest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A variant in a newer format may be shown beside what viewers without that
// format get at the same look, with the bytes of both: a JPEG, or a GIF for an
// animation.
func TestBeside(t *testing.T) {
	b := newTab(t)
	for _, tt := range []struct {
		name, query   string
		variant       string // its format
		other         string
		width         int // of the original
		called, about string
	}{
		{"avif", "original=PHOTO.jpg&width=640&height=480", "AVIF", "JPEG", 1600, "As JPEG", "640 × 480"},
		{"webp", "original=PHOTO.jpg&width=640&height=480&format=webp", "WebP", "JPEG", 1600, "As JPEG", "640 × 480"},
		{"alpha", "original=png-rgba.png&width=40&height=30&format=webp", "WebP", "PNG", 180, "As JPEG", "40 × 30"},
		{"animation", "original=gif-animated-disposals.gif&width=60&height=40", "WebP", "GIF", 240, "As GIF", "60 × 40"},
	} {
		b.open("/?" + tt.query)
		b.expect("#left", "Original")
		b.expect("#right", "Variant")
		b.expect("#beside", tt.called)
		b.click("#beside input[value='other'] + span")
		b.settled()
		b.expect("#verdict", fmt.Sprintf("The variant, %s %s.", tt.about, tt.variant))
		width, _, _ := strings.Cut(tt.about, " ")
		if got := strconv.Itoa(eval[int](b, `document.getElementById("before").naturalWidth`)); got != width {
			t.Errorf("%s: what is beside it is %s pixels wide", tt.name, got)
		}
		left, right := b.text("#left"), b.text("#right")
		other, rest, _ := strings.Cut(left, ", ")
		variant, bytes, _ := strings.Cut(right, ", ")
		bytes, less, _ := strings.Cut(bytes, ", ")
		if other != tt.other || variant != tt.variant || bytes != b.text("#after-bytes") || rest == bytes || !strings.HasSuffix(less, " % less") || strings.HasPrefix(less, "0 ") {
			t.Errorf("%s: %q beside %q", tt.name, left, right)
		}
		b.screen("beside-" + tt.name)
		b.click("#beside input[value='original'] + span")
		b.settled()
		b.expect("#left", "Original")
		if got := eval[int](b, `document.getElementById("before").naturalWidth`); got != tt.width {
			t.Errorf("%s: the original is %d pixels wide", tt.name, got)
		}
	}
	b.open("/?original=webp-animated.webp")
	if eval[bool](b, `document.getElementById("beside").checkVisibility()`) {
		t.Error("something is to be laid beside an animated WebP, of which there are WebPs alone")
	}
}
