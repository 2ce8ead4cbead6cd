//go:build !race

package browsertest

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hold makes the page's requests whose path contains part wait until release or
// letGo, or until the page aborts them.
func (b *tab) hold(part string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`(() => {
		const real = window.reallyFetch ??= window.fetch;
		window.held = [];
		window.fetch = (url, options = {}) => !url.includes(%q) ? real(url, options) : new Promise((resolve, reject) => {
			options.signal?.addEventListener("abort", () => reject(options.signal.reason));
			window.held.push(() => options.signal?.aborted || resolve(real(url, options)));
		});
	})()`, part))
}

// letGo continues the held requests; release also stops holding.
func (b *tab) letGo() {
	b.t.Helper()
	b.eval(`window.held.splice(0).forEach((go) => go())`)
}

func (b *tab) release() {
	b.t.Helper()
	b.eval(`window.fetch = window.reallyFetch`)
	b.letGo()
}

// trial clicks the contract's button with that label.
func (b *tab) trial(label string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`[...document.querySelectorAll(".case")].find((c) => c.textContent === %q).click()`, label))
}

// came returns the text beside the button with that label.
func (b *tab) came(label string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`[...document.querySelectorAll(".case")].find((c) => c.textContent === %q).closest("td").querySelector(".came").textContent`, label))
}

// expectWaiting fails the test unless the page waits for the answer to a
// request and shows nothing of an earlier one.
func (b *tab) expectWaiting(url string) {
	b.t.Helper()
	b.expect("#verdict", "Waiting for the answer")
	b.expect("#url", url)
	for _, selector := range []string{"#after-format", "#after-size", "#after-bytes", "#saved", "#psnr", "#event", "#response"} {
		if got := b.text(selector); got != "–" {
			b.t.Errorf("%s: got %q while an answer is awaited", selector, got)
		}
	}
	if got := b.text("#cache") + b.text("#total") + b.text("#legend"); got != "" {
		b.t.Errorf("got %q while an answer is awaited", got)
	}
	if !eval[bool](b, `document.getElementById("try").hasAttribute("aria-busy") && !document.getElementById("divider").checkVisibility()`) {
		b.t.Error("the page does not look as if it waited")
	}
}

// While an answer is awaited the page says so, and the verdict of the request
// before is gone, whatever was pressed.
func TestWaiting(t *testing.T) {
	b := newTab(t)
	b.open("/")
	for label, want := range map[string]struct{ part, url, verdict string }{
		"asdf":    {"width=asdf", "/PHOTO.jpg?width=asdf&height=500", "The original, because width or height is not a plain whole number."},
		"zero":    {"width=0&", "/PHOTO.jpg?width=0&height=500", "The original, because width or height is zero."},
		"neither": {"/PHOTO.jpg", "/PHOTO.jpg", "The original, because width and height are missing."},
	} {
		b.hold(want.part)
		b.trial(label)
		b.expectWaiting(want.url)
		if got, want := b.came(label), label+" → waiting for the answer …"; got != want {
			t.Errorf("got %q beside the button, want %q", got, want)
		}
		b.release()
		b.settled()
		b.expect("#verdict", want.verdict)
		if got := b.came(label); got != label+" → 200: "+want.verdict {
			t.Errorf("got %q beside the button", got)
		}
	}
	for selector, part := range map[string]string{"#again": "/PHOTO.jpg", "#invalidate": "/"} {
		b.hold(part)
		b.click(selector)
		b.expectWaiting("/PHOTO.jpg")
		b.release()
		b.settled()
		b.expect("#verdict", "The original, because")
	}
}

// A slider's answer may take a moment before the page says that it waits.
func TestSliderWaits(t *testing.T) {
	b := newTab(t)
	b.open("/")
	b.hold("width=80")
	b.focus("#width-slider")
	b.press(kb.ArrowRight)
	b.wait(`document.getElementById("verdict").textContent.startsWith("Waiting")`)
	b.expectWaiting("/PHOTO.jpg?width=801&height=500")
	b.screen("waiting")
	b.colours("dark")
	b.screen("waiting-dark")
	b.press(kb.ArrowRight + kb.ArrowRight)
	b.letGo()
	b.wait(`window.held.length === 1`) // of the later ones, only the last is requested
	b.release()
	b.settled()
	b.expect("#verdict", "The variant, 803 × 500 AVIF.")
	b.expect("#url", "/PHOTO.jpg?width=803&height=500")
}

// After several clicks, the verdict of the last one stays, in whatever order
// the answers come; the other requests are given up.
func TestLastClickStands(t *testing.T) {
	b := newTab(t)
	b.open("/")
	for _, slow := range []string{"asdf", "800 × 500", "S3 hangs", "HEAD"} {
		b.hold(eval[string](b, fmt.Sprintf(`[...document.querySelectorAll(".case")].find((c) => c.textContent === %q).dataset.path`, slow)))
		b.trial(slow)
		b.trial("zero")
		b.wait(`!document.getElementById("verdict").textContent.startsWith("Waiting")`)
		b.release()
		b.settled()
		b.expect("#verdict", "The original, because width or height is zero.")
		b.expect("#url", "/PHOTO.jpg?width=0&height=500")
		if got := b.text(".case[aria-current]"); got != "zero" {
			t.Errorf("%s: %q is marked", slow, got)
		}
		if got := b.came("zero"); got != "zero → 200: The original, because width or height is zero." {
			t.Errorf("%s: got %q beside the last button", slow, got)
		}
		if got := b.came(slow); slow != "asdf" && got != "" {
			t.Errorf("%s: got %q beside it, of which no answer was awaited", slow, got)
		}
	}
	// A slider replaces a trial, and a trial a slider.
	b.hold("width=asdf")
	b.trial("asdf")
	b.fill("#width", "300")
	b.expect("#verdict", "The variant, 300 × 500 AVIF.")
	b.hold("width=301")
	b.focus("#width-slider")
	b.press(kb.ArrowRight)
	b.trial("zero")
	b.settled()
	b.expect("#verdict", "The original, because width or height is zero.")
}

// patient is a config that gives S3 much time.
const patient = `{"timeout_ms": 30000}`

// S3 never answers: another request does not wait for it, in the same tab or in
// another one, and a dropped picture replaces it.
func TestHangingHoldsNothingUp(t *testing.T) {
	url, _ := newServer(t, patient)
	b, other := newTab(t), newTab(t)
	b.openURL(url + "/")
	other.openURL(url + "/")
	b.trial("S3 hangs")
	b.expectWaiting("/trouble//hanging/PHOTO.jpg")
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#contract")))
	b.screen("waiting-contract")
	other.trial("asdf")
	other.settled()
	other.expect("#verdict", "The original, because width or height is not a plain whole number.")
	b.expectWaiting("/trouble//hanging/PHOTO.jpg")
	b.trial("zero")
	b.settled()
	b.expect("#verdict", "The original, because width or height is zero.")
	b.trial("S3 hangs")
	b.follow(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{copied(t, "png-rgba.png", "own.png")}))
	b.expect("h2.name", "own.png")
	b.expect("#verdict", "The variant, ")
	other.trial("zero")
	other.settled()
	other.expect("#verdict", "The original, because width or height is zero.")
}

// refused matches the browser's own console messages about a server that has
// stopped.
var refused = regexp.MustCompile(`ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|NETWORK_CHANGED|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|SOCKET_NOT_CONNECTED)`)

// If a server stops while an answer is awaited, the page says so.
func TestServerStops(t *testing.T) {
	url, stop := newServer(t, patient)
	b := newTab(t)
	b.expected = refused
	b.openURL(url + "/")
	b.trial("S3 hangs")
	b.expectWaiting("/trouble//hanging/PHOTO.jpg")
	stop()
	for range 2 {
		b.wait(`!document.getElementById("try").hasAttribute("aria-busy")`)
		b.expect("#verdict", "The server does not answer")
		b.expect("#after-size", "–")
		b.expect("#said", "No answer")
		if !eval[bool](b, `document.getElementById("verdict").classList.contains("failed") && !document.getElementById("frame").checkVisibility()`) {
			t.Error("it does not look as if something failed")
		}
		b.screen("stopped")
		b.click("#invalidate")
	}
}
