package edge

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

// headersOf returns headers with one Cache-Control line for each of values, and
// Expires unless it is "".
func headersOf(expires string, values ...string) Headers {
	h := Headers{}
	for _, v := range values {
		h["cache-control"] = append(h["cache-control"], Header{Key: "Cache-Control", Value: v})
	}
	if expires != "" {
		h.Set("Expires", expires)
	}
	return h
}

func TestShortened(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds int) string {
		return now.Add(time.Duration(seconds) * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT")
	}
	for _, tt := range []struct {
		headers Headers
		want    string
	}{
		{nil, "max-age=10"},
		{headersOf("", "max-age=31536000"), "max-age=10"},
		{headersOf("", "max-age=5"), "max-age=5"},
		{headersOf("", "max-age=0"), "max-age=0"},
		{headersOf("", "max-age=600, s-maxage=3"), "max-age=3"},
		{headersOf("", "s-maxage=600, max-age=4"), "max-age=4"},
		{headersOf("", "max-age=soon"), "max-age=0"},
		{headersOf("", "max-age"), "max-age=0"},
		{headersOf("", "max-age=-1"), "max-age=0"},
		{headersOf("", `max-age="7"`), "max-age=7"},
		{headersOf("", "max-age=99999999999999999999"), "max-age=10"},
		{headersOf("", "public, immutable, max-age=600, stale-while-revalidate=600, stale-if-error=600, x=private"), "max-age=10"},
		{headersOf("", "max-age=600, must-revalidate"), "must-revalidate, max-age=10"},

		{headersOf("", "no-store"), "no-store"},
		{headersOf("", "max-age=60", "No-Store"), "no-store"},
		{headersOf("", "private, max-age=3600"), "private, max-age=10"},
		{headersOf("", "max-age=3600, Private"), "Private, max-age=10"},
		{headersOf("", "no-cache"), "no-cache, max-age=10"},
		{headersOf("", `no-cache="Set-Cookie", max-age=86400`), `no-cache="Set-Cookie", max-age=10`},
		{headersOf("", `private="x-a, x-b"`), `private="x-a, x-b", max-age=10`},
		{headersOf("", `private="x, max-age=600`), "no-store"},
		{headersOf("", `private="x, max-age=600"`), "no-store"},
		{headersOf("", `x="a\", max-age=5, y="`), "max-age=10"},
		{headersOf("", ",, ,max-age = 5 ,"), "max-age=5"},

		{headersOf(at(3600)), "max-age=10"},
		{headersOf(at(4)), "max-age=4"},
		{headersOf(at(-4)), "max-age=0"},
		{headersOf("0"), "max-age=0"},
		{headersOf(at(4), "max-age=6"), "max-age=6"},
		{headersOf(at(4), "public"), "max-age=4"},
	} {
		if got := shortened(tt.headers, 10, now); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.headers, got, tt.want)
		}
	}
}

func TestRevalidated(t *testing.T) {
	for value, want := range map[string]string{
		"max-age=60":                           "max-age=60, stale-while-revalidate=9",
		"public, s-maxage=60":                  "public, s-maxage=60, stale-while-revalidate=9",
		`private="x", max-age=60`:              "",
		"":                                     "",
		"public":                               "",
		"max-age=0":                            "",
		"max-age=soon":                         "",
		"no-store":                             "",
		"no-cache, max-age=60":                 "",
		"private, max-age=60":                  "",
		"max-age=60,must-revalidate":           "",
		"max-age=60, proxy-revalidate":         "",
		"max-age=60, stale-while-revalidate=5": "",
		`max-age=60, x="`:                      "",
	} {
		got, added := revalidated(headersOf("", value), 9)
		if got != want || added != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", value, got, added, want)
		}
	}
	if got, added := revalidated(headersOf("", "max-age=60"), 0); added {
		t.Errorf("switched off: got %q", got)
	}
}

// sharedSeconds returns how long a shared cache may keep a response at most. It
// reads value the simple way: it cuts at every comma, ignores quotation marks,
// and takes the most that any directive allows.
func sharedSeconds(value string) int {
	seconds, timed := 0, false
	for part := range strings.SplitSeq(strings.ToLower(value), ",") {
		name, argument, _ := strings.Cut(strings.Trim(part, " \t"), "=")
		switch strings.Trim(name, " \t") {
		case "no-store":
			return 0
		case "max-age", "s-maxage":
			timed = true
			n, err := strconv.Atoi(strings.Trim(argument, "\" \t"))
			if err == nil {
				seconds = max(seconds, n)
			}
		}
	}
	if !timed {
		return math.MaxInt
	}
	return seconds
}

// However Cache-Control is spelled, shortened returns a short time, keeps
// restricting directives, and does not lengthen its own result.
func FuzzShortened(f *testing.F) {
	for _, seed := range []string{"max-age=5", `no-cache="Set-Cookie", max-age=86400`, `private="a, max-age=9`, "private, s-maxage=3", `x="\"", no-store`} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, value string, seconds int) {
		seconds = int(uint(seconds) % 100_000)
		got := shortened(headersOf("", value), seconds, time.Time{})
		if n := sharedSeconds(got); n > seconds {
			t.Errorf("%q: got %q, %d seconds of at most %d", value, got, n, seconds)
		}
		came, ok := cacheControl(headersOf("", value))
		if !ok {
			if got != "no-store" {
				t.Errorf("%q: got %q", value, got)
			}
			return
		}
		kept, _ := cacheControl(headersOf("", got))
		if got == "no-store" {
			return
		}
		for _, d := range came {
			switch d.name {
			case "max-age", "s-maxage":
				if n := sharedSeconds(got); n > d.seconds() {
					t.Errorf("%q: got %q, longer", value, got)
				}
			case "no-cache", "private", "must-revalidate", "proxy-revalidate":
				found := false
				for _, k := range kept {
					found = found || k.name == d.name && (k.bare || !d.bare)
				}
				if !found {
					t.Errorf("%q: got %q, without %s", value, got, d.text)
				}
			case "no-store":
				t.Errorf("%q: got %q", value, got)
			}
		}
		if bad, ok := validCacheControl(got); !ok {
			t.Errorf("%q: got %q, in which %q is wrong", value, got, bad)
		}
	})
}
