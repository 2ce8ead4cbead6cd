package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

//go:embed index.html
var indexHTML string

var indexTemplate = template.Must(template.New("index").Parse(indexHTML))

// serveIndex lists the originals with links to try.
func serveIndex(w http.ResponseWriter, folder *os.Root) {
	var page bytes.Buffer
	if err := indexTemplate.Execute(&page, listOriginals(folder.FS())); err != nil {
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

// listOriginals are the files of a folder and of those in it, without hidden
// ones, what cannot be read, and names that are no keys of S3's.
func listOriginals(folder fs.FS) []listed {
	var originals []listed
	// The function gives no error, so WalkDir gives none.
	_ = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(d.Name(), ".") || !utf8.ValidString(name)
		switch {
		case d != nil && d.IsDir() && (err != nil || hidden):
			return fs.SkipDir
		case err != nil || hidden || !d.Type().IsRegular():
			return nil
		}
		if info, err := d.Info(); err == nil {
			originals = append(originals, listed{Name: name, Path: escapePath(name), Size: info.Size()})
		}
		return nil
	})
	return originals
}

// firstJPEG is the path in a URL of the first of the originals that is called
// a JPEG, or "".
func firstJPEG(originals []listed) string {
	for _, o := range originals {
		switch strings.ToLower(path.Ext(o.Name)) {
		case ".jpg", ".jpeg":
			return o.Path
		}
	}
	return ""
}

// escapePath is the path of a key in a URL. Plus signs are escaped because S3
// reads them as spaces, apostrophes so that a URL may be quoted in a shell.
func escapePath(key string) string {
	escaped := (&url.URL{Path: "/" + key}).EscapedPath()
	return strings.NewReplacer("+", "%2B", "'", "%27").Replace(escaped)
}
