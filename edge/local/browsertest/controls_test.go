//go:build !race

package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// everything returns the config that switches on all that needs no keys.
func everything(t *testing.T) string {
	t.Helper()
	config, err := os.ReadFile("../everything.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(config)
}

// serve returns the URL of a server that newServer starts.
func serve(t *testing.T, config string, arguments ...string) string {
	t.Helper()
	url, _ := newServer(t, config, arguments...)
	return url
}

// choose sets a control as a user does and waits for the answer.
func (b *tab) choose(id, value string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`{
		const control = document.getElementById(%q);
		if (control.type === "checkbox") control.checked = %q === "true"; else control.value = %[2]q;
		for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
	}`, id, value))
	b.settled()
}

// picture returns a digest of the variant's pixels.
func (b *tab) picture() string {
	b.t.Helper()
	return eval[string](b, `(async () => {
		const image = document.getElementById("after");
		const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
		context.drawImage(image, 0, 0);
		const { data } = context.getImageData(0, 0, image.naturalWidth, image.naturalHeight);
		const digest = await crypto.subtle.digest("SHA-256", data);
		return [image.naturalWidth, image.naturalHeight, ...new Uint8Array(digest)].join(" ");
	})()`)
}

// Each control changes the request, what the cache knows of it, and the picture; the page at
// its address afterwards says the same.
func TestControls(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	start := "/?original=PHOTO.jpg&width=300&height=400&format=png"
	b.openURL(base + start)
	plain := b.picture()
	for _, tt := range []struct{ id, value, asked string }{
		{"fit", "fill", "fit=fill"},
		{"fit", "inside", "fit=inside"},
		{"fit", "pad", "fit=pad"},
		{"dpr", "2", "dpr=2"},
		{"gravity", "top-left", "gravity=top-left"},
		{"gravity", "0.2,0.7", "gravity=0.2,0.7"},
		{"sharpen", "4", "sharpen=4"},
		{"blur", "3", "blur=3"},
	} {
		b.openURL(base + start)
		b.choose(tt.id, tt.value)
		b.expect("#url", "/PHOTO.jpg?width=300&height=400&format=png&"+tt.asked)
		b.expect("#canonical", "/PHOTO.jpg?width=300&height=400&"+tt.asked+"&format=png")
		b.expect("#verdict", "The variant, ")
		changed := b.picture()
		if changed == plain {
			t.Errorf("%s does not change the picture", tt.asked)
		}
		b.openURL(base + eval[string](b, "location.pathname + location.search"))
		b.expect("#url", "/PHOTO.jpg?width=300&height=400&format=png&"+tt.asked)
		if b.picture() != changed {
			t.Errorf("%s: another picture at the page's new address", tt.asked)
		}
	}
	b.openURL(base + "/?original=PHOTO.jpg&width=300&height=400&format=jpeg")
	plain = b.picture()
	b.choose("quality", "42")
	b.expect("#url", "&quality=42")
	b.expect("#canonical", "&quality=40&")
	b.expect("#after-format", "quality 40")
	if b.picture() == plain {
		t.Error("quality does not change the picture")
	}
}

// The page trims a picture's border and shows what remains.
func TestTrim(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 200, 150))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(20, 30, 180, 130), image.NewUniform(color.NRGBA{200, 40, 80, 255}), image.Point{}, draw.Src)
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, img); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.png"), encoded.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	base := serve(t, everything(t), "-originals", dir)
	b := newTab(t)
	b.openURL(base + "/?original=a.png&width=80&height=&format=png")
	b.expect("#after-size", "80 × 60")
	b.choose("trim", "true")
	b.expect("#url", "/a.png?width=80&format=png&trim=true")
	b.expect("#after-size", "80 × 50")
	b.expect("#left", "Trimmed, and so without the original")
	b.choose("trim", "false")
	if got := b.text("#url"); got != "/a.png?width=80&format=png" {
		t.Errorf("got %s", got)
	}
	b.expect("#after-size", "80 × 60")
}

// Sliders and fields follow each other. Where a slider says what holds anyway, the field is
// empty.
func TestControlSliders(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	b.openURL(base + "/?original=jpeg-420.jpg&width=60&height=40")
	b.focus(`[data-for="quality"]`)
	b.press(kb.ArrowLeft)
	b.settled()
	b.expect("#url", "/jpeg-420.jpg?width=60&height=40&quality=79")
	b.press(kb.ArrowRight)
	b.settled()
	if got := b.text("#url"); got != "/jpeg-420.jpg?width=60&height=40" {
		t.Errorf("got %s", got)
	}
	b.fill("#blur", "7")
	if got := eval[string](b, `document.querySelector("[data-for=blur]").value`); got != "7" {
		t.Errorf("the slider is at %s", got)
	}
	b.expect("#url", "&blur=7")
	b.choose("fit", "pad")
	b.choose("background-colour", "#ff8800")
	b.expect("#url", "&fit=pad&background=ff8800")
	b.expect("#canonical", "&fit=pad,ff8800&")
	b.choose("background", "0f0")
	if got := eval[string](b, `document.getElementById("background-colour").value`); got != "#00ff00" {
		t.Errorf("the colour is %s", got)
	}
	if eval[bool](b, `document.getElementById("gravity").checkVisibility()`) {
		t.Error("a padded picture has a gravity")
	}
	b.choose("fit", "")
	b.expect("#url", "/jpeg-420.jpg?width=60&height=40&blur=7")
	if eval[bool](b, `document.getElementById("background").checkVisibility() || !document.getElementById("gravity").checkVisibility()`) {
		t.Error("a cropped picture has a background, or no gravity")
	}
}

// The controls have names and contrast, the tab key reaches them, and they fit a phone.
func TestControlsForEveryone(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	b.openURL(base + "/")
	b.wait(`!document.getElementById("whole").hidden`)
	if found := b.named(); found["combobox"] < 5 || found["radio"] < 17 {
		t.Errorf("found %v", found)
	}
	reached := b.reached()
	for _, name := range []string{"preset", "fit", "place", "gravity", "dpr", "quality", "sharpen", "blur", "trim"} {
		if want := 1 + strings.Count("quality sharpen blur", name); reached[name] != want {
			t.Errorf("%s is reached %d times, want %d", name, reached[name], want)
		}
	}
	for _, scheme := range []string{"light", "dark"} {
		b.colours(scheme)
		for _, query := range []string{"gravity=top", "gravity=smart", "fit=pad&background=fd0"} {
			b.openURL(base + "/?original=PHOTO.jpg&width=300&height=200&" + query)
			b.checkContrast(scheme + ", " + query)
		}
		b.openURL(base + "/?original=PHOTO.jpg&width=300&height=400&gravity=0.8,0.4")
		b.wait(`!document.getElementById("cut").hidden`)
		b.screen("controls-" + scheme)
	}
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	b.openURL(base + "/")
	b.wait(`!document.getElementById("whole").hidden`)
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#gravity")))
	b.screen("phone-controls")
	b.checkPhone()
}

// Without JavaScript the form asks for the same.
func TestControlsWithoutScript(t *testing.T) {
	base := serve(t, everything(t))
	b := newTab(t)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	if err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate(base + "/?original=PHOTO.jpg"))
	if got := eval[int](b, `[...document.querySelectorAll(".needs-script")].filter((e) => e.checkVisibility()).length`); got != 0 {
		t.Errorf("%d elements that need JavaScript are to be seen", got)
	}
	b.screen("controls-without-script")
	for id, value := range map[string]string{"gravity": "0.2,0.7", "fit": "fill", "quality": "60", "blur": "2"} {
		b.do(chromedp.SetValue(chromedp.CSS("#"+id), value))
	}
	b.click("#trim")
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS("#size button"))); err != nil {
		t.Fatal(err)
	}
	src := eval[string](b, `document.querySelector("img.plain").getAttribute("src")`)
	want := "/PHOTO.jpg?width=800&height=500&fit=fill&quality=60&gravity=0.2,0.7&blur=2&trim=true"
	if u, err := url.Parse(src); err != nil || src != want || b.text("#url") != want {
		t.Errorf("got %s, %v; want %s", u, err, want)
	}
}
