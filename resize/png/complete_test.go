package png

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// completer opens a PNG.
func completer(t *testing.T, source pic.Source) pic.Completer {
	t.Helper()
	p, err := Open(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	return p.(pic.Completer)
}

// TestComplete finds the orientation behind the pixels, whether or not these have been
// read.
func TestComplete(t *testing.T) {
	tests := []struct {
		before, after []byte
		first, want   int
	}{
		{nil, nil, 1, 1},
		{exifOf(6), nil, 6, 6},
		{nil, exifOf(6), 1, 6},
		{nil, exifOf(1), 1, 1},
		{exifOf(6), exifOf(6), 6, 6},
		{exifOf(6), exifOf(3), 6, 3},
		{exifOf(6), exifOf(1), 6, 1},
		{nil, append(pictest.Chunk("tEXt", []byte("a\x00b")), exifOf(8)...), 1, 8},
		{nil, append(exifOf(8), exifOf(2)...), 1, 2}, // the last of several
	}
	for _, tt := range tests {
		for _, interlaced := range []bool{false, true} {
			for _, rowsFirst := range []bool{false, true} {
				name := fmt.Sprintf("%d to %d, interlaced %v, rows first %v", tt.first, tt.want, interlaced, rowsFirst)
				d := pictest.PlainPNG()
				d.Before, d.After, d.Interlaced = tt.before, tt.after, interlaced
				source := &pictest.Pieces{Data: d.Bytes(), Size: pictest.Always(1)}
				p := completer(t, source)
				if got := p.Header().Orientation; got != tt.first {
					t.Errorf("%s: at first %d", name, got)
				}
				var before *image.NRGBA
				if rowsFirst {
					var err error
					if before, _, err = pixelsOf(t.Context(), p); err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if got := p.Header().Orientation; got != tt.first {
						t.Errorf("%s: %d behind the rows", name, got)
					}
					source.Err, source.End = errors.New("asked again"), 0
				}
				changed, err := p.Complete(t.Context())
				if err != nil || changed != (tt.want != tt.first) {
					t.Errorf("%s: %v, %v", name, changed, err)
				}
				if changed, err := p.Complete(t.Context()); err != nil || changed {
					t.Errorf("%s, again: %v, %v", name, changed, err)
				}
				want := pic.Header{Format: pic.PNG, Width: 21, Height: 13, Orientation: tt.want, Frames: 1, Lossless: true}
				if p.Header() != want {
					t.Errorf("%s: %+v", name, p.Header())
				}
				source.Err = nil
				after, _, err := pixelsOf(t.Context(), p)
				if err != nil || before != nil && !bytes.Equal(after.Pix, before.Pix) {
					t.Errorf("%s, rows behind it: %v", name, err)
				}
			}
		}
	}
}

// TestCompleteBad: errors behind the pixels are found; the pixels are not checked.
func TestCompleteBad(t *testing.T) {
	d := pictest.PlainPNG()
	d.After = exifOf(5)
	good := d.Bytes()
	behind := bytes.Index(good, []byte("eXIf")) - 4
	idat := bytes.Index(good, []byte("IDAT")) - 4
	for n := behind; n < len(good); n++ {
		_, err := completer(t, pic.Bytes(good[:n])).Complete(t.Context())
		checkBad(t, fmt.Sprintf("%d bytes", n), err)
		damaged := bytes.Clone(good)
		damaged[n] ^= 4
		_, err = completer(t, pic.Bytes(damaged)).Complete(t.Context())
		checkBad(t, fmt.Sprintf("byte %d", n), err)
	}
	damaged := bytes.Clone(good)
	damaged[idat+8] ^= 4
	p := completer(t, pic.Bytes(damaged))
	if _, _, err := pixelsOf(t.Context(), p); err == nil {
		t.Error("damaged pixels: no error")
	}
	if changed, err := p.Complete(t.Context()); err != nil || !changed {
		t.Errorf("damaged pixels: %v, %v", changed, err)
	}
	for _, kind := range []string{"IHDR", "PLTE", "tRNS"} {
		d.After = pictest.Chunk(kind, make([]byte, 6))
		_, err := completer(t, pic.Bytes(d.Bytes())).Complete(t.Context())
		checkBad(t, kind, err)
	}
	broken := errors.New("connection reset")
	for n := idat + around; n < len(good); n++ {
		source := &pictest.Pieces{Data: good, Size: pictest.Always(1), End: n, Err: broken}
		if _, err := completer(t, source).Complete(t.Context()); err != broken {
			t.Errorf("broken after %d bytes: %v", n, err)
		}
	}
}
