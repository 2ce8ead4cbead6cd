package page

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/edgeresize/edgeresize/edge/cachetag"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// post takes files to keep in memory, or invalidates an original, by its path
// or by an item of CloudFront's, and sends the browser back to the page.
func (p *Page) post(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case kind == "multipart/form-data" && p.Memory == nil:
		http.Error(w, "pictures can be dropped only if the page serves a folder", http.StatusMethodNotAllowed)
		return
	case kind == "multipart/form-data":
		p.takeFiles(w, r)
		return
	}
	item := r.PostFormValue("invalidate")
	if path := r.PostFormValue("path"); path != "" {
		key, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		item = cachetag.Item(p.TagOf(key))
	}
	if err := p.Invalidate(item); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	toPage(w, r, r.PostFormValue("original"))
}

func (p *Page) takeFiles(w http.ResponseWriter, r *http.Request) {
	last, err := p.storeFiles(r)
	var tooLarge *bucket.TooLargeError
	switch {
	case errors.As(err, &tooLarge):
		_, _ = io.Copy(io.Discard, r.Body) // browsers do not read the answer before they have sent everything
		v, _ := p.newView(r.Context(), nil)
		v.Notice = fmt.Sprintf("These pictures do not fit into the %d MiB that are kept in memory.", tooLarge.Limit>>20)
		v.write(w, http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		toPage(w, r, last)
	}
}

// storeFiles keeps the files of a form in memory, never on disk, and returns
// the key of the last one, or "" if there is none.
func (p *Page) storeFiles(r *http.Request) (last string, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return last, nil
		}
		if err != nil {
			return "", err
		}
		key, err := p.storeFile(part)
		if err != nil {
			return "", err
		}
		if key != "" {
			last = key
		}
	}
}

// storeFile keeps one file of a form and returns its key, or "" if none was
// chosen.
func (p *Page) storeFile(part *multipart.Part) (key string, err error) {
	data, err := io.ReadAll(io.LimitReader(part, int64(p.Memory.Limit())+1))
	if err != nil || part.FileName() == "" {
		return "", err
	}
	stored, err := p.Memory.Put(part.FileName(), data)
	return stored.Key, err
}

// toPage sends the browser to the page, with the original at key unless that is
// "".
func toPage(w http.ResponseWriter, r *http.Request, key string) {
	to := "/"
	if key != "" {
		to += "?" + url.Values{"original": {key}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
