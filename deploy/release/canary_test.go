package release

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/resize"
)

// broken are functions, each with a fault: they change the right function's response, or
// the origin's.
var broken = map[string]struct {
	function func(right cloudfront.Function) cloudfront.Function
	want     string
}{
	"it fails": {func(cloudfront.Function) cloudfront.Function {
		return func(context.Context, []byte) ([]byte, string, error) { return nil, "", errors.New("no binary") }
	}, "503 Service Unavailable (X-Cache: Error from cloudfront)"},
	"it does nothing": {func(cloudfront.Function) cloudfront.Function {
		return changed(func(_ edge.Request, response *edge.Response) {})
	}, "it is the original: does the cache policy forward width and height"},
	"it fails for a transient reason": {func(cloudfront.Function) cloudfront.Function {
		return changed(func(_ edge.Request, response *edge.Response) {
			delete(response.Headers, "etag")
			delete(response.Headers, "last-modified")
			response.Headers["cache-control"] = []edge.Header{{Key: "Cache-Control", Value: "max-age=10"}}
		})
	}, "transient reason"},
	"a size of its own": {func(cloudfront.Function) cloudfront.Function {
		return changed(func(_ edge.Request, response *edge.Response) { put(response, jpegOf(7, 5)) })
	}, "it is 7x5"},
	"garbage": {func(cloudfront.Function) cloudfront.Function {
		return changed(func(_ edge.Request, response *edge.Response) { put(response, []byte("\xff\xd8\xff garbage")) })
	}, "not a whole picture"},
	"a variant where there is none": {func(right cloudfront.Function) cloudfront.Function {
		wrong := changed(func(_ edge.Request, response *edge.Response) { put(response, jpegOf(7, 5)) })
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			if bytes.Contains(event, []byte(`width=x`)) {
				return wrong(ctx, event)
			}
			return right(ctx, event)
		}
	}, "the answer is not the original"},
	"the original's ETag": {func(right cloudfront.Function) cloudfront.Function {
		return edited(right, func(before edge.Response, response *edge.Response) { response.Headers["etag"] = before.Headers["etag"] })
	}, "its ETag is the original's"},
	"no ETag": {func(right cloudfront.Function) cloudfront.Function {
		return edited(right, func(_ edge.Response, response *edge.Response) { delete(response.Headers, "etag") })
	}, "it has no ETag"},
	"the original's time": {func(right cloudfront.Function) cloudfront.Function {
		return edited(right, func(before edge.Response, response *edge.Response) {
			response.Headers["last-modified"] = before.Headers["last-modified"]
		})
	}, "it has a Last-Modified"},
	"the original's headers for HEAD": {func(right cloudfront.Function) cloudfront.Function {
		untouched := changed(func(edge.Request, *edge.Response) {})
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			if bytes.Contains(event, []byte(`"HEAD"`)) {
				return untouched(ctx, event)
			}
			return right(ctx, event)
		}
	}, "HEAD: its ETag is the original's"},
	"the original's length for HEAD": {func(right cloudfront.Function) cloudfront.Function {
		shortened := changed(func(_ edge.Request, response *edge.Response) {
			delete(response.Headers, "etag")
			delete(response.Headers, "last-modified")
		})
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			if bytes.Contains(event, []byte(`"HEAD"`)) {
				return shortened(ctx, event)
			}
			return right(ctx, event)
		}
	}, "HEAD: its Content-Length is the original's, 16234"},
	"the wrong type": {func(right cloudfront.Function) cloudfront.Function {
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			response, note, err := right(ctx, event)
			return bytes.Replace(response, []byte(`image/jpeg`), []byte(`image/webp`), 1), note, err
		}
	}, `Content-Type "image/webp"`},
	"it does not take HEAD": {func(right cloudfront.Function) cloudfront.Function {
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			if bytes.Contains(event, []byte(`"HEAD"`)) {
				return nil, "", errors.New("HEAD")
			}
			return right(ctx, event)
		}
	}, "HEAD got 503"},
}

// changed returns a function that answers queries with a size by changing the origin's
// response.
func changed(change func(edge.Request, *edge.Response)) cloudfront.Function {
	return func(_ context.Context, event []byte) ([]byte, string, error) {
		var e edge.Event
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, "", err
		}
		cf := e.Records[0].CF
		if cf.Request.QueryString != "" {
			change(cf.Request, &cf.Response)
		}
		response, err := json.Marshal(cf.Response)
		return response, "", err
	}
}

// edited returns a function that edits the right function's variants; before is the
// origin's response.
func edited(right cloudfront.Function, edit func(before edge.Response, response *edge.Response)) cloudfront.Function {
	return func(ctx context.Context, event []byte) ([]byte, string, error) {
		answer, note, err := right(ctx, event)
		var e edge.Event
		var response edge.Response
		if err != nil || json.Unmarshal(event, &e) != nil || json.Unmarshal(answer, &response) != nil || response.Body == "" {
			return answer, note, err
		}
		edit(e.Records[0].CF.Response, &response)
		answer, err = json.Marshal(response)
		return answer, note, err
	}
}

// put replaces a response's body and ETag.
func put(response *edge.Response, body []byte) {
	response.Headers.Set("ETag", `"own"`)
	delete(response.Headers, "last-modified")
	response.Body, response.BodyEncoding = base64.StdEncoding.EncodeToString(body), "base64"
}

func jpegOf(width, height int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil) // a Buffer takes everything
	return b.Bytes()
}

func TestCanary(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	err := b.Canary(t.Context(), "E1", b.siteURL)
	if failed := (*CanaryError)(nil); !errors.As(err, &failed) || !strings.Contains(err.Error(), "its origin-response function is none") {
		t.Errorf("without a function: got %v", err)
	}
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1"}))
	for _, picture := range []string{
		"jpeg-420.jpg", "jpeg-orientation-6.jpg", "PHOTO.jpg", "gif-animated-loop-3.gif", "png-rgb-8.png", "webp-lossy.webp",
	} {
		b.progress.Reset()
		if err := b.Canary(t.Context(), "E1", strings.Replace(b.siteURL, "jpeg-420.jpg", picture, 1)); err != nil {
			t.Errorf("%s: %v\n%s", picture, err, &b.progress)
		}
	}
}

// Behind the viewer-request function the canary sees what viewers see.
func TestCanaryBehindTheViewerFunction(t *testing.T) {
	b := newBench(t).withSite(t)
	b.site.Front()
	b.published(t, "one")
	for _, reading := range []cloudfront.QueryReading{cloudfront.QueryListed, cloudfront.QueryOnlyIfAll} {
		b.site.Readings.Query = reading
		must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
		if err := b.Canary(t.Context(), "E1", b.siteURL); err != nil {
			t.Errorf("%v\n%s", err, &b.progress)
		}
	}
}

// A version that does not work is detached again, and the site is as before.
func TestCanaryFails(t *testing.T) {
	for name, tt := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t).withSite(t)
			good, bad := b.published(t, "good"), b.published(t, "bad")
			right := b.site.Function
			b.site.Function = func(arn string) cloudfront.Function {
				if arn == bad {
					return tt.function(right(good))
				}
				return right(arn)
			}
			must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: b.siteURL}))
			err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2", Canary: b.siteURL})
			failed := (*CanaryError)(nil)
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), tt.want) || failed.Outcome != "version 1 was put back" {
				t.Errorf("got %v\n%s", err, &b.progress)
			}
			b.wantConfig(t, attached("1", ""))
			if live := b.distributions.Live("E1", "", "origin-response"); live != good {
				t.Errorf("%s is live", live)
			}
		})
	}
}

// If the first version does not work, no function is left.
func TestCanaryFailsAtTheFirst(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	b.site.Function = func(string) cloudfront.Function { return broken["it fails"].function(nil) }
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL})
	if failed := (*CanaryError)(nil); !errors.As(err, &failed) || failed.Outcome != "version 1 was detached again" {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("", ""))
}

// A version that was attached earlier stays if the canary cannot tell, and if what was
// there before is not known.
func TestCanaryOfWhatIsThere(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL}))
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL + "x"})
	if unusable := (*UnusableError)(nil); !errors.As(err, &unusable) {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("1", ""))
	b.published(t, "two")
	b.aws.Lock()
	b.distributions.Meddle("E1", func(string) string { return attached("2", "") })
	b.aws.Unlock()
	b.site.Live = func() string { return functionARN + ":2" }
	b.site.Function = func(string) cloudfront.Function { return broken["it fails"].function(nil) }
	err = b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL + "?"})
	if failed := (*CanaryError)(nil); !errors.As(err, &failed) || !strings.Contains(failed.Outcome, "version 2 stays") {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("2", ""))
}

func TestFits(t *testing.T) {
	landscape := resize.Info{Width: 4000, Height: 3000}
	for _, tt := range []struct {
		is, asked image.Point
		want      bool
	}{
		{image.Pt(300, 200), image.Pt(300, 200), true},
		{image.Pt(267, 200), image.Pt(300, 200), true}, // fit is "inside"
		{image.Pt(266, 200), image.Pt(300, 200), true},
		{image.Pt(300, 225), image.Pt(300, 250), true},
		{image.Pt(300, 199), image.Pt(300, 200), false},
		{image.Pt(265, 200), image.Pt(300, 200), false},
		{image.Pt(300, 225), image.Pt(300, 200), false},
		{image.Pt(200, 300), image.Pt(300, 200), false},
	} {
		if got := (expectation{size: tt.asked}).fits(tt.is, landscape); got != tt.want {
			t.Errorf("%v for %v: got %t", tt.is, tt.asked, got)
		}
	}
	for is, want := range map[image.Point]bool{image.Pt(640, 480): true, image.Pt(640, 481): true, image.Pt(640, 482): false, image.Pt(600, 450): false} {
		if got := (expectation{size: image.Pt(640, 480), about: true}).fits(is, landscape); got != want {
			t.Errorf("%v: got %t", is, got)
		}
	}
}

// The canary passes a function that fails now and then at its start, and sizes that were
// asked for before.
func TestCanaryTriesAgain(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	calls := 0
	right := b.site.Function
	b.site.Function = func(arn string) cloudfront.Function {
		return func(ctx context.Context, event []byte) ([]byte, string, error) {
			if calls++; calls%2 == 1 {
				return nil, "", errors.New("init")
			}
			return right(arn)(ctx, event)
		}
	}
	if err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL}); err != nil {
		t.Errorf("%v\n%s", err, &b.progress)
	}
}

// A path is asked for at the distribution's own domain.
func TestCanaryPath(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	var asked string
	b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		return nil, errors.New("no network")
	})}
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: "/photo.jpg"})
	if unusable := (*UnusableError)(nil); !errors.As(err, &unusable) || asked != "https://d111111abcdef8.cloudfront.net/photo.jpg" {
		t.Errorf("got %v, asked for %s", err, asked)
	}
	b.wantConfig(t, attached("", ""))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
