// Package edgecode holds the two functions that `probe` runs at the edge. They report
// what they see, and answer as the path of a request asks for.
package edgecode

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"time"
)

// Reporter is the code of the origin-response function, in Python.
//
//go:embed reporter.py
var Reporter []byte

// Viewer is the code of the viewer-request function, in JavaScript.
//
//go:embed viewer.js
var Viewer []byte

// Handler names the function in [Zip], as Lambda does.
const Handler = "reporter.handler"

// Zip returns the package of [Reporter]: the same bytes every time.
func Zip() ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	header := &zip.FileHeader{Name: "reporter.py", Method: zip.Deflate, Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o644)
	file, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(Reporter); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
