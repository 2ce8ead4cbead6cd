package page

import (
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// Listed is an original as the page shows it.
type Listed struct {
	Key  string
	Name string // of the file
	Size int64  // bytes; -1 if unknown
}

// Base returns the last element of the name.
func (l Listed) Base() string { return path.Base(l.Name) }

// Path returns the original's path in a URL.
func (l Listed) Path() string { return EscapePath(l.Key) }

// List returns the files of a folder and its subfolders. It leaves out hidden
// files, those that cannot be read, and those whose names cannot be S3 keys.
func List(folder fs.FS) []Listed {
	var originals []Listed
	// The function returns no error, so WalkDir returns none.
	_ = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(d.Name(), ".") || !utf8.ValidString(name)
		switch {
		case d != nil && d.IsDir() && (err != nil || hidden):
			return fs.SkipDir
		case err != nil || hidden || !d.Type().IsRegular():
			return nil
		}
		if info, err := d.Info(); err == nil {
			originals = append(originals, Listed{Key: name, Name: name, Size: info.Size()})
		}
		return nil
	})
	return originals
}

// listStored returns the objects in memory, the latest first.
func listStored(memory *bucket.Memory) []Listed {
	var originals []Listed
	for _, o := range slices.Backward(memory.List()) {
		originals = append(originals, listed(o))
	}
	return originals
}

func listed(o bucket.Stored) Listed {
	return Listed{Key: o.Key, Name: o.Name, Size: int64(len(o.Data))}
}

// FirstJPEG returns the first original whose name is a JPEG's.
func FirstJPEG(originals []Listed) (Listed, bool) {
	at := slices.IndexFunc(originals, func(l Listed) bool {
		ext := strings.ToLower(path.Ext(l.Name))
		return ext == ".jpg" || ext == ".jpeg"
	})
	if at < 0 {
		return Listed{}, false
	}
	return originals[at], true
}

// EscapePath returns the path of a key in a URL. It escapes plus signs, because
// S3 reads them as spaces, and apostrophes, so that a shell can quote the URL.
//
// It also escapes a slash at the beginning of the key, because the URL would
// otherwise lead to another host, and slashes beside dot segments, which
// browsers remove from URLs, however the dots are spelled (URL Standard,
// "double-dot URL path segment").
func EscapePath(key string) string {
	segments := strings.Split(key, "/")
	var b strings.Builder
	b.WriteString("/")
	for i, segment := range segments {
		if i > 0 {
			b.WriteString(between(segments, i))
		}
		escaped := (&url.URL{Path: "/" + segment}).EscapedPath()
		b.WriteString(strings.NewReplacer("+", "%2B", "'", "%27").Replace(escaped[1:]))
	}
	return b.String()
}

// between returns the slash between a key's segments i-1 and i, escaped if
// necessary.
func between(segments []string, i int) string {
	first := i == 1 && segments[0] == ""
	if first || isDots(segments[i-1]) || isDots(segments[i]) {
		return "%2F"
	}
	return "/"
}

func isDots(segment string) bool { return segment == "." || segment == ".." }
