package cloudfront

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// The values of X-Cache.
const (
	hit        = "Hit from cloudfront"
	miss       = "Miss from cloudfront"
	refreshHit = "RefreshHit from cloudfront"
	failed     = "Error from cloudfront" // whatever has a status of 400 or more
)

// answer is an entry and how it was come by.
type answer struct {
	entry  *entry
	xCache string
}

// failure is an error of CloudFront's own. It is not cached.
type failure struct {
	status  int
	message string
	note    string // the function's, where it ran
	// origin says that it is the origin that failed, for which an expired
	// response may stand in.
	origin bool
}

func (f *failure) answer() answer {
	return answer{&entry{
		status: f.status,
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Server": {"CloudFront"}},
		body:   fmt.Appendf(nil, "%d ERROR\nThe request could not be satisfied.\n%s\n", f.status, f.message),
		note:   f.note,
	}, failed}
}

// write sends an answer to the viewer, who may have it already (304) or want
// only a part of it (206).
func (d *Distribution) write(w http.ResponseWriter, r *http.Request, v viewerRequest, a answer) {
	e, header := a.entry, w.Header()
	maps.Copy(header, e.header.Clone())
	if _, ok := header["Content-Type"]; !ok {
		header["Content-Type"] = nil // or net/http guesses one
	}
	header.Set("X-Cache", a.xCache)
	if e.status >= 400 {
		header.Set("X-Cache", failed)
	}
	if a.xCache == hit {
		header.Set("Age", strconv.Itoa(int(d.Now().Sub(e.stored).Seconds())))
	}
	header.Set("Via", v.via)
	header.Set("X-Amz-Cf-Id", v.id)
	if d.Noted != nil {
		d.Noted(header, e.note)
	}
	if e.status == http.StatusOK && !e.bodiless {
		modified, _ := http.ParseTime(header.Get("Last-Modified"))
		http.ServeContent(w, r, "", modified, bytes.NewReader(e.body))
		return
	}
	if !e.bodiless && e.status != http.StatusNotModified {
		header.Set("Content-Length", strconv.Itoa(len(e.body)))
	}
	w.WriteHeader(e.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(e.body) // the viewer may be gone
	}
}
