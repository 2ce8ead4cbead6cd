// Package canonical puts a site's viewer-request function, in Go, and the
// template's policies in front of a distribution on this machine.
package canonical

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// ContentSecurityPolicy keeps an SVG or HTML original from running scripts and
// from loading anything from elsewhere; it allows its own styles and embedded
// pictures and fonts. It has no sandbox, in which browsers do not show PDFs.
const ContentSecurityPolicy = "default-src 'none'; img-src 'self' data:; media-src 'self'; font-src data:; " +
	"style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

// Front makes the function of site handle every request to d first. All that it
// leaves of a query string reaches the origin and the function on origin
// responses. Answers forbid scripts and guessed types. If the site chooses
// formats, they say so by Vary. [ParseNote] reads the function's notes.
func Front(d *cloudfront.Distribution, site viewerrequest.Settings) {
	d.OriginRequest.AllQueryStrings = true
	d.ResponseHeaders = append(d.ResponseHeaders,
		cloudfront.PolicyHeader{Name: "X-Content-Type-Options", Value: "nosniff", Override: true},
		cloudfront.PolicyHeader{Name: "Content-Security-Policy", Value: ContentSecurityPolicy, Override: true})
	if len(site.Formats) > 0 {
		d.ResponseHeaders = append(d.ResponseHeaders, cloudfront.PolicyHeader{Name: "Vary", Value: "Accept", Override: true})
	}
	d.Viewer = func(r cloudfront.ViewerRequest) (cloudfront.ViewerRequest, string, *cloudfront.Refusal) {
		next, reason, err := site.Canonical(viewerrequest.Request(r))
		if err != nil {
			status := statusOf(err)
			return r, Note{Refused: refusals[status]}.String(), &cloudfront.Refusal{Status: status}
		}
		note := Note{URL: next.Path}
		if next.Query != "" {
			note.URL += "?" + next.Query
		}
		if reason != edge.NoSize {
			note.Reason = reason
		}
		return cloudfront.ViewerRequest(next), note.String(), nil
	}
}

// statusOf returns the status of a refusal.
func statusOf(err error) int {
	var refusal *viewerrequest.RefusalError
	if errors.As(err, &refusal) {
		return refusal.Status
	}
	return http.StatusServiceUnavailable // CloudFront's status for a function that fails
}

// refusals map the status of a refusal to its reason, as the rest of a sentence
// that begins with "because".
var refusals = map[int]string{
	http.StatusBadRequest:         `the path has a segment "." or ".."`,
	http.StatusForbidden:          "this is not the host name of the site",
	http.StatusRequestURITooLong:  "the path is too long for an S3 key",
	http.StatusServiceUnavailable: "the function failed",
}

// Note says what the function did with a request.
type Note struct {
	// Reason says why the function removed the size that was asked for; "" if
	// it did not.
	Reason edge.Reason `json:"reason,omitempty"`
	// URL is the canonical path and query string, or "" if the request was
	// refused.
	URL string `json:"url,omitempty"`
	// Refused says why the request was refused, as the rest of a sentence that
	// begins with "because", or is "".
	Refused string `json:"refused,omitempty"`
}

// String returns the note as [ParseNote] reads it.
func (n Note) String() string {
	text, _ := json.Marshal(n) // strings always encode
	return string(text)
}

// ParseNote reads a note of the function. It returns a zero Note for any other
// text.
func ParseNote(text string) Note {
	var n Note
	_ = json.Unmarshal([]byte(text), &n)
	return n
}
