package bucket

import (
	"net/http"
	"strings"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// Trouble is a fault to simulate for an intact object.
type Trouble string

// All troubles.
const (
	Truncated  Trouble = "truncated"  // the second half of the object is missing
	Empty      Trouble = "empty"      // the object has no bytes
	NoPicture  Trouble = "no-picture" // the object is HTML
	Denied     Trouble = "denied"     // S3 refuses the function
	Changed    Trouble = "changed"    // the object is another one when the function asks
	Failing    Trouble = "failing"    // S3 fails for the function
	Hanging    Trouble = "hanging"    // S3 never answers the function
	Unanswered Trouble = "unanswered" // S3 closes every connection
)

// troublePrefix begins the keys of objects in trouble. No file has such a name,
// because the names of files have no doubled slash.
const troublePrefix = "trouble//"

// Key returns the key at which a server with Troubles serves the object at key
// in trouble t.
func (t Trouble) Key(key string) string { return troublePrefix + string(t) + "/" + key }

// cutTrouble returns the trouble and the key from which Trouble.Key made key.
func cutTrouble(key string) (t Trouble, of string, ok bool) {
	rest, ok := strings.CutPrefix(key, troublePrefix)
	if !ok {
		return "", "", false
	}
	name, of, _ := strings.Cut(rest, "/")
	_, ok = troubles[Trouble(name)]
	return Trouble(name), of, ok
}

// answerer answers a request for an object.
type answerer func(w http.ResponseWriter, r *http.Request, o *object) *apiError

// troubles maps each trouble to what answers requests.
var troubles = map[Trouble]answerer{
	Truncated:  with(func(data []byte) []byte { return data[:len(data)/2] }),
	Empty:      with(func([]byte) []byte { return nil }),
	NoPicture:  with(func([]byte) []byte { return []byte(html) }),
	Denied:     forFunction(meet(s3fault.Denied)),
	Changed:    forFunction(meet(s3fault.Changed)),
	Failing:    forFunction(meet(s3fault.Throttled)),
	Hanging:    forFunction(meet(s3fault.Hang)),
	Unanswered: meet(s3fault.Closed),
}

const html = "<!doctype html>\n<title>Not a picture</title>\n<p>This is HTML, whatever it is called.</p>\n"

// with answers with the object's data changed.
func with(change func([]byte) []byte) answerer {
	return func(w http.ResponseWriter, r *http.Request, o *object) *apiError {
		data, err := o.part(0, o.size)
		if err != nil {
			return err
		}
		data = change(data)
		changed := object{key: o.key, etag: etagOf(data), modified: o.modified, size: len(data), metadata: o.metadata, data: data}
		return changed.serve(w, r)
	}
}

// meet returns an answerer whose requests meet a fault.
func meet(f s3fault.Fault) answerer {
	return func(w http.ResponseWriter, r *http.Request, o *object) *apiError {
		f.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := o.serve(w, r); err != nil {
				err.Write(w, r)
			}
		}), w, r)
		return nil
	}
}

// forFunction limits a trouble to the function. CloudFront's own requests,
// whose User-Agent is "Amazon CloudFront", get the intact object. CloudFront
// Developer Guide, "Request and response behavior for Amazon S3 origins",
// "User-Agent header".
func forFunction(trouble answerer) answerer {
	return func(w http.ResponseWriter, r *http.Request, o *object) *apiError {
		if r.UserAgent() == "Amazon CloudFront" {
			return o.serve(w, r)
		}
		return trouble(w, r, o)
	}
}
