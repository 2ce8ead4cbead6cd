package cloudfront

import (
	"net/http"
	"testing"
	"time"
)

func TestListed(t *testing.T) {
	p := CachePolicy{QueryStrings: []string{"width", "height"}}
	for query, want := range map[string]string{
		"":                                  "",
		"width=500&height=300":              "width=500&height=300",
		"height=300&width=500":              "height=300&width=500",
		"v=7&width=500&utm=a%26b&height=":   "width=500&height=",
		"width=1&width=2":                   "width=1&width=2",
		"width":                             "width",
		"width=%35%30+0":                    "width=%35%30+0",
		"Width=500&HEIGHT=300":              "",
		"width2=500&xwidth=3&wid=4":         "",
		"%77idth=500":                       "",
		"width=500;height=300":              "width=500;height=300",
		"v=1;width=500":                     "",
		"&&width=1&&":                       "width=1",
		"=width&width=a=b&height==&width==": "width=a=b&height==&width==",
	} {
		if got := p.listed(query); got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
	if got := (CachePolicy{}).listed("width=500"); got != "" {
		t.Errorf("forwarded %q of no query strings", got)
	}
}

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

func TestTTL(t *testing.T) {
	type header map[string]string
	atLeast := func(d time.Duration) CachePolicy { p := DefaultPolicy(); p.MinTTL = d; return p }
	atMost := func(d time.Duration) CachePolicy { p := DefaultPolicy(); p.MaxTTL = d; return p }
	errorsFor := func(d time.Duration) CachePolicy { p := DefaultPolicy(); p.ErrorTTL = d; return p }
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	for _, tt := range []struct {
		name   string
		policy CachePolicy
		status int
		header header
		fresh  time.Duration
		keep   bool
	}{
		{"nothing said", DefaultPolicy(), 200, nil, day, true},
		{"max-age", DefaultPolicy(), 200, header{"Cache-Control": "public, max-age=60"}, time.Minute, true},
		{"s-maxage first", DefaultPolicy(), 200, header{"Cache-Control": "max-age=60, s-maxage=30"}, 30 * time.Second, true},
		{"max-age before Expires", DefaultPolicy(), 200,
			header{"Cache-Control": "max-age=60", "Expires": "Wed, 01 May 2024 13:00:00 GMT"}, time.Minute, true},
		{"any case, in quotes", DefaultPolicy(), 200, header{"Cache-Control": `Max-Age="60"`}, time.Minute, true},
		{"max-age=0", DefaultPolicy(), 200, header{"Cache-Control": "max-age=0"}, 0, true},
		{"max-age=-1", DefaultPolicy(), 200, header{"Cache-Control": "max-age=-1"}, day, true},
		{"max-age=1.5", DefaultPolicy(), 200, header{"Cache-Control": "max-age=1.5"}, day, true},
		{"max-age without end", DefaultPolicy(), 200, header{"Cache-Control": "max-age=99999999999999999999999"}, year, true},
		{"max-age of a millennium", DefaultPolicy(), 200, header{"Cache-Control": "max-age=31536000000"}, year, true},
		{"Expires", DefaultPolicy(), 200, header{"Expires": "Wed, 01 May 2024 13:00:00 GMT"}, time.Hour, true},
		{"has expired", DefaultPolicy(), 200, header{"Expires": "Wed, 01 May 2024 11:00:00 GMT"}, 0, true},
		{"Expires: 0", DefaultPolicy(), 200, header{"Expires": "0"}, 0, true},
		{"no-store", DefaultPolicy(), 200, header{"Cache-Control": "no-store, max-age=60"}, 0, false},
		{"private", DefaultPolicy(), 200, header{"Cache-Control": "private, max-age=60"}, 0, false},
		{"no-cache", DefaultPolicy(), 200, header{"Cache-Control": "no-cache"}, 0, true},
		{"other directives", DefaultPolicy(), 200, header{"Cache-Control": "public, immutable"}, day, true},

		{"at least: less", atLeast(time.Hour), 200, header{"Cache-Control": "max-age=60"}, time.Hour, true},
		{"at least: more", atLeast(time.Hour), 200, header{"Cache-Control": "max-age=7200"}, 2 * time.Hour, true},
		{"at least: more than the default", atLeast(2 * day), 200, nil, 2 * day, true},
		{"at least: no-store", atLeast(time.Hour), 200, header{"Cache-Control": "no-store"}, time.Hour, true},
		{"at least: private", atLeast(time.Hour), 200, header{"Cache-Control": "private"}, time.Hour, true},
		{"at least: no-cache", atLeast(time.Hour), 200, header{"Cache-Control": "no-cache"}, time.Hour, true},
		{"at most", atMost(time.Minute), 200, header{"Cache-Control": "max-age=3600"}, time.Minute, true},
		{"at most, Expires", atMost(time.Minute), 200, header{"Expires": "Wed, 01 May 2024 13:00:00 GMT"}, time.Minute, true},

		{"moved", DefaultPolicy(), 301, nil, day, true},
		{"moved for a time", DefaultPolicy(), 307, nil, 0, false},
		{"moved for a time that is said", DefaultPolicy(), 307, header{"Cache-Control": "max-age=60"}, time.Minute, true},

		{"error", DefaultPolicy(), 404, nil, 10 * time.Second, true},
		{"error for longer", DefaultPolicy(), 500, header{"Cache-Control": "max-age=60"}, time.Minute, true},
		{"error for less", DefaultPolicy(), 503, header{"Cache-Control": "max-age=1"}, 10 * time.Second, true},
		{"error at most", atMost(20 * time.Second), 500, header{"Cache-Control": "max-age=60"}, 20 * time.Second, true},
		{"error with other directives", DefaultPolicy(), 500, header{"Cache-Control": "no-store"}, 10 * time.Second, true},
		{"missing with no-store", DefaultPolicy(), 404, header{"Cache-Control": "no-store"}, 10 * time.Second, false},
		{"range error", DefaultPolicy(), 416, nil, 0, false},
		{"errors not at all", errorsFor(0), 404, nil, 0, true},
		{"caching disabled", atMost(0), 404, nil, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for name, value := range tt.header {
				h.Set(name, value)
			}
			fresh, keep := tt.policy.ttl(Readings{}, tt.status, h, noon)
			if fresh != tt.fresh || keep != tt.keep {
				t.Errorf("got %v, %t; want %v, %t", fresh, keep, tt.fresh, tt.keep)
			}
		})
	}
}

// Cache-Control may come in several lines.
func TestTTLOfManyLines(t *testing.T) {
	h := http.Header{"Cache-Control": {"public", "max-age=60, ,"}}
	if fresh, _ := DefaultPolicy().ttl(Readings{}, 200, h, noon); fresh != time.Minute {
		t.Errorf("got %v", fresh)
	}
}

// Each of the two pages of the guide gives its own times for errors.
func TestErrorTTL(t *testing.T) {
	const least, never = 10 * time.Second, -1
	for _, tt := range []struct {
		status         int
		control        string
		listed, always time.Duration
	}{
		{400, "", never, least}, {403, "", never, least}, {405, "", never, least}, {412, "", never, least}, {415, "", never, least},
		{403, "max-age=5", least, least}, {403, "s-maxage=60", time.Minute, time.Minute}, {412, "max-age=60", time.Minute, time.Minute},
		{403, "no-store", never, least}, {412, "no-store", never, least}, {403, "public", never, least},
		{401, "", never, least}, {410, "", never, least}, {429, "max-age=60", never, time.Minute},
		{404, "", least, least}, {404, "no-cache", never, never}, {410, "private", never, never}, {501, "no-store", never, never},
		{500, "", least, least}, {502, "no-store", least, least}, {504, "max-age=60", time.Minute, time.Minute},
		{416, "", never, never}, {416, "max-age=60", never, never},
	} {
		h := http.Header{}
		if tt.control != "" {
			h.Set("Cache-Control", tt.control)
		}
		for reading, want := range map[ErrorReading]time.Duration{ErrorsListed: tt.listed, ErrorsAlways: tt.always} {
			got, keep := DefaultPolicy().ttl(Readings{Errors: reading}, tt.status, h, noon)
			if !keep {
				got = never
			}
			if got != want {
				t.Errorf("%d with %q, reading %d: got %v, want %v", tt.status, tt.control, reading, got, want)
			}
		}
	}
}

// Directives that name headers count as bare ones or not at all; text in quotes
// is not a directive.
func TestQualifiedDirectives(t *testing.T) {
	for value, want := range map[string][2]time.Duration{ // as bare, ignored; -1 means not stored
		`private="Set-Cookie", max-age=60`:    {-1, time.Minute},
		`no-cache="Set-Cookie", max-age=60`:   {0, time.Minute},
		`private="a, max-age=5", max-age=60`:  {-1, time.Minute},
		`private, max-age=60`:                 {-1, -1},
		`x="private, no-store", max-age="60"`: {time.Minute, time.Minute},
	} {
		for reading, want := range want {
			got, keep := DefaultPolicy().ttl(Readings{Qualified: QualifiedReading(reading)}, 200, http.Header{"Cache-Control": {value}}, noon)
			if !keep {
				got = -1
			}
			if got != want {
				t.Errorf("%s, reading %d: got %v, want %v", value, reading, got, want)
			}
		}
	}
}
