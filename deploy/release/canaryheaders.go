package release

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
)

// head asks for a variant by HEAD and checks its headers.
func (c *canary) head(ctx context.Context, o *original) error {
	got, err := c.askUntil(ctx, http.MethodHead, nil, o, nil, func(got *sizedAnswer) (flaw, error) { return wrongHead(got, o), nil })
	if err == nil {
		c.tell("canary: %s: HEAD: %d", c.urlWith(got.query), got.status)
	}
	return err
}

// wrongHead returns what is wrong with the answer to a HEAD request for a variant.
func wrongHead(got *sizedAnswer, o *original) flaw {
	if got.status != http.StatusOK {
		return flaw{why: "HEAD got " + got.String(), certain: got.status >= http.StatusInternalServerError}
	}
	if got.loose {
		return flaw{} // it may be the original
	}
	if why := notItsOwn(got.answer, o); why != "" {
		return flaw{why: "HEAD: " + why, headers: true}
	}
	if length := got.header.Get("Content-Length"); length == strconv.Itoa(len(o.body)) {
		return flaw{why: "HEAD: its Content-Length is the original's, " + length, headers: true}
	}
	return flaw{}
}

// pieceBytes is how many bytes of a variant are asked for.
const pieceBytes = 100

// ranged asks for a piece of a variant. Right answers are the whole variant and a piece
// of it.
func (c *canary) ranged(ctx context.Context, o *original) error {
	header := http.Header{"Range": {fmt.Sprintf("bytes=0-%d", pieceBytes-1)}}
	got, err := c.askUntil(ctx, http.MethodGet, header, o, nil, func(got *sizedAnswer) (flaw, error) {
		if got.status != http.StatusPartialContent {
			return c.wrongWith(got.answer, o, got.expectation), nil
		}
		whole, err := c.ask(ctx, http.MethodGet, c.urlWith(got.query), nil)
		if err != nil {
			return flaw{}, c.unanswered(got.query, err)
		}
		if found := c.wrongWith(whole, o, got.expectation); found.why != "" {
			found.why = "after a request for a piece of it, " + found.why
			return found, nil
		}
		return flaw{why: wrongPiece(got.answer, whole)}, nil
	})
	if err == nil {
		c.tell("canary: %s: Range: %d", c.urlWith(got.query), got.status)
	}
	return err
}

// wrongPiece returns what is wrong with the first bytes of a variant, "" if nothing is.
func wrongPiece(piece, whole *answer) string {
	n := min(pieceBytes, len(whole.body))
	const etag, contentRange = "ETag", "Content-Range"
	switch want := fmt.Sprintf("bytes 0-%d/%d", n-1, len(whole.body)); {
	case piece.header.Get(contentRange) != want:
		return fmt.Sprintf("a piece of it is %q instead of %q: is it a piece of the original?", piece.header.Get(contentRange), want)
	case piece.header.Get(etag) != whole.header.Get(etag):
		return fmt.Sprintf("a piece of it has the ETag %q, the whole has %q", piece.header.Get(etag), whole.header.Get(etag))
	case !bytes.Equal(piece.body, whole.body[:n]):
		return "a piece of it differs from the whole"
	}
	return ""
}

// conditional asks whether a variant still is the one that a browser has.
func (c *canary) conditional(ctx context.Context, v *sizedAnswer) error {
	etag := v.header.Get("ETag")
	if etag == "" {
		return nil
	}
	got, err := c.ask(ctx, http.MethodGet, c.urlWith(v.query), http.Header{"If-None-Match": {etag}})
	switch {
	case err != nil:
		return c.unanswered(v.query, fmt.Errorf("If-None-Match: %w", err))
	case got.status == http.StatusOK && bytes.Equal(got.body, v.body):
		// Without 304: another edge location's cache answers.
	case got.status != http.StatusNotModified || len(got.body) > 0:
		return c.doubted(v.query, "If-None-Match: %s got %s and %d bytes", etag, got, len(got.body))
	}
	c.tell("canary: %s: If-None-Match: %d", c.urlWith(v.query), got.status)
	return nil
}
