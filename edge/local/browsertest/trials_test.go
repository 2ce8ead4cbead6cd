//go:build !race

package browsertest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Each button of the contract sends its request and shows the answer, also
// beside the button.
func TestTrials(t *testing.T) {
	b := newTab(t)
	b.expected = statusErrors
	b.open("/")
	labels := eval[[]string](b, `[...document.querySelectorAll(".case")].map((c, i) => { c.id = "case" + i; return c.textContent; })`)
	want := map[string]string{
		"800 × 500":           "200: The variant, 800 × 500 AVIF.",
		"no height":           "200: The original, because width or height is missing.",
		"neither":             "200: The original, because width and height are missing.",
		"asdf":                "200: The original, because width or height is not a plain whole number.",
		"same size":           "200: The original, because the original already has this size.",
		"HEAD":                "200: The origin's response as it came, because the request's method is not GET.",
		"POST":                "403: CloudFront's own answer, 403. The function was not asked.",
		"PNG":                 "200: The variant, 200 × 125 PNG.",
		"AVIF":                "200: The variant, 200 × 125 AVIF.",
		"other parameters":    "200: The variant, 800 × 500 AVIF.",
		"the first 100 bytes": "200: The variant, 799 × 499 AVIF.",
		"not modified: 304":   "304: The origin's response as it came, because the origin's status is not 200.",
		"no such key":         "403: The origin's response as it came, because the origin's status is not 200.",
		"truncated":           "200: The original, because the original is corrupt or truncated.",
		"S3 refuses":          "200: The original, because S3 refused access to the original.",
		"S3 hangs":            "200: The original, because S3 did not answer in time.",
		"no answer: 502":      "502: CloudFront's own answer, 502. The function was not asked.",
	}
	for i, label := range labels {
		selector := fmt.Sprintf("#case%d", i)
		if i%2 == 0 { // either way works
			b.click(selector)
		} else {
			b.focus(selector)
			b.press(kb.Enter)
		}
		b.settled()
		came := eval[string](b, fmt.Sprintf(`document.querySelector(%q).closest("td").querySelector("output").textContent`, selector))
		if came, ok := strings.CutPrefix(came, label+" → "); !ok || !strings.HasPrefix(came, want[label]) || len(came) < len("200: ") {
			t.Errorf("%s: got %q, want %q", label, came, want[label])
		}
		if got := b.text(".case[aria-current]"); got != label {
			t.Errorf("%q is marked in place of %q", got, label)
		}
		delete(want, label)
	}
	for label := range want {
		t.Errorf("%s is not on the page", label)
	}
}

// statusErrors matches the browser's own console messages about answers that
// are errors.
var statusErrors = regexp.MustCompile(`the server responded with a status of (403|404|502) `)

// An answer that is not a picture is shown as text: CloudFront's text of a 502,
// and S3's.
func TestNoPicture(t *testing.T) {
	b := newTab(t)
	b.expected = statusErrors
	b.open("/")
	for label, want := range map[string][]string{
		"no answer: 502":    {"502 ERROR", "The request could not be satisfied.", "CloudFront wasn't able to connect to the origin"},
		"no such key":       {"<Code>AccessDenied</Code>"},
		"not modified: 304": {"304, no body"},
		"HEAD":              {"200, no body"},
		"HTML by that name": {"200, 89 bytes of image/jpeg", "does not show"},
	} {
		b.trial(label)
		b.settled()
		for _, part := range want {
			b.expect("#said", part)
		}
		if !eval[bool](b, `document.getElementById("said").checkVisibility() && !document.getElementById("frame").checkVisibility()`) {
			t.Errorf("%s: a picture is shown", label)
		}
		if label == "no answer: 502" {
			b.expect("#event", "The function was not asked.")
			b.expect("#cache", "Error from cloudfront")
			b.screen("502")
		}
	}
	b.click("#again") // and back to a picture
	b.fill("#width", "300")
	if !eval[bool](b, `!document.getElementById("said").checkVisibility() && document.getElementById("frame").checkVisibility()`) {
		t.Error("no picture is shown")
	}
}
