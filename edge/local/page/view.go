package page

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"tile": newTile}).Parse(pageHTML))

// tile is an original in the gallery.
type tile struct {
	Listed
	Link    string // to its page
	Current bool   // it is the original of this page
}

func newTile(l Listed, v view) tile {
	query := url.Values{"original": {l.Key}}
	if v.Prefix != "" {
		query.Set("prefix", v.Prefix)
	}
	return tile{l, "/?" + query.Encode(), l.Key == v.Original.Key}
}

// view is what the page shows.
type view struct {
	Notice string // to the user, or ""
	Config edge.Config
	// Bucket is the page's. The listed keys begin with Prefix.
	Bucket, Prefix string
	listing
	// Original is the original of the page; its Key is "" if there is none.
	Original original
	// Width and Height are what to ask for, numbers or not.
	Width, Height string
	// Format is the format to ask for, or "".
	Format   string
	Contract []row
}

// Formats returns the formats to ask for.
func (v view) Formats() []resize.Format {
	return []resize.Format{resize.AVIF, resize.WebP, resize.JPEG, resize.PNG}
}

// newView returns a view of the original at key, or of the first one that is
// likely to be a photograph. found reports whether the original at key exists.
func (p *Page) newView(ctx context.Context, key, prefix string) (v view, found bool) {
	v = view{Config: p.Config, Bucket: p.Bucket, Prefix: prefix, listing: p.Store.list(ctx, prefix)}
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
	w, h := v.Original.usual()
	v.Width, v.Height = strconv.Itoa(w), strconv.Itoa(h)
	v.Contract = v.Original.contract(p.Config.MaxWidth, p.Bucket == "")
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
