package bucket

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// put stores an object, or fails the test.
func put(t *testing.T, m *Memory, name, data string) Stored {
	t.Helper()
	o, err := m.Put(name, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// An object in memory is served like a file, and does not hide one.
func TestMemory(t *testing.T) {
	s := newServer(t)
	s.Memory = NewMemory(100)
	o := put(t, s.Memory, "photo.jpg", "in memory")
	if fs.ValidPath(o.Key) {
		t.Errorf("%s may be a file's name", o.Key)
	}
	url := start(t, s)
	got, body := get(t, "GET", url, "/pics/"+o.Key, nil)
	if got.StatusCode != 200 || body != "in memory" || got.Header.Get("Content-Type") != "image/jpeg" ||
		got.Header.Get("Etag") == "" || got.Header.Get("Last-Modified") == "" {
		t.Errorf("got %d %q, %v", got.StatusCode, body, got.Header)
	}
	if got, body := get(t, "GET", url, "/pics/photo.jpg", nil); got.StatusCode != 200 || body != string(photo) {
		t.Errorf("got %d %q for the file", got.StatusCode, body)
	}
	got, body = get(t, "GET", url, "/pics/"+o.Key+"x", nil)
	checkError(t, got, body, http.StatusNotFound, "NoSuchKey")
}

// The oldest objects make room; an object that cannot fit removes none.
func TestMemoryIsBounded(t *testing.T) {
	m := NewMemory(10)
	a, b, c := put(t, m, "a", "aaaa"), put(t, m, "b", "bbbb"), put(t, m, "c", "cccc")
	if again := put(t, m, "b", "bbbb"); again.Key != b.Key || &again.Data[0] != &b.Data[0] {
		t.Errorf("got %v for the same file again", again)
	}
	if _, ok := m.Get(a.Key); ok {
		t.Error("the oldest object is still there")
	}
	var tooLarge *TooLargeError
	if _, err := m.Put("d", make([]byte, 11)); !errors.As(err, &tooLarge) || *tooLarge != (TooLargeError{11, 10}) {
		t.Errorf("got %v", err)
	}
	if got := m.List(); len(got) != 2 || got[0].Key != b.Key || got[1].Key != c.Key {
		t.Errorf("got %v, want b and c", got)
	}
	put(t, m, "e", "0123456789")
	if got := m.List(); len(got) != 1 || got[0].Name != "e" {
		t.Errorf("got %v, want e", got)
	}
}

// Another file of the same name, and the same file by another name, are
// different objects.
func TestMemoryKeys(t *testing.T) {
	m := NewMemory(100)
	keys := map[string]bool{}
	for _, o := range []Stored{put(t, m, "a", "1"), put(t, m, "a", "2"), put(t, m, "b", "1"), put(t, m, "", "")} {
		keys[o.Key] = true
	}
	if len(keys) != 4 {
		t.Errorf("got %v", keys)
	}
}

func TestMemoryNames(t *testing.T) {
	m := NewMemory(1 << 20)
	for given, want := range map[string]string{
		"a b+%.jpg": "a b+%.jpg", "été.jpg": "été.jpg", "/tmp/a.jpg": "a.jpg", `C:\pics\a.jpg`: "a.jpg",
		"": "file", ".": "file", "..": "file", "a/..": "file", "a/": "file", "bad\xff.jpg": "bad.jpg", ".hidden": ".hidden",
	} {
		if got := put(t, m, given, given); got.Name != want || !strings.HasSuffix(got.Key, "/"+want) {
			t.Errorf("%q: got %q at %s", given, got.Name, got.Key)
		}
	}
	long := put(t, m, strings.Repeat("é", 1000)+".jpg", "long")
	if !strings.HasSuffix(long.Name, "é.jpg") || !utf8.ValidString(long.Name) || len(Denied.Key(long.Key)) > maxKey {
		t.Errorf("got a name of %d bytes", len(long.Name))
	}
}

// Each trouble gives CloudFront and the function the right answers.
func TestTroubles(t *testing.T) {
	s := newServer(t)
	s.Troubles = true
	s.Memory = NewMemory(100)
	dropped := put(t, s.Memory, "dropped.jpg", "0123456789")
	url := start(t, s)
	for trouble, want := range map[Trouble]struct{ cloudFront, function string }{
		Truncated: {"200 01234", "200 01234"},
		Empty:     {"200 ", "200 "},
		NoPicture: {"200 " + html, "200 " + html},
		Denied:    {"200 0123456789", "403 AccessDenied"},
		Changed:   {"200 0123456789", "412 PreconditionFailed"},
		Failing:   {"200 0123456789", "503 SlowDown"},
	} {
		for _, key := range []string{"photo.jpg", dropped.Key} {
			for agent, want := range map[string]string{"Amazon CloudFront": want.cloudFront, "aws-sdk-go-v2": want.function} {
				got, body := get(t, "GET", url, "/pics/"+trouble.Key(key), http.Header{"User-Agent": {agent}})
				if _, rest, ok := strings.Cut(body, "<Code>"); ok {
					body, _, _ = strings.Cut(rest, "<")
				}
				if answer := fmt.Sprint(got.StatusCode, " ", body); answer != want {
					t.Errorf("%s of %s to %s: got %q, want %q", trouble, key, agent, answer, want)
				}
			}
		}
	}
	for _, key := range []string{Trouble("unknown").Key("photo.jpg"), Denied.Key("none.jpg"), "trouble//denied", "trouble//"} {
		got, body := get(t, "GET", url, "/pics/"+key, nil)
		checkError(t, got, body, http.StatusNotFound, "NoSuchKey")
	}
}

// A closed connection is not an answer.
func TestUnanswered(t *testing.T) {
	s := newServer(t)
	s.Troubles = true
	r := sign(t, newRequest(t, "GET", start(t, s), "/pics/"+Unanswered.Key("photo.jpg"), nil))
	if got, err := http.DefaultTransport.RoundTrip(r); err == nil {
		t.Errorf("got %d", got.StatusCode)
	}
}

// Without Troubles, keys of troubles are ordinary keys.
func TestNoTroubles(t *testing.T) {
	got, body := get(t, "GET", start(t, newServer(t)), "/pics/"+Truncated.Key("photo.jpg"), nil)
	checkError(t, got, body, http.StatusNotFound, "NoSuchKey")
}
