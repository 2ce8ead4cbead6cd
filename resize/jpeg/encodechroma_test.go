package jpeg

import "testing"

// TestSharpen checks that 4:2:0 chroma is sharpened; luma, whole chroma and gray
// stay as they are.
func TestSharpen(t *testing.T) {
	var s chromaSharpener
	halved := photoPlanes(20, 20, 3, true)
	if got, loss := s.sharpen(halved); loss == 0 || &got[0].Pix[0] != &halved[0].Pix[0] || &got[1].Pix[0] == &halved[1].Pix[0] {
		t.Errorf("a loss of %d", loss)
	}
	full := photoPlanes(20, 20, 3, false)
	if got, loss := s.sharpen(full); loss != 0 || &got[1].Pix[0] != &full[1].Pix[0] {
		t.Error("chroma of 4:4:4 is sharpened")
	}
	gray := photoPlanes(20, 20, 1, false)
	if got, loss := s.sharpen(gray); loss != 0 || len(got) != 1 || &got[0].Pix[0] != &gray[0].Pix[0] {
		t.Error("gray is sharpened")
	}
}
