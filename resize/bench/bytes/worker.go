package main

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
)

// peers holds the commands that encode: sharp's, which also decodes, and this
// project's.
type peers struct {
	dir         string // in which they run
	sharp, self []string
}

// findPeers returns the commands of a run: sharp in the node_modules of dir, and this
// program.
func findPeers(dir string) (peers, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return peers{}, err
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "sharp")); err != nil {
		return peers{}, fmt.Errorf("sharp is not in %s: run make bench-bytes, which installs it", dir)
	}
	script, err := filepath.Abs("resize/bench/bytes/peer_sharp.mjs")
	if err != nil {
		return peers{}, err
	}
	program, err := os.Executable()
	return peers{dir, []string{"node", script}, []string{program, "self"}}, err
}

// worker holds the peers that one goroutine uses.
type worker struct {
	sharp, self *peer
	file        string // path of the peers' output, without an extension
}

// start starts the peers of a worker. They end when ctx is done.
func (p *peers) start(ctx context.Context, file string) (*worker, error) {
	sharp, err := startPeer(ctx, "sharp", p.dir, p.sharp...)
	if err != nil {
		return nil, err
	}
	self, err := startPeer(ctx, "edgeresize", p.dir, p.self...)
	return &worker{sharp, self, file}, err
}

// encode encodes a picture as often as times says. It returns the peer's answer and the
// path of the file.
func (w *worker) encode(e *encoder, r resized, quality, times int) (peerReply, string, error) {
	q := request{In: r.path, Out: w.file + "." + e.format, Format: e.format, Times: times,
		Options: map[string]any{"quality": quality}}
	for key, value := range e.options {
		q.Options[key] = value
	}
	p := w.sharp
	if e.own() {
		p = w.self
	}
	a, err := p.ask(q)
	return a, q.Out, err
}

// decode returns the pixels of a file, decoded by sharp for every encoder.
func (w *worker) decode(path string, size image.Point) (*image.NRGBA, error) {
	raw := w.file + ".raw"
	if _, err := w.sharp.ask(request{In: path, Out: raw}); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(raw)
	if err != nil {
		return nil, err
	}
	img := image.NewNRGBA(image.Rectangle{Max: size})
	if len(data) != 3*size.X*size.Y {
		return nil, fmt.Errorf("%s has %d bytes of pixels, want %d × %d × 3", path, len(data), size.X, size.Y)
	}
	for i := range size.X * size.Y {
		copy(img.Pix[4*i:], data[3*i:][:3])
		img.Pix[4*i+3] = 255
	}
	return img, nil
}
