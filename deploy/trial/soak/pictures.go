package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// kind is a way to store a large picture.
type kind struct {
	name   string
	encode func(w io.Writer, width, height int) error
	// most is the number of megapixels that fit into the largest original.
	most int
}

var kinds = []kind{
	{"colour.jpg", func(w io.Writer, width, height int) error {
		return jpeg.Encode(w, smooth(width, height), &jpeg.Options{Quality: 85})
	}, 50},
	{"gray.jpg", func(w io.Writer, width, height int) error {
		return jpeg.Encode(w, gray(width, height), &jpeg.Options{Quality: 85})
	}, 50},
	{"colour.png", func(w io.Writer, width, height int) error {
		return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, opaque(width, height))
	}, 50},
	{"16-bit.png", func(w io.Writer, width, height int) error {
		return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, gray16{gray(width, height)})
	}, 50},
	{"palette.png", func(w io.Writer, width, height int) error {
		return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, paletted(width, height))
	}, 50},
	{"interlaced.png", interlaced, 50},
	{"gray.bmp", func(w io.Writer, width, height int) error { return bmp.Encode(w, gray(width, height)) }, 30},
	{"colour.tiff", func(w io.Writer, width, height int) error {
		return tiff.Encode(w, opaque(width, height), &tiff.Options{Compression: tiff.Deflate, Predictor: true})
	}, 50},
	{"moving.gif", moving, 50},
}

// photograph is a kind with details of every size, which take an encoder time.
var photograph = kind{"photograph.jpg", func(w io.Writer, width, height int) error {
	return jpeg.Encode(w, detailed(width, height), &jpeg.Options{Quality: 85})
}, 50}

// makePictures makes pictures of the given kinds, of s.largest megapixels and of parts of
// that, unless s.cache has them. It returns their names.
func makePictures(ctx context.Context, s settings, kinds ...kind) ([]string, error) {
	if err := os.MkdirAll(s.cache, 0o755); err != nil {
		return nil, err
	}
	var names []string
	line := progress.Start(s.progress, 4*len(kinds))
	defer line.End()
	for _, k := range kinds {
		for _, part := range []int{1, 2, 4, 16} {
			megapixels := min(k.most, s.largest) * 1000 / part // thousandths
			name := fmt.Sprintf("%d-%s", megapixels, k.name)
			names = append(names, name)
			path := filepath.Join(s.cache, name)
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			line.Report(len(names)-1, "making %s", name)
			if err := makePicture(path, k, megapixels); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return names, nil
}

// makePicture writes a picture whose sides are 5 to 4, of at most thousands thousand
// pixels.
func makePicture(path string, k kind, thousands int) error {
	// With 50 megapixels 7900 by 6320.
	side := 1
	for (side+1)*(side+1)*20 <= thousands*1000 {
		side++
	}
	f, err := os.Create(path + ".partial")
	if err != nil {
		return err
	}
	if err := k.encode(f, 5*side, 4*side); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".partial", path)
}

// gray returns a smooth ramp with a little noise.
func gray(width, height int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	noise := make([]uint8, 4096)
	for i := range noise {
		noise[i] = uint8(random.IntN(3))
	}
	for y := range height {
		row := img.Pix[y*img.Stride:][:width]
		for x := range row {
			row[x] = uint8(200*(x+y)/(width+height)) + noise[(x+17*y)%len(noise)]
		}
	}
	return img
}

// smooth returns the ramp with colours across, in planes.
func smooth(width, height int) *image.YCbCr {
	luma := gray(width, height)
	img := image.NewYCbCr(luma.Rect, image.YCbCrSubsampleRatio420)
	img.Y, img.YStride = luma.Pix, luma.Stride
	for i := range img.Cb {
		img.Cb[i] = uint8(255 * (i % img.CStride) / img.CStride)
		img.Cr[i] = uint8(255 * (i / img.CStride) * 2 / (height + 1))
	}
	return img
}

// opaque returns the ramp in colour, in pixels.
func opaque(width, height int) *image.NRGBA {
	luma := gray(width, height)
	img := image.NewNRGBA(luma.Rect)
	for i, y := range luma.Pix {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = y, y/2, 255-y, 255
	}
	return img
}

// gray16 shows levels of 8 bits as 16, without storing them.
type gray16 struct{ *image.Gray }

func (g gray16) ColorModel() color.Model { return color.Gray16Model }

func (g gray16) At(x, y int) color.Color {
	return color.Gray16{Y: uint16(g.GrayAt(x, y).Y) * 257}
}

// paletted returns the ramp as indices of 256 colours.
func paletted(width, height int) *image.Paletted {
	palette := make(color.Palette, 256)
	for i := range palette {
		palette[i] = color.RGBA{uint8(i), uint8(255 - i), uint8(i / 2), 255}
	}
	luma := gray(width, height)
	return &image.Paletted{Pix: luma.Pix, Stride: luma.Stride, Rect: luma.Rect, Palette: palette}
}

// moving writes a GIF of 20 frames that have width by height pixels together.
func moving(w io.Writer, width, height int) error {
	const frames = 20
	palette := color.Palette{color.Black, color.White, color.RGBA{200, 30, 30, 255}}
	width = max(1, width/5)
	height = max(1, height/4)
	var g gif.GIF
	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, width, height), palette)
		for y := range height {
			for x := range width {
				frame.Pix[y*frame.Stride+x] = uint8((x/50 + y/50 + i) % 3)
			}
		}
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 10)
	}
	return gif.EncodeAll(w, &g)
}

// adam7 holds, for each pass of an interlaced PNG, its first pixel and the steps to the
// next ones (PNG third edition, 8).
var adam7 = []struct{ x, y, dx, dy int }{
	{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
}

// interlaced writes the gray ramp as an interlaced PNG, which has to be decoded whole. No
// encoder of the standard library does that.
func interlaced(w io.Writer, width, height int) error {
	img := gray(width, height)
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return err
	}
	for _, pass := range adam7 {
		row := []byte{0} // the filter
		for y := pass.y; y < height; y += pass.dy {
			row = row[:1]
			for x := pass.x; x < width; x += pass.dx {
				row = append(row, img.Pix[y*img.Stride+x])
			}
			if len(row) == 1 {
				break // a pass without pixels
			}
			if _, err := z.Write(row); err != nil {
				return err
			}
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = append(binary.BigEndian.AppendUint32(header, uint32(height)), 8, 0, 0, 0, 1)
	out := []byte("\x89PNG\r\n\x1a\n")
	out = appendChunk(out, "IHDR", header)
	out = appendChunk(out, "IDAT", packed.Bytes())
	_, err = w.Write(appendChunk(out, "IEND", nil))
	return err
}

// appendChunk appends a chunk of a PNG (PNG third edition, 5.3).
func appendChunk(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	from := len(out)
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}
