package page

import (
	"errors"
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
)

// lockedFS is a folder of which one in it cannot be read.
type lockedFS struct{ fstest.MapFS }

func (f lockedFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "locked" {
		return nil, errors.New("no permission")
	}
	return f.MapFS.ReadDir(name)
}

func TestListLeavesOutWhatCannotBeRead(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("0123")}
	got := List(lockedFS{fstest.MapFS{"a.png": file, "locked/b.png": file, "z/C.JPG": file}})
	want := []Listed{{"a.png", "a.png", 4}, {"z/C.JPG", "z/C.JPG", 4}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if first, ok := FirstJPEG(got); !ok || first.Path() != "/z/C.JPG" {
		t.Errorf("got %v as the first JPEG", first)
	}
	if first, ok := FirstJPEG(got[:1]); ok {
		t.Errorf("got %v as the first JPEG of none", first)
	}
}
