package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// Canary asks a live site for a picture in the ways that show whether the function runs:
// as it is, at a size, at one side alone, at impossible sizes, by HEAD, in pieces and on
// condition. It asks for sizes that the distribution's viewer-request function lets
// through. The answers must follow from that function's settings and from the config of
// the version that answers.
//
// With a distribution, picture may be a path at its domain. Without one, Canary finds the
// distribution of this account that answers to the picture's host. If CloudFront itself
// answers with an error, Canary quotes its log. Its own errors are [*CanaryError],
// [*UncertainError] and [*UnusableError].
func (r *Releaser) Canary(ctx context.Context, distribution, picture string) error {
	c, err := r.newCanary(ctx, distribution, picture)
	if err != nil {
		return err
	}
	err = c.run(ctx)
	if failed := (*CanaryError)(nil); errors.As(err, &failed) {
		c.quoteLog(ctx, failed)
	}
	return err
}

// canary tries a site with one picture.
type canary struct {
	*Releaser
	url *url.URL
	// before is the original as the site served it before a change; nil if it was
	// not asked for.
	before *original
	// distribution is the distribution's ID; empty if it is not known.
	distribution string
	// front is what is known of the way to the function.
	front front
	// since is when the canary began to ask. refused is the last answer, if that was
	// CloudFront's own error.
	since   time.Time
	refused *answer
}

// original is a picture as the site serves it without a size.
type original struct {
	*answer
	resize.Info
}

// replaces reports whether o was put into the bucket after other. The cache may have
// kept other for long before it was invalidated.
func (o *original) replaces(other *original) bool {
	at, err := http.ParseTime(o.header.Get("Last-Modified"))
	before, otherErr := http.ParseTime(other.header.Get("Last-Modified"))
	return err == nil && otherErr == nil && at.After(before)
}

// run makes all checks. If ctx ends, it returns ctx's error: an interruption is no
// failure of the site.
func (c *canary) run(ctx context.Context) error {
	c.since = time.Now()
	err := c.checks(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// checks asks everything, and returns the first error.
func (c *canary) checks(ctx context.Context) error {
	original, err := c.original(ctx)
	if err != nil {
		return err
	}
	if c.before != nil && !bytes.Equal(original.body, c.before.body) && !original.replaces(c.before) {
		return c.failed("", "the original is not the same as before: it has %d bytes, and had %d", len(original.body), len(c.before.body))
	}
	if c.signed() {
		c.tell("canary: variants are not tried, as only signed URLs get them")
		return c.originals(ctx, original)
	}
	variant, err := c.variant(ctx, original, nil)
	if err != nil {
		return err
	}
	if err := c.originals(ctx, original); err != nil {
		return err
	}
	if err := c.head(ctx, original); err != nil {
		return err
	}
	if err := c.ranged(ctx, original); err != nil {
		return err
	}
	return c.conditional(ctx, variant)
}

// originals asks for what mostly gives the original.
func (c *canary) originals(ctx context.Context, o *original) error {
	for _, query := range c.otherQueries(o.Info) {
		if err := c.checkQuery(ctx, o, query); err != nil {
			return err
		}
	}
	return nil
}

// failed returns a [*CanaryError] about the answer to a query.
func (c *canary) failed(query, format string, args ...any) error {
	return &CanaryError{URL: c.urlWith(query).String(), Why: fmt.Sprintf(format, args...)}
}

// doubted returns what failed does, or an [*UncertainError] if front has a doubt.
func (c *canary) doubted(query, format string, args ...any) error {
	if c.front.doubt == "" {
		return c.failed(query, format, args...)
	}
	return &UncertainError{URL: c.urlWith(query).String(), Saw: fmt.Sprintf(format, args...), Because: c.front.doubt}
}

// unanswered returns the error for a request without an answer. If no connection was
// made, that is not the function's fault, and the error is an [*UncertainError].
func (c *canary) unanswered(query string, err error) error {
	if why := unconnected(err); why != "" {
		return &UncertainError{URL: c.urlWith(query).String(), Saw: "no answer came", Because: why}
	}
	return c.failed(query, "%v", err)
}

// urlWith returns the picture's URL with query added to it.
func (c *canary) urlWith(query string) *url.URL {
	u := *c.url
	if u.RawQuery != "" && query != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query
	return &u
}

// sizeQuery returns the query string of a size in pixels.
func sizeQuery(width, height int) string {
	return "width=" + strconv.Itoa(width) + "&height=" + strconv.Itoa(height)
}

// original asks for the picture without a size. If the site does not have it, that is
// the function's fault only if the site had it before.
func (c *canary) original(ctx context.Context) (*original, error) {
	unusable := func(why string) error {
		if c.before != nil {
			return c.failed("", "%s, but before the change it was a picture", why)
		}
		return &UnusableError{c.url.String(), why}
	}
	got, err := c.ask(ctx, http.MethodGet, c.url, nil)
	switch {
	case err != nil && unconnected(err) != "" && c.before == nil:
		return nil, &UnreachableError{c.url, err}
	case err != nil && unconnected(err) != "":
		return nil, c.unanswered("", err)
	case err != nil:
		return nil, unusable(err.Error())
	case got.status >= http.StatusInternalServerError:
		return nil, c.failed("", "the request for the original got %s", got)
	case got.status != http.StatusOK:
		return nil, unusable("the answer is " + got.String() + c.elsewhere())
	}
	info, err := resize.Inspect(ctx, resize.Bytes(got.body))
	if err != nil {
		return nil, unusable(err.Error())
	}
	if min(info.Width, info.Height) < minOriginal {
		return nil, unusable(fmt.Sprintf("it is %dx%d, too small to ask for other sizes", info.Width, info.Height))
	}
	o := &original{got, info}
	if why := c.whyNoSizes(o); why != "" {
		return nil, &UnusableError{c.url.String(), why}
	}
	c.tell("canary: %s: %s, %dx%d, %d bytes", c.url, info.Format, info.Width, info.Height, len(got.body))
	return o, nil
}

// elsewhere returns where the site's pictures are, if this URL is outside of that.
func (c *canary) elsewhere() string {
	if s := c.front.site; s != nil && s.URLPrefix != "" && !strings.HasPrefix(c.url.EscapedPath(), s.URLPrefix+"/") {
		return fmt.Sprintf(", and the viewer-request function %s finds pictures only below %s/", c.front.name, s.URLPrefix)
	}
	return ""
}

// minOriginal is the least width and height of a picture, in pixels, that leaves sizes
// which nobody else asks for.
const minOriginal = 16

// checkQuery asks with a query, and checks that the answer is what follows from it.
func (c *canary) checkQuery(ctx context.Context, o *original, query string) error {
	if _, variant := c.expect(query, o.Info); variant {
		_, err := c.variant(ctx, o, []string{query})
		return err
	}
	got, err := c.ask(ctx, http.MethodGet, c.urlWith(query), nil)
	switch {
	case err != nil:
		return c.unanswered(query, err)
	case got.status >= http.StatusInternalServerError:
		return c.failed(query, "the answer is %s instead of the original", got)
	case got.status != http.StatusOK:
		return c.doubted(query, "the answer is %s instead of the original", got)
	case !bytes.Equal(got.body, o.body):
		return c.doubted(query, "the answer is not the original")
	}
	c.tell("canary: %s: the original", c.urlWith(query))
	return nil
}
