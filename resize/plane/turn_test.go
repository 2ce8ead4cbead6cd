package plane

import (
	"bytes"
	"testing"
)

// TestUpright turns a picture of which each sample tells its place.
func TestUpright(t *testing.T) {
	const w, h = 3, 2
	stored := Plane{Pix: []uint8("abc..def"), Stride: 5, Width: w, Height: h}
	for orientation, want := range map[int]string{
		1: "abc/def", 2: "cba/fed", 3: "fed/cba", 4: "def/abc",
		5: "ad/be/cf", 6: "da/eb/fc", 7: "fc/eb/da", 8: "cf/be/ad",
	} {
		got := Upright(stored, orientation)
		var rows [][]byte
		for y := range got.Height {
			rows = append(rows, got.Pix[y*got.Stride:][:got.Width])
		}
		if s := string(bytes.Join(rows, []byte("/"))); s != want {
			t.Errorf("orientation %d: %s, want %s", orientation, s, want)
		}
		// The first column is abc's a, or c if columns are turned around.
		columns, mirrored := Mirrors(orientation)
		first := map[[2]bool]byte{{false, false}: 'a', {true, false}: 'c', {false, true}: 'd', {true, true}: 'f'}
		if c := first[[2]bool{columns, mirrored}]; got.Pix[0] != c {
			t.Errorf("orientation %d: begins with %c, want %c", orientation, got.Pix[0], c)
		}
	}
}
