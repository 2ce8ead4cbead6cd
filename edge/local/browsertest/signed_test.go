//go:build !race

package browsertest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// serveSigned returns the URL of a server that checks signatures by the key of its own.
func serveSigned(t *testing.T) string {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte(strings.Repeat("k", 43)), 0o600); err != nil {
		t.Fatal(err)
	}
	return serve(t, `{"parameters": ["quality", "signature"]}`, "-signing-keys", keys)
}

// signedURL matches a URL of the page with its signature.
var signedURL = regexp.MustCompile(`^(/PHOTO\.jpg\?width=300&height=200)&expires=\d+&signature=[\w-]{43}$`)

// The controls, the thumbnails and what lies over a variant are signed. The page shows the
// start of the signature; the link and the command have all of it.
func TestSigned(t *testing.T) {
	base := serveSigned(t)
	b := newTab(t)
	b.openURL(base + "/?original=PHOTO.jpg&width=300&height=200")
	b.expect("#verdict", "The variant, 300 × 200 ")
	b.wait(`document.querySelector(".thumb img")?.naturalWidth === 120`)
	b.choose("quality", "50")
	b.expect("#verdict", "The variant, 300 × 200 ")
	b.expect("#canonical", "/PHOTO.jpg?width=300&height=200&quality=50&format=avif")
	b.choose("quality", "")
	short := regexp.MustCompile(`^/PHOTO\.jpg\?width=300&height=200&expires=\d+&signature=[\w-]{6}…$`)
	if got := b.text("#url"); !short.MatchString(got) {
		t.Errorf("the page shows %s", got)
	}
	if got := eval[string](b, `document.getElementById("url").getAttribute("href")`); !signedURL.MatchString(got) {
		t.Errorf("the link is %s", got)
	}
	b.eval(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`)
	b.click("#curl")
	b.wait(`window.copied`)
	if got := eval[string](b, "window.copied"); !regexp.MustCompile(`' '` + regexp.QuoteMeta(base) + `/PHOTO\.jpg\?width=300&height=200&expires=\d+&signature=[\w-]{43}'$`).MatchString(got) {
		t.Errorf("the command is %s", got)
	}
	b.click("#again")
	b.settled()
	b.expect("#verdict", "The variant, 300 × 200 ")
	b.click(`#beside [value="other"]`)
	b.settled()
	b.expect("#left", "JPEG, ")
	if got := eval[string](b, "location.search"); strings.Contains(got, "signature") {
		t.Errorf("the page's address has a signature: %s", got)
	}
}

// Buttons of the contract send URLs without a valid signature. Send again does not mend
// them.
func TestUnsigned(t *testing.T) {
	base := serveSigned(t)
	b := newTab(t)
	b.openURL(base + "/")
	for _, tt := range [][2]string{
		{"unsigned", "the URL has no valid signature"},
		{"expired", "the URL's signature has expired"},
		{"signed for another path", "the URL has no valid signature"},
	} {
		b.trial(tt[0])
		b.settled()
		b.expect("#verdict", "The original, because "+tt[1]+".")
		b.click("#again")
		b.settled()
		b.expect("#verdict", "The original, because "+tt[1]+".")
	}
	b.trial("1 × 1")
	b.settled()
	b.expect("#verdict", "The variant, 1 × 1 ")
}

// Without keys the page says why every size gets the original.
func TestSignedWithoutKeys(t *testing.T) {
	base := serve(t, `{"parameters": ["signature"]}`)
	b := newTab(t)
	b.openURL(base + "/")
	b.expect(".notice", "there are no keys: every size gets the original")
	b.expect("#verdict", "The original, because the URL has no valid signature.")
	b.expect("#url", "/PHOTO.jpg?width=800&height=500")
}
