//go:build !race

package browsertest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const originals = project + "/testdata/originals"

// follow runs an action that leads to another page.
func (b *tab) follow(action chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, action); err != nil {
		b.t.Fatal(err)
	}
	b.settled()
}

// One original of each kind; the browser does not show all of them.
func TestOriginals(t *testing.T) {
	b := newTab(t)
	for name, want := range map[string]string{
		"png-rgba.png":               "AVIF.",
		"gif-animated-disposals.gif": "WebP.",
		"webp-lossy.webp":            "AVIF.",
		"bmp-24.bmp":                 "AVIF.",
		"tiff-rgb.tif":               "AVIF.",
		"jpeg-orientation-6.jpg":     "AVIF.",
		"jpeg-cmyk-icc.jpg":          "AVIF.",
		"été +1 %.jpg":               "AVIF.",
		"svg.svg":                    "The original, because SVG is not resized.",
		"heic-header.heic":           "The original, because HEIC is not resized.",
		"html-called.jpg":            "The original, because HTML is not resized.",
		"webp-animated.webp":         "WebP.",
		"jpeg-truncated.jpg":         "The original, because the original is corrupt or truncated.",
		"empty.jpg":                  "The original, because the original has no bytes.",
	} {
		b.open("/?" + url.Values{"original": {name}}.Encode())
		b.expect("h2.name", name)
		b.expect("#verdict", want)
	}
	b.open("/?original=heic-header.heic")
	b.expect("#before-format", "HEIC")
	b.expect(".panel .muted", "HEIC is not resized")
	b.screen("unsupported")
	b.open("/?original=tiff-rgb.tif")
	b.expect("#left", "Your browser does not show the original")
	b.wait(`document.getElementById("psnr").textContent === "not seen by this browser"`)
	b.open("/?original=jpeg-orientation-6.jpg")
	if got := eval[string](b, `document.getElementById("before").naturalWidth + " × " + document.getElementById("before").naturalHeight`); b.text("#before-size") != got {
		t.Errorf("the browser sees %s pixels, the server %s", got, b.text("#before-size"))
	}
}

func TestGallery(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.wait(`document.querySelector(".thumb img")?.naturalWidth === 120`)
	b.follow(chromedp.Click(chromedp.CSS(`#strip a[href$="bmp-24.bmp"]`)))
	b.expect("h2.name", "bmp-24.bmp")
	b.focus("#strip [aria-current]")
	b.press(kb.ArrowRight)
	b.follow(chromedp.KeyEvent(kb.Enter))
	b.expect("h2.name", "bmp-palette-8.bmp")
	if strip, tile := b.box("#strip"), b.box("#strip [aria-current]"); tile.X < strip.X || tile.X+tile.Width > strip.X+strip.Width {
		t.Errorf("the original is at %v, out of sight in %v", tile, strip)
	}
	b.focus("#strip [aria-current]")
	b.press(kb.End + kb.Home)
	if got := eval[string](b, `document.activeElement.querySelector(".called").textContent`); got != "PHOTO.jpg" {
		t.Errorf("the first original is %q", got)
	}
}

// dragFiles drags files over the page and drops them there.
func (b *tab) dragFiles(files ...string) {
	b.t.Helper()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}
	send := func(kind input.DispatchDragEventType) {
		b.t.Helper()
		_, err := chromedp.Call(b.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: 600, Y: 700, Data: data})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	send(input.DispatchDragEventTypeDragEnter)
	send(input.DispatchDragEventTypeDragOver)
	b.wait(`document.getElementById("dropping").checkVisibility()`)
	b.screen("dropping")
	b.follow(chromedp.Func(func(context.Context, *chromedp.Target) error { send(input.DispatchDragEventTypeDrop); return nil }))
}

// copied returns the absolute path of a copy of a project's picture under
// another name.
func copied(t *testing.T, original, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(originals, original))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// A dropped file can be tried like any other.
func TestDrop(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.dragFiles(copied(t, "png-rgba.png", "my own + 100 %.png"))
	b.expect("h2.name", "my own + 100 %.png")
	b.expect("#verdict", "AVIF.")
	b.expect("#url", "/dropped//")
	b.expect("#event", `"uri": "/dropped//`)
	b.expect("#strip li:first-child", "my own + 100 %.png")
	b.screen("dropped")
}

// A chosen file works like a dropped one; a file that is not a picture causes
// no error.
func TestChoose(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.follow(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{copied(t, "jpeg-420.jpg", "a.jpg"), copied(t, "svg.svg", "b.svg")}))
	b.expect("h2.name", "b.svg")
	b.expect("#verdict", "The original, because SVG is not resized.")
	b.follow(chromedp.Click(chromedp.CSS("#strip li:nth-child(2) a")))
	b.expect("h2.name", "a.jpg")
	b.expect("#verdict", "The variant, ")
	if got := eval[int](b, `document.querySelectorAll("#strip a[href*=dropped]").length`); got < 2 {
		t.Errorf("%d dropped files are in the gallery", got)
	}
}
