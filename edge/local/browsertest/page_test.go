//go:build !race

package browsertest

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What the page says about the variant that it opens with.
func TestVariant(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.expect("#verdict", "The variant, 800 × 500 AVIF.")
	b.expect("#url", "/PHOTO.jpg?width=800&height=500")
	b.expect("#canonical", "/PHOTO.jpg?width=800&height=500&format=avif")
	b.expect("#cache", "Status 200")
	for selector, want := range map[string]string{
		"#before-format": "JPEG", "#before-size": "1600 × 1200", "#before-bytes": "479 kB",
		"#after-format": "AVIF, quality 80", "#after-size": "800 × 500", "#saved": " %",
	} {
		b.expect(selector, want)
	}
	if db := b.psnr(); db < 34 || db > 45 {
		t.Errorf("got a PSNR of %g dB", db)
	}
	stages := eval[map[string]float64](b, `Object.fromEntries([...document.querySelectorAll("#bar span")].map(
		(s) => [s.className, s.getBoundingClientRect().width]))`)
	bar := 0.0
	for _, stage := range []string{"fetch", "decode", "resample", "encode", "rest"} {
		bar += stages[stage]
	}
	if len(stages) != 5 || stages["decode"] == 0 || bar < 700 {
		t.Errorf("got a bar of %v", stages)
	}
	checkExchange(t, b)
}

// checkExchange fails the test unless event and response belong to the variant
// that the page opens with.
func checkExchange(t *testing.T, b *tab) {
	t.Helper()
	var event struct {
		Records []struct {
			CF struct {
				Request struct{ URI, QueryString string }
			}
		}
	}
	if err := json.Unmarshal([]byte(b.text("#event")), &event); err != nil || event.Records[0].CF.Request.URI != "/PHOTO.jpg" ||
		event.Records[0].CF.Request.QueryString != "width=800&height=500&format=avif" {
		t.Errorf("got the event %+v, %v", event, err)
	}
	var response struct{ Status, Body, BodyEncoding string }
	if err := json.Unmarshal([]byte(b.text("#response")), &response); err != nil || response.Status != "200" || response.BodyEncoding != "base64" {
		t.Errorf("got the response %+v, %v", response, err)
	}
}

// psnr returns the PSNR that the page shows, in decibels.
func (b *tab) psnr() float64 {
	b.t.Helper()
	b.wait(`document.getElementById("psnr").textContent.endsWith(" dB")`)
	db, err := strconv.ParseFloat(strings.TrimSuffix(b.text("#psnr"), " dB"), 64)
	if err != nil {
		b.t.Fatal(err)
	}
	return db
}

// With any fit, a lossless variant equals the page's own calculation, and is as
// large as the part of the original under it.
func TestFits(t *testing.T) {
	for fit, want := range map[string]struct{ size, objectFit string }{
		"cover": {"100 × 40", "cover"}, "fill": {"100 × 40", "fill"}, "inside": {"53 × 40", "fill"},
	} {
		t.Run(fit, func(t *testing.T) {
			needChromium(t)
			url := serve(t, fmt.Sprintf(`{"fit": %q}`, fit))
			b := newTab(t)
			b.openURL(url + "/?original=png-rgb-8.png&width=100&height=40&format=png")
			b.expect("#after-size", want.size)
			if got := eval[string](b, `getComputedStyle(document.getElementById("before")).objectFit`); got != want.objectFit {
				t.Errorf("the original's object-fit is %s", got)
			}
			if db := b.psnr(); db < 50 {
				t.Errorf("got a PSNR of %g dB", db)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.focus("#width-slider")
	b.press(kb.ArrowRight + kb.ArrowRight)
	b.settled()
	b.expect("#verdict", "The variant, 802 × 500 AVIF.")
	if got := eval[string](b, `document.getElementById("width").value`); got != "802" {
		t.Errorf("got %q in the field", got)
	}
	b.focus("#height-slider")
	b.press(kb.Home)
	b.settled()
	b.expect("#verdict", "The variant, 802 × 1 AVIF.")
	b.fill("#height", "300")
	b.expect("#verdict", "The variant, 802 × 300 AVIF.")
	if got := eval[string](b, `document.getElementById("height-slider").value`); got != "300" {
		t.Errorf("the slider is at %s", got)
	}
	b.click("#keep")
	b.settled()
	b.expect("#verdict", "The variant, 802 × 602 AVIF.")
	b.fill("#height", "300")
	b.expect("#verdict", "The variant, 400 × 300 AVIF.")
	b.click("#keep")
	for value, want := range map[string]string{
		"asdf": "The original, because width or height is not a plain whole number.",
		"9999": "The original, because width or height is larger than the configured maximum.",
		"0":    "The original, because width or height is zero.",
		"":     "The original, because width or height is missing.",
		"1601": "The original, because width or height is larger than the original.",
	} {
		b.fill("#width", value)
		b.expect("#verdict", want)
		b.expect("#after-size", "1600 × 1200")
		if value != "1601" && b.text("#canonical") != "/PHOTO.jpg" {
			t.Errorf("%q: the canonical request is %s", value, b.text("#canonical"))
		}
		if !eval[bool](b, `document.getElementById("divider").hidden`) {
			t.Errorf("%q: there is a divider", value)
		}
	}
	b.screen("original")
	b.fill("#width", "200")
	b.open(eval[string](b, "location.pathname + location.search"))
	b.expect("#verdict", "The variant, 200 × 300 AVIF.")
}

// A chosen format becomes part of the page's URL, and a format that cannot be
// written is passed over.
func TestFormats(t *testing.T) {
	b := newTab(t)
	b.open("/")
	if got := eval[string](b, `document.getElementById("format").value`); got != "" {
		t.Errorf("the page begins with the format %q", got)
	}
	choose := func(format string) {
		t.Helper()
		b.eval(fmt.Sprintf(`{ const f = document.getElementById("format"); f.value = %q; f.dispatchEvent(new Event("change")); }`, format))
		b.settled()
	}
	choose("png")
	b.expect("#verdict", "The variant, 800 × 500 PNG.")
	b.expect("#canonical", "/PHOTO.jpg?width=800&height=500&format=png")
	if got := b.text("#details"); got != "" {
		t.Errorf("got the details %q", got)
	}
	b.screen("format")
	b.open(eval[string](b, "location.pathname + location.search"))
	b.expect("#verdict", "The variant, 800 × 500 PNG.")
	choose("webp")
	b.expect("#verdict", "The variant, 800 × 500 WebP.")
	choose("")
	b.expect("#verdict", "The variant, 800 × 500 AVIF.")
	b.expect("#url", "/PHOTO.jpg?width=800&height=500")
	b.open("/?original=jpeg-420.jpg&width=asdf&height=30&format=png")
	b.expect("#verdict", "The original, because width or height is not a plain whole number.")
	b.expect("#url", "/jpeg-420.jpg?width=asdf&height=30&format=png")
	b.expect("#canonical", "/jpeg-420.jpg")
}

// fill types a value into a field, replacing the old one.
func (b *tab) fill(selector, value string) {
	b.t.Helper()
	b.focus(selector)
	b.eval(fmt.Sprintf(`document.querySelector(%q).select()`, selector))
	if value == "" {
		value = kb.Delete
	}
	b.press(value)
	b.settled()
}

func (b *tab) eval(expression string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](expression))
}

// box is the position of an element, in CSS pixels of the viewport.
type box struct{ X, Y, Width, Height float64 }

func (b *tab) box(selector string) box {
	b.t.Helper()
	return eval[box](b, fmt.Sprintf("document.querySelector(%q).getBoundingClientRect().toJSON()", selector))
}

func (b box) middle() (x, y float64) { return b.X + b.Width/2, b.Y + b.Height/2 }

// The divider follows the mouse and the keyboard, and the original shows up to
// it.
func TestDivider(t *testing.T) {
	b := newTab(t)
	b.open("/")
	check := func(want float64) {
		t.Helper()
		frame := b.box("#frame")
		x, _ := b.box("#divider").middle()
		clip := eval[string](b, `getComputedStyle(document.getElementById("before")).clipPath`)
		inset, _, _ := strings.Cut(strings.TrimPrefix(clip, "inset(0px "), "px")
		cut, err := strconv.ParseFloat(inset, 64)
		if err != nil && clip != "inset(0px)" { // cut by nothing
			t.Errorf("got a clip path of %q", clip)
		}
		now := eval[string](b, `document.getElementById("divider").getAttribute("aria-valuenow")`)
		if math.Abs(x-frame.X-want*frame.Width) > 2 || math.Abs(frame.Width-cut-want*frame.Width) > 2 || now != strconv.Itoa(int(math.Round(want*100))) {
			t.Errorf("the divider is at %.0f, says %s, and the original is cut by %.0f of %.0f; want %.2f", x-frame.X, now, cut, frame.Width, want)
		}
	}
	check(0.5)
	stage := b.box("#stage")
	x, y := b.box("#divider").middle()
	b.do(chromedp.DragAndDropXY(x, y, stage.X+stage.Width/4, y+50))
	check(0.25)
	b.do(chromedp.DragAndDropXY(stage.X+stage.Width/2, y+90, stage.X+stage.Width*3/4, y+90))
	check(0.75)
	b.focus("#divider")
	b.press(kb.Home)
	check(0)
	b.press(kb.ArrowRight + kb.PageUp)
	check(0.12)
	b.press(kb.End)
	check(1)
	b.press(kb.ArrowLeft + kb.ArrowLeft + kb.PageDown)
	check(0.86)
}

// At N× a pixel of the variant takes N of the screen's, on any screen, and a
// picture that does not fit can be moved.
func TestZoom(t *testing.T) {
	b := newTab(t)
	for _, density := range []float64{1, 2} {
		b.do(chromedp.EmulateViewport(1280, 900, chromedp.EmulateScale(density)))
		b.open("/?original=PHOTO.jpg&width=400&height=300")
		for _, zoom := range []float64{1, 2, 4, 8} {
			b.click(fmt.Sprintf("#zoom input[value='%g'] + span", zoom))
			frame := b.box("#frame")
			if math.Abs(frame.Width-400*zoom/density) > 1 || math.Abs(frame.Height-300*zoom/density) > 1 {
				t.Errorf("%gx at density %g: the picture is %.1f by %.1f", zoom, density, frame.Width, frame.Height)
			}
			b.expect("#scale", fmt.Sprintf("%g %%", zoom*100))
		}
		b.screen(fmt.Sprintf("zoom-%gx-density", density))
	}
	before := b.box("#frame")
	x, y := b.box("#stage").middle()
	b.do(chromedp.DragAndDropXY(x+100, y+100, x+160, y+120))
	if after := b.box("#frame"); math.Abs(after.X-before.X-60) > 1 || math.Abs(after.Y-before.Y-20) > 1 {
		t.Errorf("moved from %v to %v, want by 60 and 20", before, after)
	}
	before = b.box("#frame")
	b.focus("#view")
	b.press(kb.ArrowRight + kb.ArrowDown)
	if after := b.box("#frame"); math.Abs(after.X-before.X+40) > 1 || math.Abs(after.Y-before.Y+40) > 1 {
		t.Errorf("moved from %v to %v, want by -40 and -40", before, after)
	}
	b.focus("#zoom :checked")
	b.press(kb.Home) // radio buttons ignore it
	b.press(strings.Repeat(kb.ArrowLeft, 4))
	if frame, stage := b.box("#frame"), b.box("#stage"); math.Abs(frame.Height-stage.Height) > 1 {
		t.Errorf("fit: the picture is %v, the stage %v", frame, stage)
	}
}

func TestActions(t *testing.T) {
	b := newTab(t)
	clipboard := browser.PermissionDescriptor{Name: "clipboard-read"}
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		clipboard.Name = name
		_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &clipboard, Setting: browser.PermissionSettingGranted,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.open("/?original=PHOTO.jpg&width=411&height=311")
	b.expect("#cache", "Miss from cloudfront")
	b.click("#again")
	b.settled()
	b.expect("#cache", "Hit from cloudfront")
	b.expect("#total", "earlier")
	b.click("#invalidate")
	b.wait(`document.getElementById("cache").textContent.includes("Miss from cloudfront")`)
	b.expect("#verdict", "The variant, 411 × 311 AVIF.")
	for selector, want := range map[string]string{
		"#curl":                  "curl --path-as-is -i -o answer -H 'Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' '" + server + "/PHOTO.jpg?width=411&height=311'",
		"[data-copy='event']":    `"querystring": "width=411&height=311&format=avif"`,
		"[data-copy='response']": `"bodyEncoding": "base64"`,
	} {
		b.click(selector)
		b.wait(fmt.Sprintf("document.querySelector(%q).textContent === 'Copied'", selector))
		if got := eval[string](b, "navigator.clipboard.readText()"); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q in it", selector, got, want)
		}
	}
}

// Without JavaScript the page has pictures, links and forms.
func TestWithoutScript(t *testing.T) {
	b := newTab(t)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(server + "/"))
	shows := func(src string) {
		t.Helper()
		if !eval[bool](b, fmt.Sprintf(`[...document.images].some((i) => i.getAttribute("src") === %q && i.naturalWidth && i.checkVisibility())`, src)) {
			t.Errorf("%s is not to be seen", src)
		}
	}
	shows("/PHOTO.jpg?width=800&height=500")
	shows("/PHOTO.jpg?width=120&height=90")
	if got := eval[int](b, `[...document.querySelectorAll(".needs-script")].filter((e) => e.checkVisibility()).length`); got != 0 {
		t.Errorf("%d elements that need JavaScript are to be seen", got)
	}
	b.screen("without-script")
	b.do(chromedp.SetValue(chromedp.CSS("#width"), "640"))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS("#size button"))); err != nil {
		t.Fatal(err)
	}
	shows("/PHOTO.jpg?width=640&height=500")
	if got, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(".case[href*='width=asdf']"))); err != nil || got.Status != 200 ||
		got.URL != server+"/PHOTO.jpg?width=asdf&height=500" {
		t.Errorf("got %v, %v", got, err)
	}
}
