package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
)

//go:embed index.html
var indexHTML string

var indexTemplate = template.Must(template.New("index").Parse(indexHTML))

// serveIndex lists the originals with links to try.
func serveIndex(w http.ResponseWriter, r *http.Request, folder *os.Root) {
	originals, err := listOriginals(folder.FS())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var page bytes.Buffer
	if err := indexTemplate.Execute(&page, originals); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes()) // the viewer may be gone
}

// listed is an original on the page.
type listed struct {
	Name string
	Path string // as it stands in a URL
	Size int64  // bytes
}

// listOriginals are the files of a folder and of those in it.
func listOriginals(folder fs.FS) ([]listed, error) {
	var originals []listed
	err := fs.WalkDir(folder, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		escaped := (&url.URL{Path: "/" + path}).EscapedPath()
		originals = append(originals, listed{Name: path, Path: escapePlus(escaped), Size: info.Size()})
		return nil
	})
	return originals, err
}

// escapePlus escapes the plus signs of a path, which S3 reads as spaces.
func escapePlus(path string) string { return strings.ReplaceAll(path, "+", "%2B") }
