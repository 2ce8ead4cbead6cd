// Command score prints how much pictures look like their original:
//
//	go run ./resize/bench/score ORIGINAL PICTURE...
//
// It prints a line for each: SSIMULACRA 2.1 (100 is the same picture, at 90 no
// difference is visible, 70 is high, 50 medium quality), Butteraugli's distance by its
// 3-norm (0 is the same picture), bytes, and the file's name. All pictures must have
// the original's size, and be JPEG, PNG, WebP, GIF or BMP. JPEGs are decoded by djpeg,
// which interpolates chroma as browsers do, or if it is not installed by Go's
// image/jpeg.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"os"
	"os/exec"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"

	"github.com/edgeresize/edgeresize/resize/bench/metric"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: score ORIGINAL PICTURE...\n\n"+
			"prints for each picture how similar it looks to the original (SSIMULACRA 2.1: 100 is\n"+
			"the same; Butteraugli, 3-norm: 0 is the same), its bytes and its name\n")
	}
	flag.Parse()
	if flag.NArg() < 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(os.Stdout, flag.Arg(0), flag.Args()[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

// run writes a line for each picture.
func run(w io.Writer, original string, pictures []string) error {
	img, _, err := read(original)
	if err != nil {
		return err
	}
	ssimulacra2, butteraugli := metric.NewSSIMULACRA2(img), metric.NewButteraugli(img)
	for _, path := range pictures {
		img, size, err := read(path)
		if err != nil {
			return err
		}
		score, err := ssimulacra2.Score(img)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		distance, err := butteraugli.Distance(img)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(w, "%8.3f %8.4f %9d  %s\n", score, distance, size, path)
	}
	return nil
}

// read returns a picture and the size of its file in bytes.
func read(path string) (image.Image, int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	size := len(data)
	if djpeg, err := exec.LookPath("djpeg"); err == nil && http.DetectContentType(data) == "image/jpeg" {
		if data, err = exec.Command(djpeg, "-bmp", path).Output(); err != nil {
			return nil, 0, fmt.Errorf("djpeg %s: %w", path, err)
		}
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return img, size, nil
}
