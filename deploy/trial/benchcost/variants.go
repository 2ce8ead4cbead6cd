package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/edgeresize/edgeresize/resize"
)

// variantList collects measured variants as CSV, without the photographs' names. The
// simulation in deploy/trial/scale has such a list.
type variantList struct {
	dir  string // of the photographs
	rows bytes.Buffer
}

// add adds the variant v of the photograph called file, of a size and a format.
func (l *variantList) add(file string, s size, format resize.Format, v variant) error {
	original, err := os.Stat(filepath.Join(l.dir, file))
	if err != nil {
		return err
	}
	fmt.Fprintf(&l.rows, "%d,%s,%d,%d,%.0f,%d\n", original.Size(), format, s.width, s.height, v.ms, v.bytes)
	return nil
}

// write writes the list to the file called name. Without a name it does nothing.
func (l *variantList) write(name string) error {
	if name == "" {
		return nil
	}
	return os.WriteFile(name, append([]byte("original bytes,format,width,height,ms,bytes\n"), l.rows.Bytes()...), 0o644)
}
