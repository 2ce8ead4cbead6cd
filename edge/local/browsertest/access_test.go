//go:build !race

package browsertest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// controls are the roles of elements that a user can operate.
var controls = []string{"button", "link", "slider", "textbox", "radio", "checkbox", "spinbutton", "combobox", "DisclosureTriangle", "img", "region"}

// Every control has a name for users who do not see it.
func TestNames(t *testing.T) {
	b := newTab(t)
	b.open("/")
	found := b.named()
	for role, least := range map[string]int{"button": 10, "link": 60, "slider": 3, "textbox": 2, "radio": 5, "checkbox": 1} {
		if found[role] < least {
			t.Errorf("found %d of %s, want at least %d", found[role], role, least)
		}
	}
}

// named returns how many controls of each role the page has. Each must have a name.
func (b *tab) named() map[string]int {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	found := map[string]int{}
	for _, node := range tree.Nodes {
		if node.Ignored {
			continue
		}
		role, name := value(node.Role), value(node.Name)
		if !slices.Contains(controls, role) {
			continue
		}
		found[role]++
		if strings.TrimSpace(name) == "" {
			b.t.Errorf("a %s has no name", role)
		}
	}
	return found
}

func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	_ = json.Unmarshal(v.Value, &s) // otherwise it is not text
	return s
}

// contrast is a JavaScript function that finds text with too little contrast.
//
//go:embed contrast.js
var contrast string

// Text has the contrast that WCAG 2.2 demands at level AA, in both colour
// schemes and for each kind of answer.
func TestContrast(t *testing.T) {
	b := newTab(t)
	b.expected = statusErrors
	for _, scheme := range []string{"light", "dark"} {
		b.colours(scheme)
		b.open("/")
		for _, label := range []string{"800 × 500", "asdf", "no answer: 502"} {
			b.trial(label)
			b.settled()
			b.checkContrast(scheme + ", " + label)
		}
	}
}

// checkContrast fails the test if text has too little contrast.
func (b *tab) checkContrast(name string) {
	b.t.Helper()
	for _, found := range eval[[]string](b, "("+contrast+")()") {
		b.t.Errorf("%s: %s", name, found)
	}
}

func TestColourSchemes(t *testing.T) {
	b := newTab(t)
	b.open("/")
	for _, scheme := range []string{"light", "dark"} {
		b.colours(scheme)
		var red, green, blue float64
		colour := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
		if _, err := fmt.Sscanf(colour, "rgb(%g, %g, %g)", &red, &green, &blue); err != nil || (red+green+blue > 3*128) != (scheme == "light") {
			t.Errorf("%s: the page is %s", scheme, colour)
		}
		b.wait(`document.querySelector(".thumb img")?.complete`)
		b.screen("page-" + scheme)
	}
}

// The tab key reaches every control, and each shows that it has the focus.
func TestKeyboard(t *testing.T) {
	b := newTab(t)
	b.open("/")
	want := map[string]int{"cases": eval[int](b, `document.querySelectorAll(".case").length`)}
	for _, name := range []string{
		"view", "divider", "zoom", "width-slider", "width", "height-slider", "height", "format", "keep", "url", "again", "invalidate", "curl",
		"needs-script", "file", "strip", "event", "response",
	} {
		want[name] = 1
	}
	want["zoom"] = 2                       // and the choice beside it
	want["event"], want["response"] = 2, 2 // with their buttons
	reached := b.reached()
	for name, n := range want {
		if reached[name] != n {
			t.Errorf("%s is reached %d times, want %d", name, reached[name], n)
		}
	}
}

// reached returns what the tab key reaches, with the number of times. Each must show that it
// has the focus.
func (b *tab) reached() map[string]int {
	b.t.Helper()
	const focused = `(() => {
		const e = document.activeElement;
		const outlined = [getComputedStyle(e), getComputedStyle(e, "::after"), e.nextElementSibling && getComputedStyle(e.nextElementSibling)]
			.some((style) => style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
		const name = e.id || e.dataset.copy || e.dataset.for || (e.name === "place" && e.name) || e.closest(".zoom, .strip, .cases, details, body").className || e.closest("details, body").tagName;
		return JSON.stringify([name, outlined]);
	})()`
	reached := map[string]int{}
	for range 150 {
		b.press(kb.Tab)
		var name string
		var outlined bool
		if err := json.Unmarshal([]byte(eval[string](b, focused)), &[]any{&name, &outlined}); err != nil {
			b.t.Fatal(err)
		}
		if name == "BODY" || reached[name] > 0 && name == "view" {
			break
		}
		reached[name]++
		if !outlined {
			b.t.Errorf("%s does not show that it has the focus", name)
		}
	}
	return reached
}

// On a phone nothing is wider than the screen or too small for a finger, and
// the divider follows the finger.
func TestPhone(t *testing.T) {
	b := newTab(t)
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	b.open("/")
	b.screen("phone")
	b.checkPhone()
	x, y := b.box("#divider").middle()
	b.touch(input.DispatchTouchEventTypeTouchStart, x, y)
	b.touch(input.DispatchTouchEventTypeTouchMove, x-100, y)
	b.touch(input.DispatchTouchEventTypeTouchEnd, 0, 0)
	if to, _ := b.box("#divider").middle(); math.Abs(to-x+100) > 2 {
		t.Errorf("the divider went from %.0f to %.0f", x, to)
	}
	b.do(chromedp.ScrollIntoView(chromedp.CSS("#contract")))
	b.screen("phone-contract")
	b.colours("dark")
	b.eval(`window.scrollTo(0, 0)`)
	b.screen("phone-dark")
}

// checkPhone fails the test if something is wider than a phone's screen or too small for a
// finger.
func (b *tab) checkPhone() {
	b.t.Helper()
	if got := eval[int](b, `document.scrollingElement.scrollWidth`); got > 390 {
		b.t.Errorf("the page is %d pixels wide", got)
	}
	// WCAG 2.2, success criterion 2.5.8: 24 by 24 pixels, except links in text.
	small := eval[[]string](b, `[...document.querySelectorAll("button, .case, .zoom span, #divider, .places span, .smart span, input:not([type]), .drop label, .keep, summary, .strip a")]
		.filter((e) => e.checkVisibility() && Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < 20)
		.map((e) => e.outerHTML)`)
	for _, html := range small {
		b.t.Errorf("too small: %s", html)
	}
}

// touch sends the event of a finger.
func (b *tab) touch(kind input.DispatchTouchEventType, x, y float64) {
	b.t.Helper()
	points := []*input.TouchPoint{}
	if kind != input.DispatchTouchEventTypeTouchEnd {
		points = append(points, &input.TouchPoint{X: x, Y: y})
	}
	_, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
	if err != nil {
		b.t.Fatal(err)
	}
}
