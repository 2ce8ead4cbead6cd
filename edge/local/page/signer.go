package page

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// Signer signs URLs for the viewer-request function with Settings. The zero value
// signs none. Keys never leave it.
type Signer struct {
	Settings viewerrequest.Settings
}

// NoKeys says what it means that [Signer.LacksKeys].
const NoKeys = "The config wants signed URLs, but there are no keys: every size gets the original. " +
	"Make keys with go run ./deploy signing-keys -file FILE, and name them with -signing-keys FILE."

// validity is how long a signature stays valid.
const validity = 24 * time.Hour

// LacksKeys reports whether variants need signed URLs, but s cannot sign any.
func (s Signer) LacksKeys() bool {
	return s.Settings.ChecksSignatures() && s.Settings.Keys.Entry() == ""
}

// CanSign reports whether variants need signed URLs, and s can sign them.
func (s Signer) CanSign() bool {
	return s.Settings.ChecksSignatures() && !s.LacksKeys()
}

// Sign returns a URL, "/path?query", with a signature that is valid for a day. It
// replaces an earlier signature. A URL that asks for no variant stays as it is, and
// so does every URL if s cannot sign.
func (s Signer) Sign(url string) string { return s.signUntil(url, time.Now().Add(validity)) }

// signUntil does what Sign does, with a signature that is valid until expires.
func (s Signer) signUntil(url string, expires time.Time) string {
	path, query, _ := strings.Cut(url, "?")
	if !s.CanSign() {
		return url
	}
	signed, why, err := s.Settings.SignedURL(viewerrequest.Request{Path: path, Query: query}, expires.Unix())
	if why != "" || err != nil {
		return url
	}
	_, query, _ = strings.Cut(signed, "?")
	return path + "?" + query // the path as it was spelled
}

// cases returns requests for a variant of o without a valid signature.
func (s Signer) cases(o original, config edge.Config) []request {
	if !s.Settings.ChecksSignatures() {
		return nil
	}
	as := func(label, url string) request { return request{Label: label, Method: "GET", Path: url, asIs: true} }
	small := o.Path() + thumbnail(config)
	cases := []request{as("unsigned", small)}
	if s.CanSign() {
		other := s.Sign(EscapePath(o.Key+".none") + thumbnail(config))
		_, query, _ := strings.Cut(other, "?")
		cases = append(cases, as("signed for another path", o.Path()+"?"+query),
			as("expired", s.signUntil(small, time.Now().Add(-time.Hour))))
	}
	return cases
}

// signature matches a signature after its first characters.
var signature = regexp.MustCompile(`(&signature=[\w-]{6})[\w-]{37}$`)

// shortened returns a URL with its signature cut short. The page's script does the
// same.
func shortened(url string) string { return signature.ReplaceAllString(url, "$1…") }

// serveSigned answers with url, signed.
func (p *Page) serveSigned(w http.ResponseWriter, url string) {
	if !p.Signer.CanSign() {
		http.Error(w, "no URLs are signed here", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, p.Signer.Sign(url))
}
