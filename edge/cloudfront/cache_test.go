package cloudfront

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func get(url string) key { return key{url: url} }

// urls returns the URLs in the cache, sorted.
func (c *cache) urls() []string {
	var urls []string
	for k := range c.entries {
		urls = append(urls, k.url)
	}
	slices.Sort(urls)
	return urls
}

func TestCacheIsBounded(t *testing.T) {
	const body = 10_000
	c := newCache(10 * (body + overhead))
	for i := range 1000 {
		c.put(get(fmt.Sprintf("/%03d", i)), &entry{body: make([]byte, body)}, c.now())
		c.get(get("/000")) // stays, because it is used
		if c.size > c.limit || c.size != len(c.entries)*(body+overhead) || c.recent.Len() != len(c.entries) {
			t.Fatalf("%d entries of %d bytes in a cache of %d", len(c.entries), c.size, c.limit)
		}
	}
	want := []string{"/000", "/991", "/992", "/993", "/994", "/995", "/996", "/997", "/998", "/999"}
	if got := c.urls(); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
}

func TestCacheTakesNothingTooLarge(t *testing.T) {
	c := newCache(10_000)
	c.put(get("/small"), &entry{body: make([]byte, 100)}, c.now())
	c.put(get("/large"), &entry{body: make([]byte, 20_000)}, c.now())
	if got := c.urls(); !slices.Equal(got, []string{"/small"}) {
		t.Errorf("kept %v", got)
	}
	c.put(get("/small"), &entry{body: make([]byte, 20_000)}, c.now())
	if c.get(get("/small")) != nil || c.size != 0 {
		t.Error("kept what has been replaced")
	}
}

func TestCacheReplaces(t *testing.T) {
	c := newCache(10_000)
	first, second := &entry{body: []byte("1")}, &entry{body: []byte("22")}
	c.put(get("/a"), first, c.now())
	c.put(get("/a"), second, c.now())
	c.put(key{kind: kindHead, url: "/a"}, first, c.now())
	if c.get(get("/a")) != second || c.get(key{kind: kindHead, url: "/a"}) != first || c.size != first.size()+second.size() {
		t.Errorf("%d bytes", c.size)
	}
}

func TestInvalidate(t *testing.T) {
	cached := []string{
		"/", "/a", "/a/", "/a/Photo.jpg", "/a/photo.jpg", "/a/photo.jpg?height=3&width=5", "/a/photo.jpg?width=5&height=3",
		"/a/photo.jpgx", "/b/%C3%A9%20%2B.jpg", "/b/%c3%a9%20%2B.jpg", "/b/x+y.jpg",
	}
	for _, tt := range []struct {
		paths   []string
		removed []string
	}{
		{[]string{"/a/photo.jpg"}, []string{"/a/photo.jpg"}},
		{[]string{"/a/photo.jpg*"}, []string{"/a/photo.jpg", "/a/photo.jpg?height=3&width=5", "/a/photo.jpg?width=5&height=3", "/a/photo.jpgx"}},
		{[]string{"/a/photo.jpg?*"}, []string{"/a/photo.jpg?height=3&width=5", "/a/photo.jpg?width=5&height=3"}},
		{[]string{"/a/photo.jpg?width=5&height=3"}, []string{"/a/photo.jpg?width=5&height=3"}},
		{[]string{"/A/photo.jpg", "/a/PHOTO.jpg*"}, nil},
		{[]string{"/a"}, []string{"/a"}},
		{[]string{"/a/"}, []string{"/a/"}},
		{[]string{"/a/*"}, []string{"/a/", "/a/Photo.jpg", "/a/photo.jpg", "/a/photo.jpg?height=3&width=5", "/a/photo.jpg?width=5&height=3", "/a/photo.jpgx"}},
		{[]string{"/b/%C3%A9%20%2B.jpg"}, []string{"/b/%C3%A9%20%2B.jpg"}},
		{[]string{"/b/x%2By.jpg"}, nil},
		{[]string{"/", "/b/x+y.jpg"}, []string{"/", "/b/x+y.jpg"}},
		{[]string{"/a/*.jpg", "/*a/*", "/a*b", "/**"}, nil},
		{[]string{"/*"}, cached},
		{nil, nil},
	} {
		t.Run(strings.Join(tt.paths, " "), func(t *testing.T) {
			d := New(Origin{}, nil, 1<<20)
			for _, url := range cached {
				d.cache.put(get(url), &entry{}, d.cache.now())
			}
			if err := d.Invalidate(tt.paths...); err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Clone(cached), func(url string) bool { return slices.Contains(tt.removed, url) })
			slices.Sort(want)
			if got := d.cache.urls(); !slices.Equal(got, want) {
				t.Errorf("kept %q, want %q", got, want)
			}
		})
	}
}

func TestInvalidateRefuses(t *testing.T) {
	for _, path := range []string{
		"", "a.jpg", "*", "/é.jpg", "/a b.jpg", "/a\n", `/a"b`, "/a#b", "/" + strings.Repeat("a", 4000), "/a~b", "/a%7Eb", "/a%7eb",
		"#", "#a,b", "#a b", "#é", "#" + strings.Repeat("a", 257),
	} {
		d := New(Origin{}, nil, 1<<20)
		d.cache.put(get("/ok.jpg"), &entry{}, d.cache.now())
		var wrong *PathError
		if err := d.Invalidate("/ok.jpg", path); !errors.As(err, &wrong) || wrong.Path != path {
			t.Errorf("%q: got %v", path, err)
		}
		if d.cache.get(get("/ok.jpg")) == nil {
			t.Errorf("%q: removed something all the same", path)
		}
	}
}

// A response that was requested before an invalidation is not stored after it.
func TestInvalidateOvertakes(t *testing.T) {
	d := New(Origin{}, nil, 1<<20)
	asked := d.cache.now()
	if err := d.Invalidate("/a.jpg"); err != nil {
		t.Fatal(err)
	}
	d.cache.put(get("/a.jpg"), &entry{}, asked)
	if d.cache.get(get("/a.jpg")) != nil {
		t.Error("kept what has been invalidated")
	}
}
