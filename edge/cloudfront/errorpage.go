package cloudfront

import (
	"context"
	"net/http"
	"time"
)

// ErrorResponse says how one status of the origin is answered. CloudFront
// Developer Guide, "How CloudFront processes errors when you have configured
// custom error pages".
type ErrorResponse struct {
	// Code is the origin's status, 400 or more.
	Code int
	// Page is the path, below the origin's own, from which the answer's body and
	// headers are fetched; "" leaves the answer unchanged.
	Page string
	// Status is the status of an answer with Page.
	Status int
	// MinTTL replaces the policy's ErrorTTL.
	MinTTL time.Duration
}

// errorResponse returns how status is answered, or nil.
func (d *Distribution) errorResponse(status int) *ErrorResponse {
	for i := range d.ErrorResponses {
		if d.ErrorResponses[i].Code == status {
			return &d.ErrorResponses[i]
		}
	}
	return nil
}

// errorPage returns the page for e if e is an error that has one, and otherwise
// e. The page stays in the cache for as long as e would, with the tags of e.
func (d *Distribution) errorPage(ctx context.Context, v viewerRequest, e *entry) *entry {
	r := d.errorResponse(e.status)
	if r == nil || r.Page == "" {
		return e
	}
	v.path, v.query = r.Page, ""
	page, failure := d.fetch(ctx, v, http.Header{})
	if failure != nil || page.status != http.StatusOK {
		return e
	}
	page.status, page.tags, page.note = r.Status, e.tags, e.note
	page.instead = &entry{status: e.status, header: e.header}
	return page
}

// ttl returns how long an entry is fresh, and whether it may be stored at all.
func (d *Distribution) ttl(e *entry) (time.Duration, bool) {
	said := e
	if e.instead != nil {
		said = e.instead
	}
	p := d.policy()
	if r := d.errorResponse(said.status); r != nil {
		p.ErrorTTL = r.MinTTL
	}
	return p.ttl(d.Readings, said.status, said.header, e.stored)
}
