package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// size is a size to ask for, in pixels.
type size struct{ width, height int }

// String formats s as 500x300.
func (s size) String() string { return fmt.Sprintf("%dx%d", s.width, s.height) }

// parseSizes parses sizes such as 500x300, separated by commas.
func parseSizes(list string) ([]size, error) {
	var sizes []size
	for field := range strings.SplitSeq(list, ",") {
		var s size
		field = strings.TrimSpace(field)
		if _, err := fmt.Sscanf(field, "%dx%d", &s.width, &s.height); err != nil || s.String() != field || s.width < 1 || s.height < 1 {
			return nil, fmt.Errorf("%q is not a size such as 500x300", field)
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}

// photographs returns at most n of the JPEGs among names that are larger than every size,
// chosen evenly.
func photographs(ctx context.Context, dir string, names []string, sizes []size, n int) ([]string, error) {
	var found []string
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		info, err := resize.Inspect(ctx, resize.Bytes(content))
		if err != nil || info.Format != resize.JPEG {
			continue
		}
		if !slices.ContainsFunc(sizes, func(s size) bool { return s.width >= info.Width || s.height >= info.Height }) {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s holds no JPEG larger than %v", dir, sizes)
	}
	n = min(n, len(found))
	chosen := make([]string, n)
	for i := range chosen {
		chosen[i] = found[i*len(found)/n]
	}
	return chosen, nil
}

// formatRow holds the costs and the bytes of variants of a size and a format.
type formatRow struct {
	size   size
	format resize.Format
	memory int // MB
	// got counts the variants, of pictures, that came in the format. The others came in the
	// next one, because time ran out or that is smaller.
	got, pictures int
	ms, bytes     float64 // means over the pictures
}

// measureFormats resizes photographs to each size in each format. It calls each with every
// variant.
func (f *function) measureFormats(ctx context.Context, o options, files []string, formats []resize.Format, each func(file string, s size, format resize.Format, v variant) error) ([]formatRow, error) {
	w, err := f.start(o, o.formatMemory)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	line := progress.Start(os.Stderr, len(o.sizes)*len(formats)*len(files))
	defer line.End()
	var rows []formatRow
	for _, s := range o.sizes {
		for _, format := range formats {
			r := formatRow{size: s, format: format, memory: o.formatMemory, pictures: len(files)}
			query := fmt.Sprintf("width=%d&height=%d&format=%s", s.width, s.height, format)
			for i, file := range files {
				line.Report(len(rows)*len(files)+i, "%s as %s", s, format)
				v, err := w.resize(ctx, o, file, query)
				if err != nil {
					return nil, err
				}
				if v.mediaType == format.ContentType() {
					r.got++
				}
				if err := each(file, s, format, v); err != nil {
					return nil, err
				}
				r.ms += v.ms / float64(len(files))
				r.bytes += float64(v.bytes) / float64(len(files))
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}
