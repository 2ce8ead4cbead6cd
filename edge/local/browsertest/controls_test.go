//go:build !race

package browsertest

import (
	"fmt"
	"math"
	"net/url"
	"os"
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

// serve returns the URL of a server with config.
func serve(t *testing.T, config string) string {
	t.Helper()
	needChromium(t)
	url, stop, err := startServer(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
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

// The nine places, Smart and a click on the whole original set the gravity. The original
// under the variant shows the part that the variant does, which is marked in the whole
// original, and the variant is compared with that part.
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
		if gravity != "smart" && b.psnr() < 50 {
			t.Errorf("%s: got a PSNR of %g dB", gravity, b.psnr())
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
	b.click(".smart label:first-child")
	check("", "50% 50%", (1-part)/2)
	b.expect("#url", "&format=png")
}

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
	b.openURL(base + "/?original=PHOTO.jpg&preset=placeholder")
	b.expect("#url", "/PHOTO.jpg?preset=placeholder")
	b.expect("#verdict", "The variant, 32 × 24 ")
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
		b.eval(fmt.Sprintf(`[...document.querySelectorAll(".case")].find((c) => c.textContent === %q).click()`, label))
		b.settled()
		came := eval[string](b, `document.querySelector(".case[aria-current]").closest("td").querySelector("output").textContent`)
		if !strings.HasPrefix(came, label+" → "+want) {
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

// What is trimmed is shown alone, because what the border was is not known to the page, and
// what is padded lies over the whole original.
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
