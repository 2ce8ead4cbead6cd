package page

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"github.com/edgeresize/edgeresize/edge"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"tile": newTile}).Parse(pageHTML))

// tile is an original in the gallery.
type tile struct {
	Listed
	Current bool // it is the one that is tried
}

func newTile(l Listed, current string) tile { return tile{l, l.Key == current} }

// view is what the page shows.
type view struct {
	Notice string // to the user, or ""
	Config edge.Config
	// Dropped are the originals in memory, the latest first, Originals those of
	// the folder.
	Dropped, Originals []Listed
	// Original is the one that is tried; its Key is "" where there is none.
	Original original
	// Width and Height are what to ask for, numbers or not.
	Width, Height string
	Contract      []row
}

// newView shows the original at key, or the first one that is likely to be a
// photograph.
func (p *Page) newView(ctx context.Context, key string) view {
	v := view{Config: p.Config, Dropped: listStored(p.Memory), Originals: List(p.Folder.FS())}
	chosen, ok := v.choose(key)
	if !ok {
		return v
	}
	v.Original = p.open(ctx, chosen)
	w, h := v.Original.usual()
	v.Width, v.Height = strconv.Itoa(w), strconv.Itoa(h)
	v.Contract = v.Original.contract(p.Config.MaxWidth)
	return v
}

func (v view) choose(key string) (Listed, bool) {
	all := slices.Concat(v.Dropped, v.Originals)
	at := slices.IndexFunc(all, func(l Listed) bool { return l.Key == key })
	if at >= 0 {
		return all[at], true
	}
	if photo, ok := FirstJPEG(v.Originals); ok {
		return photo, true
	}
	if len(all) > 0 {
		return all[0], true
	}
	return Listed{}, false
}

func (v view) write(w http.ResponseWriter, status int) {
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the viewer may be gone
}
