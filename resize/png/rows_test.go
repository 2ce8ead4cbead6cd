package png

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestRows(t *testing.T) {
	for name, f := range files() {
		data := f.bytes(t)
		compare(t, name, data)
		if _, err := readAll(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRowsOriginals(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/originals/png-*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, path, data)
	}
}

// TestRowsDamaged: a file that is cut off anywhere, or has one changed byte, is an
// error, whichever one.
func TestRowsDamaged(t *testing.T) {
	for _, interlaced := range []bool{false, true} {
		data := file{width: 9, height: 7, depth: 8, colourType: rgb, level: 6, interlaced: interlaced}.bytes(t)
		for n := range data {
			_, err := readAll(data[:n])
			checkBad(t, fmt.Sprintf("%d bytes of %d", n, len(data)), err)
			for _, bit := range []byte{1, 16, 128} {
				damaged := bytes.Clone(data)
				damaged[n] ^= bit
				compare(t, fmt.Sprintf("byte %d", n), damaged)
				const size, sizeEnd = 16, 24 // where IHDR has it
				if n < size || n >= sizeEnd || damaged[n] < 16 && n%4 == 3 {
					compare(t, fmt.Sprintf("byte %d, checksums right", n), repaired(damaged))
				}
			}
		}
	}
}

// TestRowsOrder moves chunks to wrong places.
func TestRowsOrder(t *testing.T) {
	kinds := []string{"IHDR", "PLTE", "tRNS", "IDAT", "IEND", "tEXt", "sBIT"}
	for _, f := range []file{
		{width: 5, height: 5, depth: 8, colourType: palette, plte: make([]byte, 30), trns: []byte{1, 2}},
		{width: 5, height: 5, depth: 8, colourType: rgb, trns: make([]byte, 6)},
		{width: 5, height: 5, depth: 8, colourType: rgba},
		{width: 5, height: 5, depth: 4, colourType: gray},
		{width: 5, height: 5, depth: 4, colourType: gray, interlaced: true},
	} {
		data := f.bytes(t)
		for at := len(signature); at < len(data); {
			end := at + 12 + int(binary.BigEndian.Uint32(data[at:]))
			compare(t, fmt.Sprintf("type %d without %s", f.colourType, data[at+4:at+8]), append(bytes.Clone(data[:at]), data[end:]...))
			for _, kind := range kinds {
				for _, n := range []int{0, 2, 6, 13, 48, 768, 771} {
					more := appendChunk(bytes.Clone(data[:at]), kind, make([]byte, n))
					compare(t, fmt.Sprintf("type %d, %s of %d at %d", f.colourType, kind, n, at), append(more, data[at:]...))
				}
			}
			at = end
		}
	}
}
