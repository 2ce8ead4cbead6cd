package jpeg

import (
	"bytes"
	"context"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// input holds the bytes of a picture that have been waited for. It asks the
// source for no more than what must be looked at next.
type input struct {
	ctx    context.Context
	source pic.Source
	data   []byte
}

// reach waits for the first n bytes, or for all if there are fewer. Its error is
// the source's.
func (in *input) reach(n int) error {
	if n <= len(in.data) {
		return nil
	}
	data, err := in.source.First(in.ctx, n)
	if err == nil {
		in.data = data
	}
	return err
}

// need waits for the first n bytes. Fewer are an error.
func (in *input) need(n int) error {
	if err := in.reach(n); err != nil {
		return err
	}
	if n > len(in.data) {
		return errTruncated
	}
	return nil
}

// nextMarker returns the first marker at or after pos, and the offset of its
// second byte. It skips bytes that belong to no marker, as libjpeg does:
// leftovers of entropy-coded data, stuffed zeros and fill bytes (T.81, B.1.1.2).
func (in *input) nextMarker(pos int) (marker byte, at int, err error) {
	for {
		if err := in.need(pos + 1); err != nil {
			return 0, 0, err
		}
		i := bytes.IndexByte(in.data[pos:], 0xff)
		if i < 0 {
			pos = len(in.data)
			continue
		}
		for marker = 0xff; marker == 0xff; i++ {
			if err := in.need(pos + i + 2); err != nil {
				return 0, 0, err
			}
			marker = in.data[pos+i+1]
		}
		pos += i
		if marker != 0 {
			return marker, pos, nil
		}
	}
}

// nextSegment returns the first segment at or after pos. It skips restart
// markers, which some encoders also write after the last interval of a scan.
func (in *input) nextSegment(pos int) (segment, error) {
	for {
		m, at, err := in.nextMarker(pos)
		if err != nil {
			return segment{}, err
		}
		pos = at + 1
		if m >= markerRST0 && m <= markerRST7 {
			continue
		}
		s := segment{marker: m, start: at - 1, end: pos}
		if m == markerEOI {
			return s, nil
		}
		if err := in.need(pos + 2); err != nil {
			return segment{}, err
		}
		n := int(in.data[pos])<<8 | int(in.data[pos+1])
		if n < 2 {
			return segment{}, formatError("short segment length")
		}
		s.end = pos + n
		if err := in.need(s.end); err != nil {
			return segment{}, err
		}
		s.params = in.data[pos+2 : s.end]
		return s, nil
	}
}
