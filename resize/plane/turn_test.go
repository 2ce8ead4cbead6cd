package plane

import "testing"

func TestTransposed(t *testing.T) {
	p := Transposed(Plane{Pix: []uint8("abc..def"), Stride: 5, Width: 3, Height: 2})
	if string(p.Pix) != "adbecf" || p.Stride != 2 || p.Width != 2 || p.Height != 3 {
		t.Errorf("%q, %+v", p.Pix, p)
	}
}
