//go:build !race

package browsertest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// refusedScripts matches the console's messages about scripts that a policy
// forbids.
var refusedScripts = regexp.MustCompile(`Content Security Policy|status of 40[34]|favicon`)

// An SVG or HTML original runs no script, neither its own nor one that it
// loads, but has its styles.
func TestOriginalsRunNoScripts(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>rect{fill:rgb(1,2,3)}</style>` +
			`<rect width="9" height="9" style="stroke:rgb(4,5,6)" onload="document.documentElement.id='ran'"/>` +
			`<script>document.documentElement.id = 'ran'</script><script href="/s.js"/></svg>`,
		"a.html": `<!doctype html><style>body{color:rgb(1,2,3)}</style><body style="background-color:rgb(4,5,6)">` +
			`<script>document.documentElement.id = 'ran'</script><script src="/s.js"></script><img src="none" onerror="document.documentElement.id='ran'">`,
		"s.js": `document.documentElement.id = 'ran'`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := newTab(t)
	b.expected = refusedScripts
	url := serve(t, `{}`, "-originals", dir)
	for path, styles := range map[string]string{
		"/a.svg":  `(({fill, stroke}) => fill + stroke)(getComputedStyle(document.querySelector("rect")))`,
		"/a.html": `(({color, backgroundColor}) => color + backgroundColor)(getComputedStyle(document.body))`,
	} {
		b.show(url + path)
		if got := eval[string](b, styles); got != "rgb(1, 2, 3)rgb(4, 5, 6)" {
			t.Errorf("%s has the styles %s", path, got)
		}
		if eval[bool](b, `document.documentElement.id === "ran"`) {
			t.Errorf("%s runs a script", path)
		}
	}
}
