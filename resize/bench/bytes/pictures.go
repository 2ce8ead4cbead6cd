package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize"
)

// sizes lists the sizes to which pictures are resized before encoding.
var sizes = []image.Point{{500, 300}, {1200, 800}}

// own lists the benchmark's own pictures, as make bench makes them, without those that
// have the same pixels in another format.
var own = []string{"12mp.jpg", "24mp.jpg", "48mp.jpg", "4mp-alpha.png", "4mp.png", "6mp.jpg"}

// resized is a picture at one of the sizes.
type resized struct {
	name string // of the original's file
	size image.Point
	path string // of the PNG
	// drawing says that it is not a photograph: charts, text, screenshots.
	drawing bool
}

// listPictures returns the names of the pictures in a folder.
func listPictures(dir string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	kinds := []string{".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
	var found []string
	for _, f := range files {
		if slices.Contains(kinds, strings.ToLower(filepath.Ext(f.Name()))) {
			found = append(found, f.Name())
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no pictures (%s)", dir, strings.Join(kinds, ", "))
	}
	return found, nil
}

// prepare resizes a picture with this project's resampler, on white, and writes it as
// PNG without a profile to dir, at each size that is smaller than the picture. number
// makes the files' names unique.
func prepare(ctx context.Context, path, dir string, number int) ([]resized, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	// A BMP stores pixels unchanged and is quick to write.
	var opaque bytes.Buffer
	if err := bmp.Encode(&opaque, onWhite(img)); err != nil {
		return nil, err
	}
	drawing := isDrawing(img)
	var made []resized
	for _, size := range sizes {
		whole := img.Bounds().Size()
		if size.X > whole.X || size.Y > whole.Y || size == whole {
			continue
		}
		v, err := resize.Resize(ctx, resize.Bytes(opaque.Bytes()), resize.Request{
			Width: size.X, Height: size.Y, Fit: resize.Cover, Quality: 80, MinQuality: 80,
			Formats: []resize.Format{resize.PNG},
		})
		if err != nil {
			return nil, err
		}
		r := resized{filepath.Base(path), size, filepath.Join(dir, fmt.Sprintf("%d-%dx%d.png", number, size.X, size.Y)), drawing}
		if err := os.WriteFile(r.path, v.Data, 0o644); err != nil {
			return nil, err
		}
		made = append(made, r)
	}
	return made, nil
}

// isDrawing reports whether two thirds of a picture's pixels, in some of the rows, have
// exactly the colour of the pixel to their left, as in no photograph.
func isDrawing(img image.Image) bool {
	const rows = 200
	same, all := 0, 0
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y += 1 + bounds.Dy()/rows {
		for x := bounds.Min.X + 1; x < bounds.Max.X; x++ {
			all++
			if img.At(x, y) == img.At(x-1, y) {
				same++
			}
		}
	}
	return 3*same > 2*all
}

// onWhite draws a picture on white.
func onWhite(img image.Image) *image.RGBA {
	opaque := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(opaque, opaque.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(opaque, opaque.Rect, img, img.Bounds().Min, draw.Over)
	return opaque
}
