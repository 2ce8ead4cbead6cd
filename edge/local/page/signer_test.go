package page

import "testing"

// A long signature is cut short, and nothing else that looks like one.
func TestShortenedURL(t *testing.T) {
	const signature = "&signature=0123456789-_abcdefghijklmnopqrstuvwxyzABCDE"
	for url, want := range map[string]string{
		"/a.jpg?width=5&expires=9" + signature:         "/a.jpg?width=5&expires=9&signature=012345…",
		"/a.jpg" + signature + ".jpg?width=5&height=5": "/a.jpg" + signature + ".jpg?width=5&height=5",
		"/a.jpg?width=5&signature=0123456789":          "/a.jpg?width=5&signature=0123456789",
		"":                                             "",
	} {
		if got := shortened(url); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
}
