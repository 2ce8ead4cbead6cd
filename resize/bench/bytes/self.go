package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"os"

	"github.com/edgeresize/edgeresize/resize/bench/cputime"
	"github.com/edgeresize/edgeresize/resize/pic"
)

// self answers requests to encode with this project's encoders, as peer_sharp.mjs does
// with sharp's.
func self(in io.Reader, out io.Writer) error {
	var s selfEncoder
	answers := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r request
		err := json.Unmarshal(lines.Bytes(), &r)
		var a peerReply
		if err == nil {
			a, err = s.encode(r)
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := answers.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}

// selfEncoder is the state between requests: what the function keeps between pictures,
// and the latest pixels.
type selfEncoder struct {
	kept   pic.Buffers
	path   string
	pixels *image.NRGBA
}

func (s *selfEncoder) encode(r request) (peerReply, error) {
	encoder, ok := ours[r.Format]
	if !ok {
		return peerReply{}, fmt.Errorf("no encoder for %q", r.Format)
	}
	quality, ok := r.Options["quality"].(float64)
	if !ok || r.Times < 1 {
		return peerReply{}, fmt.Errorf("want a quality and a number of times, got %v, %d", r.Options["quality"], r.Times)
	}
	if s.path != r.In {
		pixels, err := readPNG(r.In)
		if err != nil {
			return peerReply{}, err
		}
		s.path, s.pixels = r.In, pixels
	}
	var a peerReply
	var encoded pic.Encoded
	for range r.Times {
		before := cputime.Self()
		var err error
		encoded, err = encoder.Encode(context.Background(), &s.kept, still(s.pixels, r.Format),
			pic.Budget{Quality: int(quality), MinQuality: int(quality)})
		if err != nil {
			return peerReply{}, err
		}
		a.CPU = append(a.CPU, float64((cputime.Self()-before).Microseconds())/1000)
	}
	a.Bytes = len(encoded.Data)
	return a, os.WriteFile(r.Out, encoded.Data, 0o644)
}

// still returns a sequence with opaque pixels as its only frame.
func still(pixels *image.NRGBA, format string) pic.Sequence {
	size := pixels.Rect.Size()
	raster := &pic.Raster{Pixels: pixels}
	return pic.Sequence{
		Header: pic.Header{Format: pic.Format(format), Width: size.X, Height: size.Y, Frames: 1},
		Width:  size.X, Height: size.Y,
		Frames: func(yield func(*pic.Raster, error) bool) { yield(raster, nil) },
	}
}

func readPNG(path string) (*image.NRGBA, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if pixels, ok := img.(*image.NRGBA); ok {
		return pixels, nil
	}
	pixels := image.NewNRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(pixels, pixels.Rect, img, img.Bounds().Min, draw.Src)
	return pixels, nil
}
