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
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/resize"
)

// variantPatience is for edge locations that still answer without the function, and for
// failures that the function takes for transient.
var variantPatience = patience{5 * time.Second, 30 * time.Second}

// sizedAnswer is the answer to a request for the picture at a size.
type sizedAnswer struct {
	*answer
	query string
	expectation
}

// flaw is what is wrong with an answer; the zero flaw is none.
type flaw struct {
	why string
	// certain says that nothing in front of the function can be the cause.
	certain bool
	// headers says that only the answer's headers are wrong.
	headers bool
}

// variant asks for a variant of the picture with one of queries, as [canary.askUntil]
// takes them.
func (c *canary) variant(ctx context.Context, o *original, queries []string) (*sizedAnswer, error) {
	got, err := c.askUntil(ctx, http.MethodGet, nil, o, queries, func(got *sizedAnswer) (flaw, error) {
		return c.wrongWith(got.answer, o, got.expectation), nil
	})
	switch {
	case err != nil:
	case bytes.Equal(got.body, o.body):
		c.tell("canary: %s: the original", c.urlWith(got.query))
	default:
		c.tell("canary: %s: a variant", c.urlWith(got.query))
	}
	return got, err
}

// askUntil asks for the picture with queries, by default those of [canary.queries], until
// wrong finds nothing wrong with the answer.
func (c *canary) askUntil(ctx context.Context, method string, header http.Header, o *original, queries []string,
	wrong func(*sizedAnswer) (flaw, error),
) (got *sizedAnswer, err error) {
	var found flaw
	err = c.until(ctx, "canary", variantPatience, func() (string, bool, error) {
		if got, err = c.askUncached(ctx, method, header, o, queries); err != nil {
			return "", false, err
		}
		found, err = wrong(got)
		return found.why, found.why == "", err
	})
	if slow := (*SlowError)(nil); errors.As(err, &slow) {
		switch {
		case found.certain:
			return nil, c.failed(got.query, "%s", found.why)
		case found.headers && c.front.headersDoubt != "":
			return nil, &UncertainError{URL: c.urlWith(got.query).String(), Saw: found.why, Because: c.front.headersDoubt}
		case c.isOld(got.answer):
			return nil, &UncertainError{URL: c.urlWith(got.query).String(), Saw: found.why, Because: "-keep-cache left that answer in the cache"}
		}
		return nil, c.doubted(got.query, "%s", found.why)
	}
	return got, err
}

// isOld reports whether an answer may have been cached before the change.
func (c *canary) isOld(got *answer) bool {
	return c.KeepCache && c.before != nil && isHit(got)
}

// isHit reports whether an answer is from the cache.
func isHit(got *answer) bool { return strings.Contains(got.header.Get("X-Cache"), "Hit") }

// askUncached asks for the picture with one query after the other until an answer is not
// from the cache, and so is the function's. It returns the last answer.
func (c *canary) askUncached(ctx context.Context, method string, header http.Header, o *original, queries []string) (*sizedAnswer, error) {
	if queries == nil {
		queries = c.queries(o.Info)
	}
	var got *sizedAnswer
	for _, query := range queries {
		answer, err := c.ask(ctx, method, c.urlWith(query), header)
		if err != nil {
			return nil, c.unanswered(query, fmt.Errorf("%s: %w", method, err))
		}
		expected, _ := c.expect(query, o.Info)
		if got = (&sizedAnswer{answer, query, expected}); !isHit(answer) {
			break
		}
	}
	return got, nil
}

// wrongWith returns what is wrong with a variant of an expected size.
func (c *canary) wrongWith(got *answer, o *original, expected expectation) flaw {
	etag := got.header.Get("ETag")
	switch {
	case got.status != http.StatusOK:
		return flaw{why: "the answer is " + got.String(), certain: got.status >= http.StatusInternalServerError}
	case expected.loose && bytes.Equal(got.body, o.body):
		return flaw{}
	case bytes.Equal(got.body, o.body) && etag == "" && o.header.Get("ETag") != "":
		return flaw{why: "the function ran and served the original, for a transient reason that its log names (group /aws/lambda/" +
			awsapi.Region + "." + c.Function + ", in the region next to you)"}
	case bytes.Equal(got.body, o.body):
		return flaw{why: "it is the original: does the cache policy forward width and height and put them in the cache key? " +
			"If so, the function's log says why"}
	case etag == "" && o.header.Get("ETag") != "":
		return flaw{why: "it has no ETag", headers: true}
	}
	if why := notItsOwn(got, o); why != "" {
		return flaw{why: why, headers: true}
	}
	is, format, err := whole(got.body)
	if err != nil {
		return flaw{why: "it is not a whole picture: " + err.Error(), certain: true}
	}
	if !expected.fits(is, o.Info) {
		return flaw{why: fmt.Sprintf("it is %dx%d instead of %dx%d", is.X, is.Y, expected.size.X, expected.size.Y)}
	}
	if media := got.header.Get("Content-Type"); media != "image/"+format {
		return flaw{why: fmt.Sprintf("it is a %s file with the Content-Type %q", format, media), headers: true}
	}
	return flaw{}
}

// whole decodes a picture and returns its size and format. Of WebP, which may be animated,
// it reads the headers alone.
func whole(body []byte) (image.Point, string, error) {
	picture, format, err := image.Decode(bytes.NewReader(body))
	if err == nil {
		return picture.Bounds().Size(), format, nil
	}
	if errors.Is(err, image.ErrFormat) {
		if info, other := resize.Inspect(context.Background(), resize.Bytes(body)); other == nil {
			return image.Pt(info.Width, info.Height), string(info.Format), nil
		}
	}
	return image.Point{}, "", err
}

// notItsOwn returns which header a variant has from the original, "" if none. By such a
// header S3 would call the variant unchanged, even one that an older version of the
// function has made.
func notItsOwn(got *answer, o *original) string {
	switch etag, original := got.header.Get("ETag"), o.header.Get("ETag"); {
	case original != "" && etag == original:
		return fmt.Sprintf("its ETag is the original's, %s: does an older version of the function answer?", etag)
	case got.header.Get("Last-Modified") != "":
		return "it has a Last-Modified, so S3 may wrongly call it unchanged: does an older version of the function answer?"
	}
	return ""
}

// fits reports whether a variant has the expected size, or is as large as fits into it with
// the original's ratio, as the config's fit may be "inside".
func (e expectation) fits(is image.Point, original resize.Info) bool {
	if e.loose {
		return true
	}
	if e.about && max(is.X-e.size.X, e.size.X-is.X) <= 1 && max(is.Y-e.size.Y, e.size.Y-is.Y) <= 1 {
		return true
	}
	scale := min(float64(e.size.X)/float64(original.Width), float64(e.size.Y)/float64(original.Height))
	within := func(side, full int) bool { return math.Abs(float64(side)-scale*float64(full)) <= 1 }
	return is == e.size ||
		is.X <= e.size.X && is.Y <= e.size.Y && within(is.X, original.Width) && within(is.Y, original.Height)
}
