//go:build !race

package browsertest

import (
	"fmt"
	"math"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The nine places, Smart and a click on the whole original set the gravity. The original
// under the variant shows the part that the variant does. That part is marked in the whole
// original, and the variant is compared with it.
func TestGravity(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	b.openURL(base + "/?original=png-rgb-8.png&width=60&height=80&format=png")
	b.wait(`!document.getElementById("whole").hidden && !document.getElementById("cut").hidden`)
	check := func(gravity, position string, left float64) {
		t.Helper()
		b.settled()
		got := eval[[]string](b, `[document.getElementById("gravity").value, getComputedStyle(document.getElementById("before")).objectPosition]`)
		whole, cut := b.box("#whole-picture"), b.box("#cut")
		if at := (cut.X - whole.X) / whole.Width; got[0] != gravity || got[1] != position || at < left-0.02 || at > left+0.02 {
			t.Errorf("got the gravity and the position %q, and a cut from %.2f; want %q, %q, %.2f", got, at, gravity, position, left)
		}
		if db := b.psnr(); db < 50 {
			t.Errorf("%s: got a PSNR of %g dB", gravity, db)
		}
	}
	size := eval[[]float64](b, `["width", "height"].map((side) => Number(document.getElementById("try").dataset[side]))`)
	part := 60.0 / 80 * size[1] / size[0] // of the original's width
	check("", "50% 50%", (1-part)/2)
	b.focus(`.places input[value="center"]`)
	b.press(" ")
	check("center", "50% 50%", (1-part)/2)
	b.press(kb.ArrowLeft)
	check("left", "0% 50%", 0)
	b.press(kb.ArrowDown + kb.ArrowDown)
	check("right", "100% 50%", 1-part)
	whole := b.box("#whole-picture")
	b.do(chromedp.MouseClickXY(whole.X+0.1*whole.Width, whole.Y+0.5*whole.Height))
	b.settled()
	var x, y float64
	clicked := eval[string](b, `document.getElementById("gravity").value`)
	if _, err := fmt.Sscanf(clicked, "%g,%g", &x, &y); err != nil || math.Abs(x-0.1) > 0.015 || math.Abs(y-0.5) > 0.015 {
		t.Errorf("a click sets %s", clicked)
	}
	if eval[bool](b, `[...document.querySelectorAll("[name=place]")].some((p) => p.checked)`) {
		t.Error("a place is chosen besides the point")
	}
	b.expect("#url", "&gravity="+clicked)
	b.screen("gravity")
	b.click(".smart label:last-child")
	b.settled()
	b.expect("#url", "&gravity=smart")
	if db := b.psnr(); db < 50 {
		t.Errorf("smart: got a PSNR of %g dB", db)
	}
	b.click(".smart label:first-child")
	check("", "50% 50%", (1-part)/2)
	b.expect("#url", "&format=png")
}

// A trimmed variant is shown alone, because the page does not know what the border was. A
// padded one lies over the whole original. Neither is compared, nor is one with an effect.
func TestNotCompared(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	for query, want := range map[string]struct {
		left, fit string
		divider   bool
	}{
		"trim=true": {"Trimmed, and so without the original", "", false},
		"fit=pad":   {"Original", "contain", true},
		"sharpen=3": {"Original", "cover", true},
		"blur=3":    {"Original", "cover", true},
	} {
		b.openURL(base + "/?original=PHOTO.jpg&width=300&height=400&" + query)
		b.expect("#left", want.left)
		got := eval[string](b, `getComputedStyle(document.getElementById("before")).objectFit`)
		if want.fit != "" && got != want.fit || eval[bool](b, `document.getElementById("divider").checkVisibility()`) != want.divider {
			t.Errorf("%s: got %s", query, got)
		}
		if got := b.text("#psnr"); got != "–" {
			t.Errorf("%s: got a PSNR of %s", query, got)
		}
	}
}
