package jpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLumaAsDjpeg compares the luma of photographs with djpeg's.
func TestLumaAsDjpeg(t *testing.T) {
	files, err := filepath.Glob("../../testdata/originals/jpeg-*.jpg")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d decoder
		m, err := d.Decode(context.Background(), whole(data), options{})
		var bad formatError
		if errors.As(err, &bad) && strings.Contains(file, "truncated") || err == nil && m.Model != modelYCbCr && m.Model != modelGray {
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		compared++
		luma := m.Planes[0]
		pgm := djpeg(t, data, "-grayscale")
		header := fmt.Appendf(nil, "P5\n%d %d\n255\n", luma.Width, luma.Height)
		if !bytes.HasPrefix(pgm, header) {
			t.Fatalf("%s: djpeg writes %q", file, pgm[:20])
		}
		for i, want := range pgm[len(header):] {
			got := luma.Pix[i/luma.Width*luma.Stride+i%luma.Width]
			if diff := int(got) - int(want); diff < -1 || diff > 1 {
				t.Fatalf("%s: %d at %d, %d, djpeg's is %d", file, got, i%luma.Width, i/luma.Width, want)
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d pictures", compared)
	}
}
