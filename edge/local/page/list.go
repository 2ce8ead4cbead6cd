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
	Name string // what it is called
	Size int64  // bytes; -1 where that is not known
}

// Base is the last element of what it is called.
func (l Listed) Base() string { return path.Base(l.Name) }

// Path is the original's as it stands in a URL.
func (l Listed) Path() string { return EscapePath(l.Key) }

// List are the files of a folder and of those in it, without hidden ones, what
// cannot be read, and names that are no keys of S3's.
func List(folder fs.FS) []Listed {
	var originals []Listed
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
			originals = append(originals, Listed{Key: name, Name: name, Size: info.Size()})
		}
		return nil
	})
	return originals
}

// listStored are the objects in memory, the latest first.
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

// FirstJPEG is the first of the originals that is called a JPEG.
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

// EscapePath is the path of a key in a URL. Plus signs are escaped because S3
// reads them as spaces, apostrophes so that a URL may be quoted in a shell.
//
// A slash that begins the key is escaped, too, or the URL would lead to another
// host; so are those beside dot segments, which browsers take out of URLs,
// however the dots are spelled (URL Standard, "double-dot URL path segment").
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

// between returns the slash between a key's segments i-1 and i as it stands in
// a URL.
func between(segments []string, i int) string {
	first := i == 1 && segments[0] == ""
	if first || isDots(segments[i-1]) || isDots(segments[i]) {
		return "%2F"
	}
	return "/"
}

func isDots(segment string) bool { return segment == "." || segment == ".." }
