package resize_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"testing"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize"
)

const (
	originalsDir = "../testdata/originals"
	goldenDir    = "../testdata/golden"
	failedDir    = "../testdata/failed"
)

// original describes a file of testdata/originals.
type original struct {
	name string
	info resize.Info // upright size

	orientation int           // as stored, 0 is 1
	out         resize.Format // of its variants, as long as they fit
	gray        bool          // its pixels are gray levels
	alpha       bool          // some pixels are transparent
	profile     bool          // its ICC profile is to be kept
	hard        bool          // its samples jump between extremes
	requests    []request     // golden variants
}

// request is a size and a fit that a golden variant is made with.
type request struct {
	width, height int
	fit           resize.Fit
}

func (r request) String() string { return fmt.Sprintf("%dx%d.%s", r.width, r.height, r.fit) }

func (r request) with(quality int) resize.Request {
	return resize.Request{Width: r.width, Height: r.height, Fit: r.fit, Quality: quality, MinQuality: quality}
}

func cover(w, h int) []request  { return []request{{w, h, resize.Cover}} }
func fill(w, h int) []request   { return []request{{w, h, resize.Fill}} }
func inside(w, h int) []request { return []request{{w, h, resize.Inside}} }

func still(f resize.Format, w, h int) resize.Info {
	return resize.Info{Format: f, Width: w, Height: h, Frames: 1}
}

func moving(w, h, frames int) resize.Info {
	return resize.Info{Format: resize.GIF, Width: w, Height: h, Frames: frames}
}

// originals lists the pictures that are resized. A name says which feature the file
// tests.
var originals = []original{
	{name: "PHOTO.jpg", info: still(resize.JPEG, 1600, 1200), out: resize.JPEG,
		requests: []request{{250, 150, resize.Cover}, {200, 200, resize.Inside}, {100, 150, resize.Fill}}},
	{name: "été +1 %.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, requests: cover(80, 60)},
	{name: "jpeg-444.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: cover(120, 60)},
	{name: "jpeg-422.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: fill(101, 75)},
	{name: "jpeg-420.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: cover(61, 101)},
	{name: "jpeg-440.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: inside(100, 100)},
	{name: "jpeg-411.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: fill(90, 90)},
	{name: "jpeg-gray.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, gray: true, requests: cover(100, 60)},
	{name: "jpeg-gray-icc.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, gray: true, profile: true, requests: inside(100, 0)},
	{name: "jpeg-progressive-420.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, requests: cover(100, 60)},
	{name: "jpeg-progressive-444.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: fill(100, 75)},
	{name: "jpeg-progressive-gray.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, gray: true, requests: cover(60, 80)},
	{name: "jpeg-restart-markers.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: inside(80, 80)},
	{name: "jpeg-progressive-420-restart-markers.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: fill(75, 75)},
	{name: "jpeg-progressive-444-restart-markers.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: inside(0, 70)},
	{name: "jpeg-rgb-adobe.jpg", info: still(resize.JPEG, 301, 227), out: resize.JPEG, requests: cover(100, 60)},
	{name: "jpeg-cmyk-adobe.jpg", info: still(resize.JPEG, 200, 150), out: resize.JPEG, requests: fill(100, 75)},
	{name: "jpeg-ycck-adobe.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, requests: fill(100, 75)},
	{name: "jpeg-cmyk-icc.jpg", info: still(resize.JPEG, 200, 150), out: resize.JPEG, requests: fill(100, 75)},

	{name: "jpeg-orientation-1.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 1, requests: cover(120, 60)},
	{name: "jpeg-orientation-2.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 2, requests: cover(120, 60)},
	{name: "jpeg-orientation-3.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 3, requests: cover(120, 60)},
	{name: "jpeg-orientation-4.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 4, requests: cover(120, 60)},
	{name: "jpeg-orientation-5.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 5, requests: cover(120, 60)},
	{name: "jpeg-orientation-6.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 6, requests: cover(120, 60)},
	{name: "jpeg-orientation-7.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 7, requests: cover(120, 60)},
	{name: "jpeg-orientation-8.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 8, requests: cover(120, 60)},
	// Wider than the picture as stored: sizes refer to the upright picture.
	{name: "jpeg-orientation-6-behind-xmp.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 6, requests: fill(200, 60)},
	{name: "jpeg-orientation-8-progressive.jpg", info: still(resize.JPEG, 240, 180), out: resize.JPEG, orientation: 8, requests: inside(100, 0)},
	{name: "jpeg-gps.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, orientation: 1, requests: cover(100, 75)},
	{name: "jpeg-icc.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, profile: true, requests: cover(100, 60)},
	{name: "jpeg-icc-chunks-unordered.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, profile: true, requests: fill(60, 60)},
	{name: "jpeg-icc-large.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, profile: true, requests: fill(60, 45)},
	{name: "jpeg-trailing-garbage.jpg", info: still(resize.JPEG, 400, 300), out: resize.JPEG, requests: cover(60, 100)},

	{name: "png-gray-1.png", info: still(resize.PNG, 320, 240), out: resize.PNG, gray: true, hard: true, requests: fill(80, 60)},
	{name: "png-gray-2.png", info: still(resize.PNG, 320, 240), out: resize.PNG, gray: true, requests: cover(60, 60)},
	{name: "png-gray-4.png", info: still(resize.PNG, 320, 240), out: resize.PNG, gray: true, requests: inside(0, 60)},
	{name: "png-gray-8.png", info: still(resize.PNG, 144, 108), out: resize.PNG, gray: true, requests: cover(60, 60)},
	{name: "png-gray-16.png", info: still(resize.PNG, 128, 96), out: resize.PNG, gray: true, requests: fill(60, 45)},
	{name: "png-gray-trns.png", info: still(resize.PNG, 320, 240), out: resize.PNG, gray: true, alpha: true, hard: true, requests: fill(60, 45)},
	{name: "png-gray-alpha.png", info: still(resize.PNG, 150, 200), out: resize.PNG, gray: true, alpha: true, requests: cover(45, 60)},
	{name: "png-gray-icc.png", info: still(resize.PNG, 144, 108), out: resize.PNG, gray: true, profile: true, requests: inside(60, 60)},
	{name: "png-gray-2-interlaced.png", info: still(resize.PNG, 320, 240), out: resize.PNG, gray: true, requests: cover(45, 60)},
	{name: "png-rgb-8.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: cover(60, 40)},
	{name: "png-rgb-16.png", info: still(resize.PNG, 108, 76), out: resize.PNG, requests: fill(50, 35)},
	{name: "png-rgb-trns.png", info: still(resize.PNG, 144, 108), out: resize.PNG, alpha: true, hard: true, requests: fill(48, 36)},
	{name: "png-rgb-interlaced.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: cover(36, 48)},
	{name: "png-palette-1.png", info: still(resize.PNG, 320, 240), out: resize.PNG, requests: fill(60, 45)},
	{name: "png-palette-2.png", info: still(resize.PNG, 320, 240), out: resize.PNG, requests: cover(48, 48)},
	{name: "png-palette-4.png", info: still(resize.PNG, 320, 240), out: resize.PNG, requests: inside(48, 48)},
	{name: "png-palette-8.png", info: still(resize.PNG, 200, 150), out: resize.PNG, requests: fill(48, 48)},
	{name: "png-palette-8-interlaced.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: cover(48, 30)},
	{name: "png-palette-trns.png", info: still(resize.PNG, 320, 240), out: resize.PNG, alpha: true, hard: true, requests: cover(48, 48)},
	{name: "png-palette-trns-opaque.png", info: still(resize.PNG, 320, 240), out: resize.PNG, requests: inside(0, 36)},
	{name: "png-rgba.png", info: still(resize.PNG, 180, 240), out: resize.PNG, alpha: true, requests: cover(60, 60)},
	{name: "png-rgba-16.png", info: still(resize.PNG, 90, 120), out: resize.PNG, alpha: true, requests: fill(36, 48)},
	{name: "png-rgba-opaque.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: fill(48, 36)},
	{name: "png-orientation-6.png", info: still(resize.PNG, 144, 108), out: resize.PNG, orientation: 6, requests: cover(72, 36)},
	{name: "png-gps.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: fill(36, 36)},
	{name: "png-icc.png", info: still(resize.PNG, 144, 108), out: resize.PNG, profile: true, requests: fill(48, 36)},
	{name: "png-gamma.png", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: fill(48, 36)},
	{name: "png-called.jpg", info: still(resize.PNG, 144, 108), out: resize.PNG, requests: fill(36, 27)},

	{name: "gif-still.gif", info: moving(320, 240, 1), out: resize.GIF, requests: cover(80, 60)},
	{name: "gif-interlaced.gif", info: moving(320, 240, 1), out: resize.GIF, requests: fill(60, 60)},
	{name: "gif-transparent.gif", info: moving(180, 240, 1), out: resize.GIF, alpha: true, requests: fill(60, 80)},
	{name: "gif-gray.gif", info: moving(320, 240, 1), out: resize.GIF, gray: true, requests: inside(80, 80)},
	{name: "gif-animated-disposals.gif", info: moving(240, 180, 8), out: resize.GIF, alpha: true, requests: fill(80, 60)},
	{name: "gif-animated-loop-3.gif", info: moving(160, 200, 4), out: resize.GIF, alpha: true, requests: cover(60, 60)},
	{name: "gif-animated-once.gif", info: moving(160, 200, 4), out: resize.GIF, alpha: true, requests: inside(0, 60)},
	{name: "gif-comment-xmp.gif", info: moving(320, 240, 1), out: resize.GIF, requests: fill(48, 36)},

	{name: "webp-lossy.webp", info: still(resize.WebP, 301, 227), out: resize.JPEG, requests: cover(100, 60)},
	{name: "webp-lossy-alpha.webp", info: still(resize.WebP, 300, 400), out: resize.PNG, alpha: true, requests: cover(48, 48)},
	{name: "webp-lossless.webp", info: still(resize.WebP, 160, 120), out: resize.PNG, requests: fill(48, 36)},
	{name: "webp-lossless-alpha.webp", info: still(resize.WebP, 150, 200), out: resize.PNG, alpha: true, requests: inside(48, 48)},
	{name: "webp-orientation-6.webp", info: still(resize.WebP, 320, 240), out: resize.JPEG, orientation: 6, requests: cover(120, 60)},
	{name: "webp-gps-xmp.webp", info: still(resize.WebP, 400, 300), out: resize.JPEG, requests: fill(80, 60)},
	{name: "webp-animated.webp", info: resize.Info{Format: resize.WebP, Width: 120, Height: 90, Frames: 3}, out: resize.WebP, requests: cover(60, 40)},
	{name: "webp-icc.webp", info: still(resize.WebP, 400, 300), out: resize.JPEG, profile: true, requests: fill(80, 60)},

	{name: "bmp-24.bmp", info: still(resize.BMP, 121, 91), out: resize.JPEG, requests: cover(60, 60)},
	{name: "bmp-palette-8.bmp", info: still(resize.BMP, 160, 120), out: resize.JPEG, requests: fill(80, 60)},
	{name: "bmp-rgba.bmp", info: still(resize.BMP, 60, 80), out: resize.PNG, alpha: true, requests: fill(30, 40)},
	{name: "tiff-rgb.tif", info: still(resize.TIFF, 120, 90), out: resize.JPEG, requests: cover(60, 60)},
	{name: "tiff-rgb-lzw.tif", info: still(resize.TIFF, 150, 113), out: resize.JPEG, requests: fill(80, 60)},
	{name: "tiff-rgb-deflate-tiled.tif", info: still(resize.TIFF, 150, 113), out: resize.JPEG, requests: inside(80, 80)},
	{name: "tiff-rgb-16.tif", info: still(resize.TIFF, 96, 72), out: resize.JPEG, requests: fill(60, 45)},
	{name: "tiff-gray.tif", info: still(resize.TIFF, 150, 113), out: resize.JPEG, gray: true, requests: cover(60, 60)},
	{name: "tiff-rgba.tif", info: still(resize.TIFF, 120, 160), out: resize.PNG, alpha: true, requests: fill(36, 48)},
	{name: "tiff-orientation-6.tif", info: still(resize.TIFF, 144, 108), out: resize.JPEG, orientation: 6, requests: cover(90, 45)},
	{name: "tiff-icc.tif", info: still(resize.TIFF, 144, 108), out: resize.JPEG, profile: true, requests: fill(60, 45)},
}

// refused lists the originals that are not resized, each with a check of the error's
// type.
var refused = map[string]func(error) bool{
	"jpeg-truncated.jpg":             corrupt(resize.JPEG),
	"jpeg-truncated-progressive.jpg": corrupt(resize.JPEG),
	"png-truncated.png":              corrupt(resize.PNG),
	"png-bad-checksum.png":           corrupt(resize.PNG),
	"gif-truncated.gif":              corrupt(resize.GIF),
	"webp-truncated.webp":            corrupt(resize.WebP),
	"png-animated.png":               unsupported,
	"avif.avif":                      unsupported,
	"heic-header.heic":               unsupported,
	"jpegxl.jxl":                     unsupported,
	"svg.svg":                        unsupported,
	"html-called.jpg":                unsupported,
	"empty.jpg":                      unsupported,
}

func corrupt(f resize.Format) func(error) bool {
	return func(err error) bool {
		var e *resize.FormatError
		return errors.As(err, &e) && e.Format == f
	}
}

func unsupported(err error) bool {
	var e resize.UnsupportedError
	return errors.As(err, &e)
}

// read reads a file of testdata/originals.
func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(originalsDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// decode decodes a picture with the standard library or golang.org/x/image.
func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decoding: %v", err)
	}
	return img
}

// decodeGIF decodes every frame of a GIF with the standard library.
func decodeGIF(t *testing.T, data []byte) *gif.GIF {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decoding: %v", err)
	}
	return g
}
