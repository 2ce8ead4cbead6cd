package jpeg

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// qualityOf returns the quality in the header of a JPEG.
func qualityOf(t *testing.T, data []byte) int {
	t.Helper()
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return p.Header().Quality
}

// TestQualityOfLibjpeg compares with image/jpeg, which has libjpeg's tables. The
// tables distinguish qualities as far as steps are whole numbers and not cut at
// 255, as most are below 5.
func TestQualityOfLibjpeg(t *testing.T) {
	img := image.NewYCbCr(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio420)
	for quality := 5; quality <= 100; quality++ {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		tolerance := 1
		if quality < 25 {
			tolerance = 6
		}
		if got := qualityOf(t, b.Bytes()); got < quality-tolerance || got > quality+tolerance {
			t.Errorf("%d is taken for %d", quality, got)
		}
	}
}

func TestQualityOfOurs(t *testing.T) {
	for quality := 20; quality <= 100; quality++ {
		steps := stepTables(scaleOf(quality))[0]
		table := quantTable{defined: true}
		for k, step := range steps {
			table.step[k] = uint16(step)
		}
		if got := table.quality(); got < quality-2 || got > quality+2 {
			t.Errorf("%d is taken for %d", quality, got)
		}
	}
}

// TestQualityOfOthers checks that any table has a quality, and that a coarser one
// has none that is higher.
func TestQualityOfOthers(t *testing.T) {
	if got := new(quantTable).quality(); got != 0 {
		t.Errorf("no table has quality %d", got)
	}
	last := 100
	for step := 0; step < 1<<16; step += 7 {
		table := quantTable{defined: true}
		for k := range table.step {
			table.step[k] = uint16(step)
		}
		got := table.quality()
		if got < 1 || got > last {
			t.Fatalf("steps of %d have quality %d, finer ones %d", step, got, last)
		}
		last = got
	}
}
