package vp8

import (
	"bytes"
	"image"
	"math/rand/v2"
	"testing"
)

// TestPeers decodes files of all kinds and compares with libwebp and
// golang.org/x/image, bit for bit.
func TestPeers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var d Decoder
	for range 80 {
		frame, label := encoded(t, r)
		got, err := decodeWhole(&d, frame)
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		other, err := decodeOther(frame)
		if err != nil {
			t.Fatalf("%s: x/image: %v", label, err)
		}
		if s := difference(got, other); s != "" {
			t.Fatalf("%s: ours and x/image's differ %s", label, s)
		}
		if s := difference(got, dwebp(t, frame)); s != "" {
			t.Fatalf("%s: ours and libwebp's differ %s", label, s)
		}
	}
}

// dwebp decodes a key frame with libwebp.
func dwebp(t testing.TB, frame []byte) *image.YCbCr {
	t.Helper()
	w, h, err := Size(frame)
	if err != nil {
		t.Fatal(err)
	}
	planes := tool(t, webpOf(frame), "dwebp", "-quiet", "-yuv", "-o", "-", "--", "-")
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for _, p := range [][]uint8{img.Y, img.Cb, img.Cr} {
		planes = planes[copy(p, planes):]
	}
	if len(planes) != 0 {
		t.Fatalf("%d bytes too many", len(planes))
	}
	return img
}

// TestUnfiltered checks that samples without the loop filter differ only if there
// is a filter, and that an abandoned frame leaves nothing behind.
func TestUnfiltered(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	picture := scene(r, 150, 130)
	var d Decoder
	for _, filter := range []string{"0", "70"} {
		frame := frameOf(t, tool(t, picture, "cwebp", "-quiet", "-q", "40", "-f", filter, "-o", "-", "--", "-"))
		want := dwebp(t, frame)
		if err := d.Start(frame); err != nil {
			t.Fatal(err)
		}
		d.LeaveUnfiltered()
		differs := false
		for range 3 {
			rows, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			for y := range rows.Count {
				differs = differs || !bytes.Equal(rows.Y[y*rows.LumaStride:][:want.YStride], want.Y[(rows.First+y)*want.YStride:][:want.YStride])
			}
		}
		if differs != (d.Level() > 0) {
			t.Errorf("-f %s: level %d, samples differ: %v", filter, d.Level(), differs)
		}
		got, err := decodeWhole(&d, frame)
		if err != nil || difference(got, want) != "" {
			t.Errorf("-f %s, after a frame that was abandoned: %v, %s", filter, err, difference(got, want))
		}
	}
}

func TestNoAllocations(t *testing.T) {
	frame := frameOf(t, tool(t, scene(rand.New(rand.NewPCG(11, 12)), 200, 100), "cwebp", "-quiet", "-o", "-", "--", "-"))
	var d Decoder
	decode := func() {
		if err := d.Start(frame); err != nil {
			t.Fatal(err)
		}
		for range d.rows {
			if _, err := d.Next(); err != nil {
				t.Fatal(err)
			}
		}
	}
	decode()
	if n := testing.AllocsPerRun(5, decode); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestLevel checks that the level is the strongest of any macroblock, and 0
// without a filter.
func TestLevel(t *testing.T) {
	var d Decoder
	d.frame.levels = [segments][2]uint8{{1, 2}, {3, 9}, {8, 4}}
	if got := d.Level(); got != 0 {
		t.Errorf("level %d without a filter", got)
	}
	d.frame.filtered = true
	if got := d.Level(); got != 9 {
		t.Errorf("level %d, want 9", got)
	}
}
