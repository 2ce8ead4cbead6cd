package page

import (
	"os"
	"testing"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize"
)

// The size to begin with is possible for every original except one of a single
// pixel.
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

// A variant is shown beside what viewers get who accept no newer format;
// animated WebPs have no such format.
func TestOther(t *testing.T) {
	for _, tt := range []struct {
		format resize.Format
		frames int
		want   resize.Format
	}{
		{resize.PNG, 1, resize.JPEG}, {resize.GIF, 1, resize.JPEG}, {"", 0, resize.JPEG}, {resize.GIF, 2, resize.GIF}, {resize.WebP, 2, ""},
	} {
		if got := (original{Format: tt.format, Frames: tt.frames}).Other(); got != tt.want {
			t.Errorf("%s of %d frames: %q, want %q", tt.format, tt.frames, got, tt.want)
		}
	}
}

// An original that is too large to resize is not read either.
func TestLargeOriginal(t *testing.T) {
	root, err := os.OpenRoot("../../../testdata/originals")
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f := &Folder{Root: root, Memory: bucket.NewMemory(0), MaxBytes: 1 << 20}
	for _, tt := range []struct {
		listed Listed
		width  int
	}{
		{Listed{Key: "PHOTO.jpg", Size: 1 << 20}, 1600}, {Listed{Key: "PHOTO.jpg", Size: 1<<20 + 1}, 0}, {Listed{Key: "none.jpg"}, 0},
	} {
		o, found := f.open(t.Context(), tt.listed.Key, []Listed{tt.listed})
		if !found || o.Width != tt.width || (o.Problem == "") != (tt.width > 0) {
			t.Errorf("%+v: got %+v, %v", tt.listed, o, found)
		}
	}
	if o, found := f.open(t.Context(), "PHOTO.jpg", nil); found {
		t.Errorf("got %+v of no listing", o)
	}
}
