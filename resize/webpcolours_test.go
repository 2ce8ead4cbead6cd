package resize_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// lab converts a colour of sRGB, 0 to 255, to CIELAB of D65.
func lab(rgb [3]float64) [3]float64 {
	var light [3]float64
	for i, v := range rgb {
		if v /= 255; v <= 0.04045 {
			light[i] = v / 12.92
		} else {
			light[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	f := func(r, g, b, white float64) float64 {
		if t := (r*light[0] + g*light[1] + b*light[2]) / white; t > 216.0/24389 {
			return math.Cbrt(t)
		} else {
			return (24389.0/27*t + 16) / 116
		}
	}
	x := f(0.4124564, 0.3575761, 0.1804375, 0.95047)
	y := f(0.2126729, 0.7151522, 0.0721750, 1)
	z := f(0.0193339, 0.1191920, 0.9503041, 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// meansOn returns the mean colours of blocks of a picture on a ground, in CIELAB.
func meansOn(img image.Image, ground color.Color) [][3]float64 {
	const side = 8
	seen := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(seen, seen.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	draw.Draw(seen, seen.Rect, img, img.Bounds().Min, draw.Over)
	var means [][3]float64
	for y := 0; y < seen.Rect.Dy(); y += side {
		for x := 0; x < seen.Rect.Dx(); x += side {
			var sum [3]float64
			block := image.Rect(x, y, x+side, y+side).Intersect(seen.Rect)
			for v := block.Min.Y; v < block.Max.Y; v++ {
				for u := block.Min.X; u < block.Max.X; u++ {
					for c, level := range seen.Pix[seen.PixOffset(u, v):][:3] {
						sum[c] += float64(level) / float64(block.Dx()*block.Dy())
					}
				}
			}
			means = append(means, lab(sum))
		}
	}
	return means
}

// coloursDiffer returns the mean and the largest distance of two pictures' blocks, as
// CIE 1976's ΔE.
func coloursDiffer(a, b image.Image, ground color.Color) (mean, most float64) {
	as, bs := meansOn(a, ground), meansOn(b, ground)
	for i := range as {
		e := math.Hypot(math.Hypot(as[i][0]-bs[i][0], as[i][1]-bs[i][1]), as[i][2]-bs[i][2])
		mean += e / float64(len(as))
		most = max(most, e)
	}
	return mean, most
}

// dwebp decodes a WebP with libwebp's command.
func dwebp(t *testing.T, data []byte) image.Image {
	t.Helper()
	path := peer.Program(t, "WEBP", "dwebp", "webp")
	file := filepath.Join(t.TempDir(), "variant.webp")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "-quiet", file, "-o", "-").Output()
	if err != nil {
		t.Fatalf("dwebp: %v", err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestColoursOfWebP: a WebP has the colours of the PNG of the same request, as decoded
// by libwebp and by golang.org/x/image, on any ground.
func TestColoursOfWebP(t *testing.T) {
	bars := pictest.Drawn(320, 240, func(x, y int) color.NRGBA {
		c := [...]color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 0, 255}, {0, 255, 255, 255}, {255, 0, 255, 255}, {128, 128, 128, 255}, {250, 128, 10, 255}}[x/40]
		c.R, c.G, c.B = uint8(int(c.R)*(y/60+1)/4), uint8(int(c.G)*(y/60+1)/4), uint8(int(c.B)*(y/60+1)/4)
		return c
	})
	soft := pictest.Drawn(320, 240, func(x, y int) color.NRGBA {
		return color.NRGBA{uint8(x * 4 / 5), 80, uint8(255 - y), uint8(min(255, max(0, (x-40)*3/2)))}
	})
	cut := pictest.Copy(pictest.Scene(320, 240))
	for y := range 240 {
		for x := range 320 {
			if (x-160)*(x-160)+(y-120)*(y-120) > 100*100 {
				cut.Pix[cut.PixOffset(x, y)+3] = 0
			}
		}
	}
	compared := 0
	for _, tt := range []struct {
		name       string
		original   []byte
		mean, most float64
	}{
		{"photograph", read(t, "PHOTO.jpg"), 1.4, 6},
		{"photograph with a profile", read(t, "jpeg-icc.jpg"), 1.4, 6},
		{"scene", pictest.PNG(t, pictest.Scene(320, 240)), 1.2, 5},
		{"bars", pictest.PNG(t, bars), 2, 8},
		{"palette", read(t, "png-palette-8.png"), 1.4, 6},
		{"soft alpha", pictest.PNG(t, soft), 0.8, 3},
		{"cut out", pictest.PNG(t, cut), 0.8, 5},
	} {
		for _, size := range [][2]int{{160, 120}, {79, 60}} {
			for _, quality := range []int{80, 95} {
				req := resize.Request{Width: size[0], Height: size[1], Fit: resize.Fill, Quality: quality, MinQuality: quality, Formats: []resize.Format{resize.PNG}}
				plain, err := resize.Resize(t.Context(), resize.Bytes(tt.original), req)
				if err != nil {
					t.Fatal(err)
				}
				want, err := png.Decode(bytes.NewReader(plain.Data))
				if err != nil {
					t.Fatal(err)
				}
				req.Formats = []resize.Format{resize.WebP}
				v, err := resize.Resize(t.Context(), resize.Bytes(tt.original), req)
				if err != nil {
					t.Fatal(err)
				}
				if v.Format != resize.WebP {
					continue
				}
				compared++
				for by, got := range map[string]image.Image{"libwebp": dwebp(t, v.Data), "x/image": pictest.StillWebP(t, v.Data)} {
					for _, ground := range []uint8{255, 60} {
						mean, most := coloursDiffer(got, want, color.Gray{ground})
						said := t.Logf
						if mean > tt.mean || most > tt.most {
							said = t.Errorf
						}
						said("%s, %v, quality %d by %s on %d: ΔE %.2f in the mean, %.2f at most", tt.name, size, quality, by, ground, mean, most)
					}
				}
			}
		}
	}
	if compared < 24 {
		t.Errorf("%d WebPs were compared", compared)
	}
}
