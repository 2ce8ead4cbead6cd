package page

import (
	"os"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// The size to begin with can be had of every original but one of a pixel.
func TestUsualSize(t *testing.T) {
	for _, tt := range []struct{ width, height, wantWidth, wantHeight int }{
		{1600, 1200, 800, 500}, {800, 500, 400, 250}, {801, 501, 800, 500}, {3000, 400, 1500, 200},
		{3, 3, 1, 1}, {1, 1, 1, 1}, {0, 0, 500, 300},
	} {
		w, h := original{Width: tt.width, Height: tt.height}.usual()
		if w != tt.wantWidth || h != tt.wantHeight {
			t.Errorf("%dx%d: got %dx%d", tt.width, tt.height, w, h)
		}
	}
}

// What is too large to resize is not read either.
func TestLargeOriginal(t *testing.T) {
	root, err := os.OpenRoot("../../../testdata/originals")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	p := &Page{Folder: root, Memory: bucket.NewMemory(0), Config: edge.DefaultConfig()}
	if o := p.open(t.Context(), Listed{Key: "PHOTO.jpg", Size: p.Config.MaxSourceBytes}); o.Width != 1600 || o.Problem != "" {
		t.Errorf("got %+v", o)
	}
	if o := p.open(t.Context(), Listed{Key: "PHOTO.jpg", Size: p.Config.MaxSourceBytes + 1}); o.Width != 0 || o.Problem == "" {
		t.Errorf("got %+v", o)
	}
	if o := p.open(t.Context(), Listed{Key: "none.jpg"}); o.Problem == "" {
		t.Errorf("got %+v", o)
	}
}
