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

// variant asks for the picture at a size.
func (c *canary) variant(ctx context.Context, o *original) (query string, err error) {
	var why string
	err = c.until(ctx, "canary", variantPatience, func() (string, bool, error) {
		var size image.Point
		var got *answer
		if got, query, size, err = c.fresh(ctx, http.MethodGet, o); err != nil {
			return "", false, err
		}
		why = c.wrongWith(got, o, size)
		return why, why == "", nil
	})
	if slow := (*SlowError)(nil); errors.As(err, &slow) {
		return "", c.failed(query, "%s", why)
	}
	if err == nil {
		c.tell("canary: %s: a variant", c.with(query))
	}
	return query, err
}

// fresh asks for the picture at a size that is not in the cache, so that the
// answer is the function's.
func (c *canary) fresh(ctx context.Context, method string, o *original) (got *answer, query string, size image.Point, err error) {
	for range 5 {
		size = image.Pt(canarySide(o.Width), canarySide(o.Height))
		query = sizeQuery(size.X, size.Y)
		if got, err = c.ask(ctx, method, c.with(query), nil); err != nil {
			return nil, query, size, c.failed(query, "%s: %v", method, err)
		}
		if !strings.Contains(got.header.Get("X-Cache"), "Hit") {
			break
		}
	}
	return got, query, size, nil
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
	case etag != o.header.Get("ETag"):
		return fmt.Sprintf("its ETag is %q and the original's %q", etag, o.header.Get("ETag"))
	}
	picture, format, err := image.Decode(bytes.NewReader(got.body))
	if err != nil {
		return "it is no whole picture: " + err.Error()
	}
	if is := picture.Bounds().Size(); !fits(is, size, o.Info) {
		return fmt.Sprintf("it is %dx%d", is.X, is.Y)
	}
	if media := got.header.Get("Content-Type"); media != "image/"+format {
		return fmt.Sprintf("it is a %s file and its Content-Type %q", format, media)
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
