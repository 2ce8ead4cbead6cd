// Package page is the web page of CloudFront on this machine. It shows how
// requests are answered, and tries requests.
//
// The whole page is at "/", with query strings for its parts, because "/" is
// not the path of any key. It sends its requests to CloudFront as any viewer
// does, and learns about an answer from the headers that every viewer gets. The
// function's event and response are at /?invocation=ID. Where variants need signed
// URLs, the page's are signed; /?sign=URL signs others for its script.
package page

import (
	"bytes"
	"embed"
	"encoding/json"
	"net/http"
	"path"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// Page serves the page.
type Page struct {
	// Store holds the originals. Memory holds those that were dropped on the
	// page; nil if that is not possible.
	Store  Store
	Memory *bucket.Memory
	// Bucket is the name of the S3 bucket, or "" for a folder on this machine.
	Bucket string
	// Config is the function's.
	Config edge.Config
	// Signer signs the page's requests for variants.
	Signer Signer
	// Invocations are the function's.
	Invocations *Invocations
	// Invalidate removes what paths and tags name from CloudFront's cache.
	// TagOf returns the tag for a key.
	Invalidate func(items ...string) error
	TagOf      func(key string) string
}

//go:embed assets
var assets embed.FS

// policy lets the page load what the server has, and pictures that its script
// made.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers a request for "/". Other sites must not post to it.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	query := r.URL.Query()
	switch {
	case r.Method == http.MethodPost:
		http.NewCrossOriginProtection().Handler(http.HandlerFunc(p.post)).ServeHTTP(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "only GET, HEAD and POST are allowed", http.StatusMethodNotAllowed)
	case query.Has("asset"):
		serveAsset(w, r, query.Get("asset"))
	case query.Has("invocation"):
		p.serveInvocation(w, query.Get("invocation"), edge.Reason(query.Get("reason")), query.Get("query"))
	case query.Has("sign"):
		p.serveSigned(w, query.Get("sign"))
	default:
		p.servePage(w, r)
	}
}

func serveAsset(w http.ResponseWriter, r *http.Request, name string) {
	data, err := assets.ReadFile(path.Join("assets", name))
	if err != nil {
		http.Error(w, "no such asset", http.StatusNotFound)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// serveInvocation serves the event and the response of an invocation. reason
// says why the event has no size although the viewer's request had one, or is
// "". query is the viewer's query string.
func (p *Page) serveInvocation(w http.ResponseWriter, id string, reason edge.Reason, query string) {
	i, ok := p.Invocations.get(id)
	if !ok {
		http.Error(w, "this invocation is not remembered", http.StatusNotFound)
		return
	}
	shown, err := i.show(p.refused(reason, query), p.Config)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(shown) // the viewer may have left
}

// refused returns the error for which the viewer-request function removed the size of a
// query string, or nil if reason is none.
func (p *Page) refused(reason edge.Reason, query string) error {
	if reason.Meaning() == "" {
		return nil
	}
	if _, err := edge.Asked(query, p.Config); err != nil && edge.ReasonOf(err) == reason {
		return err // names the parameter
	}
	return edge.Because(reason, nil)
}

func (p *Page) servePage(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	v, found := p.newView(r.Context(), query)
	status := http.StatusOK
	if !found {
		status = http.StatusNotFound
		v.Notice = "There is no original " + query.Get("original") + "."
	}
	v.write(w, status)
}
