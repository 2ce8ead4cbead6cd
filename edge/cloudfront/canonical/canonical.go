// Package canonical puts a site's viewer-request function before a distribution
// on this machine, in Go, and the policy behind it, as the template does.
package canonical

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// ContentSecurityPolicy has an SVG or HTML among the originals run no script and load
// nothing from elsewhere, with its own styles, and embedded pictures and fonts. There is
// no sandbox in it, in which browsers show no PDF.
const ContentSecurityPolicy = "default-src 'none'; img-src 'self' data:; media-src 'self'; font-src data:; " +
	"style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

// Front has every request to d made canonical by the function of a site, and what
// that leaves of query strings reach the origin and the function on origin
// responses. Answers forbid scripts and guessed types, and where the site chooses
// formats say by Vary that they differ. What the function notes is read by [ParseNote].
func Front(d *cloudfront.Distribution, site viewerrequest.Site) {
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
	return http.StatusServiceUnavailable // CloudFront's, of a function that fails
}

// refusals say why requests are refused with a status, as the rest of a sentence
// that begins with "because".
var refusals = map[int]string{
	http.StatusBadRequest:         `the path has a segment "." or ".."`,
	http.StatusForbidden:          "the site does not answer to this name",
	http.StatusRequestURITooLong:  "the path is longer than that of any key",
	http.StatusServiceUnavailable: "it failed",
}

// Note says what the function made of a request.
type Note struct {
	// Reason is why nothing is left of the size that was asked for, "" where none was
	// or it is left.
	Reason edge.Reason `json:"reason,omitempty"`
	// URL is the canonical path and query string, "" of a request that was refused.
	URL string `json:"url,omitempty"`
	// Refused says why it was refused, as the rest of a sentence that begins with
	// "because", or is "".
	Refused string `json:"refused,omitempty"`
}

// String returns the note as [ParseNote] reads it.
func (n Note) String() string {
	text, _ := json.Marshal(n) // strings never fail
	return string(text)
}

// ParseNote reads what the function noted. Where it noted nothing the note is zero.
func ParseNote(text string) Note {
	var n Note
	_ = json.Unmarshal([]byte(text), &n)
	return n
}
