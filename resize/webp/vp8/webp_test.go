package vp8

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"testing"

	xvp8 "golang.org/x/image/vp8"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// tool runs a command of libwebp on a file and returns its output. It skips the
// test without the command, unless WEBP=required.
func tool(t testing.TB, file []byte, name string, args ...string) []byte {
	t.Helper()
	path := peer.Program(t, "WEBP", name, "webp")
	var out, said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(file), &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, said.Bytes())
	}
	return out.Bytes()
}

// scene returns a PPM of shapes, slopes and noise, in which all kinds of blocks
// occur.
func scene(r *rand.Rand, w, h int) []byte {
	b := fmt.Appendf(nil, "P6\n%d %d\n255\n", w, h)
	var c [4][3]float64
	for i := range c {
		c[i] = [3]float64{255 * r.Float64(), 255 * r.Float64(), 255 * r.Float64()}
	}
	tile, noise := 3+r.IntN(60), float64(r.IntN(40)*r.IntN(2))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			which := (x/tile + y/tile) & 1
			n := noise * (r.Float64() - 0.5) * float64((x/tile*7+y/tile*3)%4)
			for i := range 3 {
				p := c[which][i]*(1-u) + c[which+2][i]*v + n
				b = append(b, uint8(min(255, max(0, p))))
			}
		}
	}
	return b
}

// encoded returns a key frame made by cwebp with random parameters, and the
// parameters in words.
func encoded(t testing.TB, r *rand.Rand) (frame []byte, label string) {
	t.Helper()
	w, h := 1+r.IntN(300), 1+r.IntN(300)
	switch r.IntN(8) {
	case 0:
		w, h = 1+r.IntN(20), 1+r.IntN(20)
	case 1:
		w, h = 16*(1+r.IntN(4)), 16*(1+r.IntN(4))
	}
	number := func(n int) string { return strconv.Itoa(r.IntN(n)) }
	args := []string{
		"-quiet", "-q", number(101), "-m", number(7), "-segments", strconv.Itoa(1 + r.IntN(4)),
		"-f", number(101), "-sharpness", number(8), "-partition_limit", number(101),
		"-sns", number(101), "-pass", strconv.Itoa(1 + r.IntN(2)),
		[]string{"-strong", "-nostrong"}[r.IntN(2)],
	}
	if r.IntN(3) == 0 {
		args = append(args, "-pre", number(8))
	}
	if r.IntN(2) == 0 {
		args = append(args, "-af")
	}
	webp := tool(t, scene(r, w, h), "cwebp", append(args, "-o", "-", "--", "-")...)
	return frameOf(t, webp), fmt.Sprintf("%dx%d %q", w, h, args)
}

// frameOf returns the key frame of a simple WebP.
func frameOf(t testing.TB, webp []byte) []byte {
	t.Helper()
	if len(webp) < 20 || string(webp[12:16]) != "VP8 " {
		t.Fatalf("no simple WebP of %d bytes", len(webp))
	}
	return webp[20:][:binary.LittleEndian.Uint32(webp[16:])]
}

// webpOf returns a simple WebP of a key frame.
func webpOf(frame []byte) []byte {
	padded := len(frame) + len(frame)&1
	b := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+padded))
	b = binary.LittleEndian.AppendUint32(append(b, "WEBPVP8 "...), uint32(len(frame)))
	return append(append(b, frame...), make([]byte, padded-len(frame))...)
}

// decodeWhole decodes a key frame to planes without gaps.
func decodeWhole(d *Decoder, frame []byte) (*image.YCbCr, error) {
	if err := d.Start(frame); err != nil {
		return nil, err
	}
	img := image.NewYCbCr(image.Rect(0, 0, d.width, d.height), image.YCbCrSubsampleRatio420)
	for y := 0; y < d.height; {
		rows, err := d.Next()
		if err != nil {
			return nil, err
		}
		if rows.First != y {
			return nil, fmt.Errorf("rows from %d on, want %d", rows.First, y)
		}
		for i := range rows.Count {
			copy(img.Y[(y+i)*img.YStride:][:img.YStride], rows.Y[i*rows.LumaStride:])
			if i&1 == 0 {
				copy(img.Cb[(y+i)/2*img.CStride:][:img.CStride], rows.U[i/2*rows.ChromaStride:])
				copy(img.Cr[(y+i)/2*img.CStride:][:img.CStride], rows.V[i/2*rows.ChromaStride:])
			}
		}
		y += rows.Count
	}
	return img, nil
}

// decodeOther decodes a key frame with golang.org/x/image/vp8.
func decodeOther(frame []byte) (*image.YCbCr, error) {
	d := xvp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	if _, err := d.DecodeFrameHeader(); err != nil {
		return nil, err
	}
	return d.DecodeFrame()
}

// difference describes the first difference between two pictures of the same
// size; it returns "" if there is none.
func difference(a, b *image.YCbCr) string {
	if a.Rect != b.Rect {
		return fmt.Sprintf("sizes %v and %v", a.Rect, b.Rect)
	}
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			i, j := a.YOffset(x, y), b.YOffset(x, y)
			k, l := a.COffset(x, y), b.COffset(x, y)
			if a.Y[i] != b.Y[j] || a.Cb[k] != b.Cb[l] || a.Cr[k] != b.Cr[l] {
				return fmt.Sprintf("at %d, %d: %d %d %d and %d %d %d", x, y, a.Y[i], a.Cb[k], a.Cr[k], b.Y[j], b.Cb[l], b.Cr[l])
			}
		}
	}
	return ""
}
