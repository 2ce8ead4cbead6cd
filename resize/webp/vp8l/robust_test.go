package vp8l

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestCutOff checks that a stream that is cut off anywhere is an error, and that
// the same decoder decodes the next.
func TestCutOff(t *testing.T) {
	var d Decoder
	for _, stream := range seeds(t) {
		want, err := xImage(stream)
		if err != nil {
			t.Fatal(err)
		}
		for n := range stream {
			if _, err := decode(&d, stream[:n]); !errors.Is(err, io.ErrUnexpectedEOF) && n < len(stream)-1 {
				t.Fatalf("%d of %d bytes: %v", n, len(stream), err)
			}
		}
		got, err := decode(&d, stream)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "whole", got, want)
	}
}

// TestDone checks that a decoder and an encoder end with their context, and go on
// with another.
func TestDone(t *testing.T) {
	done, cancel := context.WithCancel(t.Context())
	cancel()
	img := photo(rand.New(rand.NewPCG(1, 1)), 90, 80)
	var e Encoder
	if _, err := e.Encode(done, img); !errors.Is(err, context.Canceled) {
		t.Errorf("encoder: %v", err)
	}
	stream, err := e.Encode(t.Context(), img)
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	if _, err := d.Open(stream); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Next(done); !errors.Is(err, context.Canceled) {
		t.Errorf("decoder: %v", err)
	}
	if _, err := d.Next(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("decoder afterwards: %v", err)
	}
	got, err := decode(&d, stream)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "another time", got, img)
}

// TestSizes checks that sizes that the format does not have are errors.
func TestSizes(t *testing.T) {
	var e Encoder
	for _, size := range []image.Point{{0, 1}, {1, 0}, {maxSide + 1, 1}, {1, maxSide + 1}} {
		if _, err := e.Encode(t.Context(), image.NewNRGBA(image.Rectangle{Max: size})); err == nil {
			t.Errorf("%v was encoded", size)
		}
		if err := new(Decoder).OpenAlpha([]byte{0}, size.X, size.Y); err == nil {
			t.Errorf("%v was opened", size)
		}
	}
	for _, size := range []image.Point{{maxSide, 1}, {1, maxSide}} {
		img := photo(rand.New(rand.NewPCG(1, 1)), size.X, size.Y)
		stream, err := e.Encode(t.Context(), img)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := ParseHeader(stream); err != nil || h.Alpha {
			t.Errorf("%v: %+v, %v", size, h, err)
		}
		got, err := decode(new(Decoder), stream)
		if err != nil {
			t.Fatal(err)
		}
		same(t, size.String(), got, img)
	}
}

// TestAlpha checks that alpha planes come back unchanged, also through dwebp.
func TestAlpha(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var e Encoder
	var d Decoder
	for name, at := range map[string]func(x, y int) byte{
		"opaque":   func(x, y int) byte { return 255 },
		"edge":     func(x, y int) byte { return byte(255 * (x / 20 & 1)) },
		"gradient": func(x, y int) byte { return byte(x*2 + y) },
		"noise":    func(x, y int) byte { return byte(r.Uint32()) },
	} {
		const width, height, stride = 77, 50, 80
		plane := make([]byte, stride*height)
		for i := range plane {
			plane[i] = at(i%stride, i/stride)
		}
		stream, err := e.EncodeAlpha(t.Context(), plane, stride, width, height)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.OpenAlpha(stream, width, height); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for y := range height {
			row, err := d.NextAlpha(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !bytes.Equal(row, plane[y*stride:][:width]) {
				t.Fatalf("%s: row %d differs", name, y)
			}
		}
		if _, err := d.NextAlpha(t.Context()); err != io.EOF {
			t.Errorf("%s: %v at the end", name, err)
		}
		// With a header the same stream is a picture, with alpha in green.
		var header bitWriter
		header.write(signature, 8)
		header.write(width-1, 14)
		header.write(height-1, 14)
		header.write(0, 4)
		header.finish()
		img := dwebp(t, append(header.data, stream...))
		for i := range width * height {
			if want := plane[i/width*stride+i%width]; img.Pix[4*i+1] != want {
				t.Fatalf("%s: dwebp decodes %d as %d", name, want, img.Pix[4*i+1])
			}
		}
	}
}

// TestFar checks that references reach as far as they can, across the end of the
// window.
func TestFar(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	const width = 1000
	img := image.NewNRGBA(image.Rect(0, 0, width, 1200))
	first := noise(r, width, 2)
	copy(img.Pix, first.Pix)
	for i := 2 * width; i < len(img.Pix)/4; i++ {
		img.Pix[4*i+3] = 255
		img.Pix[4*i] = byte(i / 5000)
	}
	copy(img.Pix[4*(mostDistance):], first.Pix)
	stream, err := new(Encoder).Encode(t.Context(), img)
	if err != nil {
		t.Fatal(err)
	}
	if len(stream) > len(first.Pix)*5/4 {
		t.Errorf("%d bytes: what is far away was not found", len(stream))
	}
	var d Decoder
	got, err := decode(&d, stream)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "far", cleared(got), cleared(img))
	other, err := xImage(stream)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "x/image", other, got)
	if n := len(d.pixels.rows); n > window+2*width {
		t.Errorf("a window of %d pixels", n)
	}
}

// TestMemory checks that decoding and encoding allocate at most the estimate, and
// only once.
func TestMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, p := range pictures {
		img := p.make(r, 300, 200)
		stream, err := new(Encoder).Encode(t.Context(), img)
		if err != nil {
			t.Fatal(err)
		}
		e := new(Encoder)
		encode := func() {
			if _, err := e.Encode(t.Context(), img); err != nil {
				t.Fatal(err)
			}
		}
		said := EncoderMemory(300, 200)
		if got := pictest.Allocated(encode); got > said || 12*got < said {
			t.Errorf("%s: %d bytes to encode, %d said", p.name, got, said)
		}
		if got := pictest.Allocated(encode); got > said/16 {
			t.Errorf("%s: %d bytes to encode another time", p.name, got)
		}
		h, err := ParseHeader(stream)
		if err != nil {
			t.Fatal(err)
		}
		all := func(d *Decoder) {
			if _, err := d.Open(stream); err != nil {
				t.Fatal(err)
			}
			for {
				if _, err := d.Next(t.Context()); err == io.EOF {
					return
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
		d := new(Decoder)
		if got := pictest.Allocated(func() { all(d) }); got > h.Memory(len(stream)) {
			t.Errorf("%s: %d bytes, %d said", p.name, got, h.Memory(len(stream)))
		}
		if got := pictest.Allocated(func() { all(d) }); got > 20_000 {
			t.Errorf("%s: %d bytes another time", p.name, got)
		}
	}
}

// TestForgotten checks that groups whose tables were dropped, or found no room,
// are read again.
func TestForgotten(t *testing.T) {
	img := holed(rand.New(rand.NewPCG(13, 14)), photo(rand.New(rand.NewPCG(13, 14)), 300, 280))
	for i := range img.Pix[:len(img.Pix)/2] { // two kinds of pixels
		img.Pix[i] ^= byte(i * i >> 3)
	}
	stream, err := new(Encoder).Encode(t.Context(), img)
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	if _, err := d.Open(stream); err != nil {
		t.Fatal(err)
	}
	// The room ends anywhere within a group's tables, the first's or a later
	// one's.
	for kept := range 9 {
		little := Decoder{}
		little.pixels.groups.fewer = keptEntries - 797*kept
		got, err := decode(&little, stream)
		if err != nil {
			t.Fatalf("%d entries: %v", 797*kept, err)
		}
		same(t, "little room", cleared(got), cleared(img))
	}
	if len(d.pixels.groups.kept) < 2 {
		t.Fatalf("%d groups", len(d.pixels.groups.kept))
	}
	got := image.NewNRGBA(img.Rect)
	for y := range img.Rect.Dy() {
		d.pixels.groups.forget()
		row, err := d.Next(t.Context())
		if err != nil {
			t.Fatal(fmt.Errorf("row %d: %w", y, err))
		}
		copy(got.Pix[y*got.Stride:], row)
	}
	same(t, "forgotten", cleared(got), cleared(img))
}
