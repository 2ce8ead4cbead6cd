package cloudfront

import (
	"context"
	"net/http"
	"time"
)

// ErrorResponse says what becomes of one status of the origin's. CloudFront Developer
// Guide, "How CloudFront processes errors when you have configured custom error pages".
type ErrorResponse struct {
	// Code is the origin's status, 400 or more.
	Code int
	// Page is the path that the answer's body and headers are fetched from, as the
	// origin is asked for it behind its own path; "" leaves the answer as it is.
	Page string
	// Status is what an answer with Page has.
	Status int
	// MinTTL takes the place of the policy's ErrorTTL.
	MinTTL time.Duration
}

// errorResponse returns what becomes of a status, or nil.
func (d *Distribution) errorResponse(status int) *ErrorResponse {
	for i := range d.ErrorResponses {
		if d.ErrorResponses[i].Code == status {
			return &d.ErrorResponses[i]
		}
	}
	return nil
}

// errorPage returns an answer with a page in its place where it is an error that has
// one, and otherwise e. It stays in the cache for as long as e does, and is found there
// by the tags of e.
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
