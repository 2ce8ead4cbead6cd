package cloudfront

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTagsOf(t *testing.T) {
	many := make([]string, 60)
	for i := range many {
		many[i] = fmt.Sprint("t", i)
	}
	longest := strings.Repeat("a", MaxTagLength)
	for _, tt := range []struct{ values, want []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{"a,b, C ,,\td\t"}, []string{"a", "b", "c", "d"}},
		{[]string{"a", "B,A"}, []string{"a", "b"}},
		{[]string{"a b,c", "é", longest, longest + "a", "x\x7f"}, []string{"c", longest}},
		{[]string{"#a,*,!~"}, []string{"#a", "*", "!~"}},
		{[]string{strings.Join(many, ",")}, many[:MaxTags]},
	} {
		if got := tagsOf(tt.values); !slices.Equal(got, tt.want) {
			t.Errorf("%.80q: got %q, want %q", tt.values, got, tt.want)
		}
	}
}

// tagged returns a distribution whose function tags all answers except 304.
func tagged(b *bucket) *Distribution {
	d := newDistribution(b, func(ctx ctx, event []byte) ([]byte, string, error) {
		if strings.Contains(string(event), `"status":"304"`) {
			return handsBack(ctx, event)
		}
		return changed(ctx, event, func(h http.Header) { h.Set("X-Tags", "photo:1, All") })
	})
	d.TagHeader = "X-Tags"
	return d
}

// A tag removes every variant, range and spelling.
func TestInvalidateTags(t *testing.T) {
	for item, taken := range map[string]bool{"#photo:1": true, "#PHOTO:1": true, "#photo:": false, "#photo:*": false, "#*": false, "#all": true, "/b.jpg": false} {
		d := tagged(&bucket{body: digits})
		urls := []string{"/a.jpg", "/a.jpg?width=5&height=3", "/%61.jpg"}
		for _, url := range urls {
			want(t, ask(d, "GET", url), 200, miss, digits)
		}
		ask(d, "GET", "/r.jpg", "Range", "bytes=1-2")
		ask(d, "HEAD", "/h.jpg")
		if err := d.Invalidate("/other*", item); err != nil {
			t.Fatal(err)
		}
		how := hit
		if taken {
			how = miss
		}
		for _, url := range urls {
			want(t, ask(d, "GET", url), 200, how, digits)
		}
		want(t, ask(d, "GET", "/r.jpg", "Range", "bytes=1-2"), 206, how, "12")
		want(t, ask(d, "HEAD", "/h.jpg"), 200, how, "")
	}
}

// A distribution without a tag header has no tags.
func TestNoTagHeader(t *testing.T) {
	d := tagged(&bucket{body: digits})
	d.TagHeader = ""
	want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
	if err := d.Invalidate("#all"); err != nil {
		t.Fatal(err)
	}
	want(t, ask(d, "GET", "/a.jpg"), 200, hit, digits)
}

// Tags survive a 304 or not, by the reading.
func TestTagReadings(t *testing.T) {
	for reading, how := range map[TagReading]string{TagsKept: miss, TagsOfLast: hit} {
		timed(t, func(t *testing.T) {
			d := tagged(&bucket{body: digits, header: http.Header{"Cache-Control": {"max-age=60"}}})
			d.Readings.Tags = reading
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, digits)
			time.Sleep(time.Minute)
			want(t, ask(d, "GET", "/a.jpg"), 200, refreshHit, digits)
			if err := d.Invalidate("#all"); err != nil {
				t.Fatal(err)
			}
			want(t, ask(d, "GET", "/a.jpg"), 200, how, digits)
		})
	}
}

// items returns paths without a wildcard and wild paths with one.
func items(paths, wild int) []string {
	var all []string
	for i := range paths {
		all = append(all, fmt.Sprint("/", i))
	}
	for i := range wild {
		all = append(all, fmt.Sprint("/", i, "/*"))
	}
	return all
}

func TestQuotas(t *testing.T) {
	type step struct {
		after       time.Duration
		paths, wild int
		ok          bool
	}
	for _, tt := range []struct {
		name    string
		reading QuotaReading
		code    string
		steps   []step
	}{
		{"by second", QuotaBySecond, "ThrottlingException", []step{
			{0, 151, 0, false}, {0, 0, 2, false}, {0, 149, 1, true}, {0, 1, 0, false}, {time.Second, 150, 0, true}, {0, 0, 1, false}, {time.Second, 0, 1, true},
		}},
		{"in progress", QuotaInProgress, "TooManyInvalidationsInProgress", []step{
			{0, 3001, 0, false}, {0, 0, 16, false}, {0, 2000, 10, true}, {time.Second, 0, 6, false}, {0, 0, 5, true}, {0, 985, 0, true}, {0, 1, 0, false},
			{58 * time.Second, 0, 1, false}, {time.Second, 0, 10, true},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			timed(t, func(t *testing.T) {
				d := newDistribution(&bucket{body: digits}, handsBack)
				d.Readings.Quota, d.Invalidations = tt.reading, &Invalidations{Takes: time.Minute}
				for i, s := range tt.steps {
					time.Sleep(s.after)
					ask(d, "GET", "/0")
					err := d.Invalidate(items(s.paths, s.wild)...)
					var full *QuotaError
					if s.ok != (err == nil) || !s.ok && (!errors.As(err, &full) || full.Code != tt.code) {
						t.Errorf("step %d: got %v", i, err)
					}
					if !s.ok { // nothing was removed
						want(t, ask(d, "GET", "/0"), 200, hit, digits)
					}
				}
			})
		})
	}
}
