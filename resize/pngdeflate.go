package resize

import (
	"bytes"
	"compress/zlib"
)

// The sample that tells how a picture's filtered rows pack best is pieces of so
// many bytes, evenly spread.
const (
	samplePieces = 16
	pieceBytes   = 6 << 10
)

// packRows is a zlib stream of filtered rows. The noise of a photograph repeats
// nothing, so that looking for repetitions takes ten times as long as coding by
// Huffman alone, and makes more bytes of it: what is done is what makes less of
// a sample, or with best of all rows.
func packRows(rows []byte, best bool) ([]byte, error) {
	level, sample := zlib.DefaultCompression, rowSample(rows)
	if best {
		level, sample = zlib.BestCompression, rows
	}
	plain, err := deflate(sample, zlib.HuffmanOnly)
	if err != nil {
		return nil, err
	}
	packed, err := deflate(sample, level)
	if err != nil {
		return nil, err
	}
	if len(plain) <= len(packed) {
		level, packed = zlib.HuffmanOnly, plain
	}
	if len(sample) == len(rows) {
		return packed, nil
	}
	return deflate(rows, level)
}

// rowSample is the sample, or all rows where that is not much more.
func rowSample(rows []byte) []byte {
	if len(rows) <= 2*samplePieces*pieceBytes {
		return rows
	}
	sample := make([]byte, 0, samplePieces*pieceBytes)
	for i := range samplePieces {
		at := i * (len(rows) - pieceBytes) / (samplePieces - 1)
		sample = append(sample, rows[at:at+pieceBytes]...)
	}
	return sample
}

func deflate(data []byte, level int) ([]byte, error) {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
