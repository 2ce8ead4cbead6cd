package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/resize"
)

// CanaryError says what the site did that it should not.
type CanaryError struct {
	URL string // that was asked for
	Why string
	// Outcome is what was done about it; empty if nothing was to be done.
	Outcome string
	// Log is what CloudFront's own log says of it; empty where CloudFront did
	// not answer with an error of its own.
	Log string
}

func (e *CanaryError) Error() string {
	text := fmt.Sprintf("canary: %s: %s", e.URL, e.Why)
	if e.Outcome != "" {
		text = e.Outcome + "; " + text
	}
	if e.Log != "" {
		text += "; " + e.Log
	}
	return text
}

// UnusableError says that a picture cannot tell whether the function works.
type UnusableError struct{ URL, Why string }

func (e *UnusableError) Error() string {
	return fmt.Sprintf("canary: %s: %s: name another picture of the site with -url", e.URL, e.Why)
}

// Canary asks a live site for a picture in the ways that show whether the
// function runs: as it is, at a size, at impossible sizes, by HEAD, in pieces and
// on condition. With a distribution, the picture may be a path at its domain, and
// errors of CloudFront's own come with what its log says of them. Canary's errors
// are [*CanaryError] and [*UnusableError].
func (r *Releaser) Canary(ctx context.Context, distribution, picture string) error {
	u, err := r.canaryURL(ctx, distribution, picture)
	if err != nil {
		return err
	}
	c := &canary{Releaser: r, url: u, distribution: distribution}
	err = c.run(ctx)
	if failed := (*CanaryError)(nil); errors.As(err, &failed) {
		c.quoteLog(ctx, failed)
	}
	return err
}

// canary asks for one picture.
type canary struct {
	*Releaser
	url *url.URL
	// before is the original as the site gave it before a change; nil if it
	// was not asked.
	before *original
	// distribution is the ID of the one that is asked; empty if it is not known.
	distribution string
	// since is when the asking began, and refused the last answer if that was an
	// error of CloudFront's own.
	since   time.Time
	refused *answer
}

// original is a picture as the site gives it without a size.
type original struct {
	*answer
	resize.Info
}

// replaces reports whether o has been put into the bucket after another original,
// which the cache may have had for long before it was invalidated.
func (o *original) replaces(other *original) bool {
	at, err := http.ParseTime(o.header.Get("Last-Modified"))
	before, otherErr := http.ParseTime(other.header.Get("Last-Modified"))
	return err == nil && otherErr == nil && at.After(before)
}

// parseCanaryURL wants an absolute URL that asks for no size yet.
func parseCanaryURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, &UnusableError{text, "want a URL such as https://www.example.com/photo.jpg"}
	case u.Query().Has("width") || u.Query().Has("height"):
		return nil, &UnusableError{text, "it asks for a size already"}
	}
	return u, nil
}

// canaryURL is the URL of a picture, which may be its path at the
// distribution's domain.
func (r *Releaser) canaryURL(ctx context.Context, distribution, picture string) (*url.URL, error) {
	if distribution != "" && strings.HasPrefix(picture, "/") {
		out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &distribution})
		if err != nil {
			return nil, err
		}
		picture = "https://" + aws.ToString(out.Distribution.DomainName) + picture
	}
	return parseCanaryURL(picture)
}

// run asks everything there is to ask. Being interrupted is no failure of the
// site.
func (c *canary) run(ctx context.Context) error {
	c.since = time.Now()
	err := c.checks(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (c *canary) checks(ctx context.Context) error {
	original, err := c.original(ctx)
	if err != nil {
		return err
	}
	if c.before != nil && !bytes.Equal(original.body, c.before.body) && !original.replaces(c.before) {
		return c.failed("", "the original has %d other bytes than before, when it had %d", len(original.body), len(c.before.body))
	}
	variant, err := c.variant(ctx, original)
	if err != nil {
		return err
	}
	for _, query := range []string{
		sizeQuery(original.Width+1+rand.IntN(1000), original.Height),
		fmt.Sprintf("width=x%d&height=%d", rand.Uint32(), original.Height/2),
	} {
		if err := c.wantOriginal(ctx, original, query); err != nil {
			return err
		}
	}
	if err := c.head(ctx, original); err != nil {
		return err
	}
	if err := c.ranged(ctx, original); err != nil {
		return err
	}
	return c.conditional(ctx, variant)
}

func (c *canary) failed(query, format string, args ...any) error {
	return &CanaryError{URL: c.with(query).String(), Why: fmt.Sprintf(format, args...)}
}

// with is the picture's URL with a query more.
func (c *canary) with(query string) *url.URL {
	u := *c.url
	if u.RawQuery != "" && query != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += query
	return &u
}

func sizeQuery(width, height int) string {
	return "width=" + strconv.Itoa(width) + "&height=" + strconv.Itoa(height)
}

// original asks for the picture without a size. That the site does not have
// it is not the function's fault, unless it had it before.
func (c *canary) original(ctx context.Context) (*original, error) {
	unusable := func(why string) error {
		if c.before != nil {
			return c.failed("", "%s, and before the change it was a picture", why)
		}
		return &UnusableError{c.url.String(), why}
	}
	got, err := c.ask(ctx, http.MethodGet, c.url, nil)
	switch {
	case err != nil:
		return nil, unusable(err.Error())
	case got.status >= http.StatusInternalServerError:
		return nil, c.failed("", "the original is answered by %s", got)
	case got.status != http.StatusOK:
		return nil, unusable("the answer is " + got.String())
	}
	info, err := resize.Inspect(ctx, resize.Bytes(got.body))
	if err != nil {
		return nil, unusable(err.Error())
	}
	if min(info.Width, info.Height) < minOriginal {
		return nil, unusable(fmt.Sprintf("it is %dx%d, which leaves no sizes to ask for", info.Width, info.Height))
	}
	c.tell("canary: %s: %s, %dx%d, %d bytes", c.url, info.Format, info.Width, info.Height, len(got.body))
	return &original{got, info}, nil
}

// minOriginal is the least that a picture must measure, in pixels, to be asked
// for at sizes that nobody else asks for.
const minOriginal = 16

// wantOriginal asks with a query that no variant answers.
func (c *canary) wantOriginal(ctx context.Context, o *original, query string) error {
	got, err := c.ask(ctx, http.MethodGet, c.with(query), nil)
	switch {
	case err != nil:
		return c.failed(query, "%v", err)
	case got.status != http.StatusOK:
		return c.failed(query, "the answer is %s, where the original was to be served", got)
	case !bytes.Equal(got.body, o.body):
		return c.failed(query, "the answer is not the original")
	}
	c.tell("canary: %s: the original", c.with(query))
	return nil
}
