package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats of variants
	_ "image/jpeg"
	_ "image/png"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// variantPatience is for edge locations that still answer without the
// function, and for failures that it takes for transient.
var variantPatience = patience{5 * time.Second, 30 * time.Second}

// sizedAnswer is the answer to a request for the picture at a size.
type sizedAnswer struct {
	*answer
	query string
	size  image.Point // pixels
}

// variant asks for the picture at a size.
func (c *canary) variant(ctx context.Context, o *original) (*sizedAnswer, error) {
	got, err := c.lastly(ctx, http.MethodGet, nil, o, func(got *sizedAnswer) (string, error) {
		return c.wrongWith(got.answer, o, got.size), nil
	})
	if err == nil {
		c.tell("canary: %s: a variant", c.with(got.query))
	}
	return got, err
}

// lastly asks for the picture at sizes that are not in the cache until nothing
// is wrong with the answer, which wrong tells in words.
func (c *canary) lastly(ctx context.Context, method string, header http.Header, o *original, wrong func(*sizedAnswer) (string, error)) (got *sizedAnswer, err error) {
	var why string
	err = c.until(ctx, "canary", variantPatience, func() (string, bool, error) {
		if got, err = c.fresh(ctx, method, header, o); err != nil {
			return "", false, err
		}
		why, err = wrong(got)
		return why, why == "", err
	})
	if slow := (*SlowError)(nil); errors.As(err, &slow) {
		return nil, c.failed(got.query, "%s", why)
	}
	return got, err
}

// fresh asks for the picture at a size that is not in the cache, so that the
// answer is the function's.
func (c *canary) fresh(ctx context.Context, method string, header http.Header, o *original) (*sizedAnswer, error) {
	var got *sizedAnswer
	for range 5 {
		size := image.Pt(canarySide(o.Width), canarySide(o.Height))
		query := sizeQuery(size.X, size.Y)
		answer, err := c.ask(ctx, method, c.with(query), header)
		if err != nil {
			return nil, c.failed(query, "%s: %v", method, err)
		}
		got = &sizedAnswer{answer, query, size}
		if !strings.Contains(got.header.Get("X-Cache"), "Hit") {
			break
		}
	}
	return got, nil
}

// canarySide is a side to ask for, in pixels.
func canarySide(side int) int {
	most := min(side/2, 400)
	return most/2 + rand.IntN(most-most/2+1)
}

// wrongWith is what is wrong with a variant, "" if nothing is.
func (c *canary) wrongWith(got *answer, o *original, size image.Point) string {
	etag := got.header.Get("ETag")
	switch {
	case got.status != http.StatusOK:
		return "the answer is " + got.String()
	case bytes.Equal(got.body, o.body) && etag == "" && o.header.Get("ETag") != "":
		return "it is the original for a transient reason: the function runs, and its log says which (group /aws/lambda/" +
			Region + "." + c.Function + ", in the region next to you)"
	case bytes.Equal(got.body, o.body):
		return "it is the original: does the cache policy forward width and height and put them in the cache key? " +
			"If so, the function's log says why"
	case etag == "" && o.header.Get("ETag") != "":
		return "it has no ETag"
	}
	if why := notItsOwn(got, o); why != "" {
		return why
	}
	picture, format, err := image.Decode(bytes.NewReader(got.body))
	if err != nil {
		return "it is no whole picture: " + err.Error()
	}
	if is := picture.Bounds().Size(); !fits(is, size, o.Info) {
		return fmt.Sprintf("it is %dx%d: does the viewer-request function allow some sizes only? Then attach with -canary=false", is.X, is.Y)
	}
	if media := got.header.Get("Content-Type"); media != "image/"+format {
		return fmt.Sprintf("it is a %s file and its Content-Type %q", format, media)
	}
	return ""
}

// notItsOwn is what a variant has that is the original's, "" if it has nothing
// of the kind: S3 would answer that it is unchanged, whatever an older version of
// the function has made of it.
func notItsOwn(got *answer, o *original) string {
	switch etag, original := got.header.Get("ETag"), o.header.Get("ETag"); {
	case original != "" && etag == original:
		return fmt.Sprintf("its ETag is the original's, %s: does an older version of the function answer?", etag)
	case got.header.Get("Last-Modified") != "":
		return "it has a Last-Modified, by which S3 may say that it is unchanged: does an older version of the function answer?"
	}
	return ""
}

// fits reports whether a variant has a size that was asked for, or is as large
// as that lets it be with the original's ratio: the config's fit is not known.
func fits(is, asked image.Point, original resize.Info) bool {
	scale := min(float64(asked.X)/float64(original.Width), float64(asked.Y)/float64(original.Height))
	within := func(side, full int) bool { return math.Abs(float64(side)-scale*float64(full)) <= 1 }
	return is == asked ||
		is.X <= asked.X && is.Y <= asked.Y && within(is.X, original.Width) && within(is.Y, original.Height)
}
