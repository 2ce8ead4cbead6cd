// Package page is the page of CloudFront on this machine: it shows what comes
// of a request, and tries requests.
//
// All of it is at "/", told apart by query strings, because "/" is the path of
// no key. It sends its requests to CloudFront as any viewer does, and learns
// of an answer what every viewer is told by its headers; what the function was
// asked for it and answered is at /?invocation=ID.
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
	// Store holds the originals, and Memory those of them that were dropped on
	// the page; nil where none can be.
	Store  Store
	Memory *bucket.Memory
	// Bucket says which bucket of S3's it is, "" for a folder on this machine.
	Bucket string
	// Config is the function's.
	Config edge.Config
	// Invocations are those of the function.
	Invocations *Invocations
	// Invalidate removes from CloudFront's cache what paths and tags name, and TagOf
	// returns the tag of what is about a key.
	Invalidate func(items ...string) error
	TagOf      func(key string) string
}

//go:embed assets
var assets embed.FS

// policy lets the page load what is the server's, and pictures that its script
// made.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers a request for "/". Other sites may not post to it.
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
		http.Error(w, "want GET, HEAD or POST", http.StatusMethodNotAllowed)
	case query.Has("asset"):
		serveAsset(w, r, query.Get("asset"))
	case query.Has("invocation"):
		p.serveInvocation(w, query.Get("invocation"), edge.Reason(query.Get("reason")))
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

// serveInvocation serves what an invocation was told and answered. reason is why a
// viewer's size is not among that, or "".
func (p *Page) serveInvocation(w http.ResponseWriter, id string, reason edge.Reason) {
	i, ok := p.Invocations.get(id)
	if !ok {
		http.Error(w, "no such invocation is remembered", http.StatusNotFound)
		return
	}
	shown, err := i.show(reason)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(shown) // the viewer may be gone
}

func (p *Page) servePage(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	v, found := p.newView(r.Context(), query.Get("original"), query.Get("prefix"))
	if query.Has("width") || query.Has("height") {
		v.Width, v.Height = query.Get("width"), query.Get("height")
	}
	v.Format = query.Get("format")
	status := http.StatusOK
	if !found {
		status = http.StatusNotFound
		v.Notice = "There is no original " + query.Get("original") + "."
	}
	v.write(w, status)
}
