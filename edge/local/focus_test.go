package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// thirds returns a picture whose left third is red, the middle green and the
// right blue.
func thirds(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 90, 30))
	for y := range 30 {
		for x := range 90 {
			img.Set(x, y, []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}}[x/30])
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// middle returns the name of the colour in the middle of a picture.
func middle(t *testing.T, data []byte) string {
	t.Helper()
	img, _, err := pictest.DecodeFirst(t, data)
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	r, g, b, _ := img.At(size.X/2, size.Y/2).RGBA()
	switch max(r, g, b) {
	case r:
		return "red"
	case g:
		return "green"
	}
	return "blue"
}

// The focus in the metadata moves the crop of a URL that names no place. It may
// change while the object's bytes, and so its ETag, stay. No answer with the
// variant has the metadata.
func TestFocusInTheMetadata(t *testing.T) {
	on := edge.DefaultConfig()
	on.Parameters = []string{"gravity"}
	for _, tt := range []struct {
		config edge.Config
		focus  string
		want   string
	}{
		{on, `{"a.png": {"focus": "0,0.5"}}`, "red"},
		{on, `{"a.png": {"focus": "1,0.5"}}`, "blue"},
		{on, `{"a.png": {"focus": "0.5,0.5"}}`, "green"},
		{on, `{"a.png": {"focus": "left"}}`, "green"},
		{on, `{"a.png": {"title": "0,0.5"}}`, "green"},
		{on, `{"b.png": {"focus": "0,0.5"}}`, "green"},
		{on, "", "green"},
		{edge.DefaultConfig(), `{"a.png": {"focus": "0,0.5"}}`, "green"},
	} {
		dir := newFolder(t, map[string][]byte{"a.png": thirds(t)})
		if tt.focus != "" {
			if err := os.WriteFile(filepath.Join(dir, bucket.MetadataFile), []byte(tt.focus), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := get(t, startSite(t, tt.config, folder(dir)).url+"/a.png?width=20&height=20")
		checkPicture(t, got, "png", 20, 20)
		if colour := middle(t, got.body); colour != tt.want {
			t.Errorf("%s, %v: got %s, want %s", tt.focus, tt.config.Parameters, colour, tt.want)
		}
		for name := range got.header {
			if strings.HasPrefix(name, "X-Amz-Meta-") {
				t.Errorf("%s is left", name)
			}
		}
	}
	dir := newFolder(t, map[string][]byte{"a.png": thirds(t), bucket.MetadataFile: []byte(`{"a.png": {"focus": "0,0"}}`)})
	s := startSite(t, on, folder(dir))
	first := get(t, s.url+"/a.png?width=20&height=20")
	if err := os.WriteFile(filepath.Join(dir, bucket.MetadataFile), []byte(`{"a.png": {"focus": "1,1"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s.later(48 * time.Hour)
	second := get(t, s.url+"/a.png?width=20&height=20")
	if middle(t, first.body) != "red" || middle(t, second.body) != "blue" || second.status != http.StatusOK ||
		first.header.Get("ETag") == second.header.Get("ETag") || first.header.Get("ETag") == "" {
		t.Errorf("got %v, then %v", first.header, second.header)
	}
}
