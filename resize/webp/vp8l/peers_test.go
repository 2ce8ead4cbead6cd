package vp8l

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// libwebp runs a program of libwebp and returns its output. It skips the test
// without the program, unless WEBP=required.
func libwebp(t testing.TB, name string, stdin []byte, args ...string) []byte {
	t.Helper()
	path := peer.Program(t, "WEBP", name, "webp")
	var out, said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, said.Bytes())
	}
	return out.Bytes()
}

// cwebp encodes a picture with libwebp and returns the stream without its
// container.
func cwebp(t testing.TB, img image.Image, args ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "picture.png")
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out := libwebp(t, "cwebp", nil, append(append([]string{"-quiet", "-lossless"}, args...), "-o", "-", file)...)
	return chunkOf(t, out)
}

// chunkOf returns the payload of the first chunk "VP8L".
func chunkOf(t testing.TB, file []byte) []byte {
	t.Helper()
	at := bytes.Index(file, []byte("VP8L"))
	if at < 0 {
		t.Fatal("no lossless data")
	}
	return file[at+8:]
}

// dwebp decodes a stream with libwebp.
func dwebp(t testing.TB, stream []byte) *image.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(libwebp(t, "dwebp", pictest.WebP("VP8L", string(stream)), "-quiet", "-o", "-", "--", "-")))
	if err != nil {
		t.Fatal(err)
	}
	return nrgba(img)
}

// xImage decodes a stream with golang.org/x/image.
func xImage(stream []byte) (*image.NRGBA, error) {
	img, err := webp.Decode(bytes.NewReader(pictest.WebP("VP8L", string(stream))))
	if err != nil {
		return nil, err
	}
	return nrgba(img), nil
}

func nrgba(img image.Image) *image.NRGBA {
	if img, ok := img.(*image.NRGBA); ok {
		return img
	}
	out := image.NewNRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}
