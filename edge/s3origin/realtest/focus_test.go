package realtest

import (
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

// The focus that a client stores arrives with the object, as it was written.
func TestFocus(t *testing.T) {
	data := original(t, "PHOTO.jpg")
	o := s3origin.New(s3origin.Options{Endpoint: newProxy(t).url, Credentials: credentials})
	for _, want := range []string{"", "0.3,0.7", "top"} {
		metadata := map[string]string{"title": "1,1"}
		if want != "" {
			metadata["focus"] = want
		}
		etag, err := s3.Put(t.Context(), "focus.jpg", data, metadata)
		if err != nil {
			t.Fatal(err)
		}
		body, err := o.Open(t.Context(), edge.Location{Bucket: bucketName, Region: region, Key: "focus.jpg", ETag: etag}, maxBytes)
		if err != nil {
			t.Fatal(err)
		}
		if got := body.Focus(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		body.Close()
	}
}
