package cloudfront

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
)

// The values of X-Cache.
const (
	hit        = "Hit from cloudfront"
	miss       = "Miss from cloudfront"
	refreshHit = "RefreshHit from cloudfront"
	generated  = "FunctionGeneratedResponse from cloudfront"
	failed     = "Error from cloudfront" // for any status of 400 or more
)

// answer is an entry and how CloudFront got it.
type answer struct {
	entry  *entry
	xCache string
	// private says that the entry answers one viewer's conditions, and nobody
	// else's request.
	private bool
	// decided says that the origin has applied If-Range.
	decided bool
	// whole says that the origin has got the viewer's Range, which no longer
	// counts.
	whole bool
}

// failure is an error of CloudFront's own. It is not cached.
type failure struct {
	status  int
	message string
	note    string // the function's, if it ran
	// origin says that the origin did not answer; an expired response may then
	// stand in.
	origin bool
	// closes says that CloudFront closes the viewer's connection.
	closes bool
}

func (f *failure) answer() answer {
	header := http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Server": {"CloudFront"}}
	if f.closes {
		header.Set("Connection", "close")
	}
	return answer{entry: &entry{
		status: f.status,
		header: header,
		body:   fmt.Appendf(nil, "%d ERROR\nThe request could not be satisfied.\n%s\n", f.status, f.message),
		note:   f.note,
	}, xCache: failed}
}

// PolicyHeader is a custom header of a response headers policy. CloudFront
// Developer Guide, "Understand response headers policies", "Custom headers".
type PolicyHeader struct {
	Name, Value string
	// Override makes it replace the origin's, or the function's, header of that
	// name.
	Override bool
}

// write sends an answer to the viewer, as 304 if the viewer has it already, as
// 206 if it asked for a part. Its error is the connection's.
func (d *Distribution) write(w http.ResponseWriter, v viewerRequest, a answer) error {
	e, r, header := a.entry, v.seen, w.Header()
	maps.Copy(header, e.header.Clone())
	for _, h := range d.ResponseHeaders {
		if h.Override || header.Get(h.Name) == "" {
			header.Set(h.Name, h.Value)
		}
	}
	if _, ok := header["Content-Type"]; !ok {
		header["Content-Type"] = nil // keeps net/http from guessing one
	}
	header.Set("X-Cache", a.xCache)
	if e.status >= 400 && a.xCache != generated {
		header.Set("X-Cache", failed)
	}
	if a.xCache == hit {
		header.Set("Age", strconv.Itoa(int(d.Now().Sub(e.stored).Seconds())))
	}
	header.Set("Via", v.via)
	header.Set("X-Amz-Cf-Id", v.id)
	if d.Noted != nil {
		d.Noted(header, v.note, e.note)
	}
	body := &written{ResponseWriter: w}
	if content := e.content(); content != nil {
		modified, _ := http.ParseTime(header.Get("Last-Modified"))
		http.ServeContent(body, a.rest(r), "", modified, content)
		return body.err
	}
	if !e.bodiless && e.status != http.StatusNotModified {
		header.Set("Content-Length", strconv.Itoa(len(e.body)))
	}
	w.WriteHeader(e.status)
	if r.Method != http.MethodHead && e.status != http.StatusNotModified {
		_, _ = body.Write(e.body) // body keeps its error
	}
	return body.err
}

// content returns what a viewer may ask for a part of, or nil.
func (e *entry) content() io.ReadSeeker {
	switch {
	case e.pieces != nil:
		return &joined{entry: e}
	case e.status == http.StatusOK && !e.bodiless:
		return bytes.NewReader(e.body)
	}
	return nil
}

// rest returns a viewer's request without the conditions that no longer count.
func (a answer) rest(r *http.Request) *http.Request {
	if !a.decided && !a.whole && r.Method != http.MethodHead {
		return r
	}
	rest := r.Clone(r.Context())
	rest.Header.Del("If-Range")
	if !a.decided {
		rest.Header.Del("Range") // HEAD has no ranges (RFC 9110, section 14.2)
	}
	return rest
}

// written keeps the first error of writing.
type written struct {
	http.ResponseWriter
	err error
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}
