package page

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

//go:embed page.html controls.html
var templates embed.FS

var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{"tile": newTile}).ParseFS(templates, "*.html"))

// tile is an original in the gallery.
type tile struct {
	Listed
	Link    string // to its page
	Small   string // the path and query string of a small picture of it
	Current bool   // it is the original of this page
}

func newTile(l Listed, v view) tile {
	query := url.Values{"original": {l.Key}}
	if v.Prefix != "" {
		query.Set("prefix", v.Prefix)
	}
	return tile{l, "/?" + query.Encode(), v.Signer.Sign(l.Path() + thumbnail(v.Config)), l.Key == v.Original.Key}
}

// view is what the page shows.
type view struct {
	Notice string // to the user, or ""
	Config edge.Config
	Signer Signer
	// Bucket is the page's. The listed keys begin with Prefix.
	Bucket, Prefix string
	listing
	// Original is the original of the page; its Key is "" if there is none.
	Original original
	// Asked is what to ask for.
	Asked    asked
	Contract []row
}

// Formats returns the formats to ask for.
func (v view) Formats() []resize.Format {
	return []resize.Format{resize.AVIF, resize.WebP, resize.JPEG, resize.PNG}
}

// newView returns the view that page, the query string of a request for the page, asks for:
// of the original at key, or of the first one that is likely to be a photograph. found
// reports whether the original at key exists.
func (p *Page) newView(ctx context.Context, page url.Values) (v view, found bool) {
	key, prefix := page.Get("original"), page.Get("prefix")
	v = view{Config: p.Config, Signer: p.Signer, Bucket: p.Bucket, Prefix: prefix, listing: p.Store.list(ctx, prefix)}
	all := v.all()
	found = true
	if key != "" {
		v.Original, found = p.Store.open(ctx, key, all)
	}
	if key == "" || !found {
		likely := likeliest(v.Originals, all)
		if likely == "" {
			v.Original = original{}
			return v, found
		}
		v.Original, _ = p.Store.open(ctx, likely, all)
	}
	v.Asked = askedBy(page, v.Original, p.Config)
	v.Contract = v.Original.contract(p.Config, p.Bucket == "", p.Signer)
	return v, found
}

// likeliest returns the key of the original to begin with, or "".
func likeliest(originals, all []Listed) string {
	if photo, ok := FirstJPEG(originals); ok {
		return photo.Key
	}
	if len(all) > 0 {
		return all[0].Key
	}
	return ""
}

func (v view) write(w http.ResponseWriter, status int) {
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the viewer may have left
}
