package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/edgeresize/edgeresize/resize/bench/progress"
)

// makeInputs makes the inputs of all cases.
func (b *bench) makeInputs(ctx context.Context) error {
	steps := progress.Start(os.Stderr, len(cases))
	defer steps.End()
	for i, c := range cases {
		steps.Report(i, "%s", c.input.file)
		if _, err := c.input.make(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// make returns the path of an input, which it makes if the cache folder does not have
// it.
func (in input) make(ctx context.Context, b *bench) (string, error) {
	path := filepath.Join(b.cache, in.file)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var raw []byte
	switch {
	case in.drawn:
		raw = newDrawing(in.width, in.height)
	case in.pages == 1:
		raw = newScene(in.width, in.height, in.channels, uint64(in.width*in.height)).pix
	default:
		raw = in.moving()
	}
	partial := path + ".partial" + filepath.Ext(path)
	made := exec.CommandContext(ctx, "node", b.script("make_inputs.mjs"), partial, in.format,
		strconv.Itoa(in.width), strconv.Itoa(in.height), strconv.Itoa(in.channels), strconv.Itoa(in.pages), in.options)
	made.Dir, made.Stdin = b.cache, bytes.NewReader(raw)
	if out, err := made.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", in.file, err, out)
	}
	return path, os.Rename(partial, path)
}

// moving returns the frames of a scene across which a square moves.
func (in input) moving() []byte {
	still := newScene(in.width, in.height, in.channels, 7)
	const side = 80
	var raw []byte
	for page := range in.pages {
		frame := bytes.Clone(still.pix)
		left := page * (in.width - side) / in.pages
		for y := in.height/2 - side/2; y < in.height/2+side/2; y++ {
			row := frame[3*(y*in.width+left):][:3*side]
			for i := range row {
				row[i] = byte(int(row[i])/2 + 40*(i%3) + page%64)
			}
		}
		raw = append(raw, frame...)
	}
	return raw
}
