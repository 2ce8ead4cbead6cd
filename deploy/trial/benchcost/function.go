package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
)

//go:embed sharp_function.mjs
var sharpFunction []byte

// function is a function to measure: how to start it.
type function struct {
	name    string
	dir     string
	env     []string
	command []string
}

// functions are the functions to compare.
type functions struct {
	list []*function
	ours *trial.Package // its folder holds the script of the other function too
}

// Close removes the functions' files.
func (f *functions) Close() error { return f.ours.Close() }

// prepare packs this project's function, and writes the one with sharp, whose modules are in
// the folder node. Both find their originals at s3.
func prepare(ctx context.Context, node, s3 string) (*functions, error) {
	node, err := filepath.Abs(node)
	if err != nil {
		return nil, err
	}
	for _, module := range []string{"sharp", "@aws-sdk/client-s3"} {
		if _, err := os.Stat(filepath.Join(node, "node_modules", module)); err != nil {
			return nil, fmt.Errorf("%s is not in %s: run make cost, which installs it", module, node)
		}
	}
	p, err := trial.Pack(ctx, launcher.Exec)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(p.Dir, "sharp_function.mjs")
	if err := os.WriteFile(script, sharpFunction, 0o644); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	env := trial.BucketEnv(s3)
	return &functions{[]*function{
		{"edgeresize", p.Dir, env, []string{"./bootstrap"}},
		{"Node + sharp", node, env, []string{"node", script}},
	}, p}, nil
}

// warm is a process of a function, with a memory size.
type warm struct {
	*trial.Sandbox
	share float64 // of a processor's time
}

// start starts a process with the memory of memoryMB.
func (f *function) start(o options, memoryMB int) (*warm, error) {
	process := trial.Options{Dir: f.dir, Command: f.command, Env: f.env, MemoryMB: memoryMB}
	if o.free {
		process.Env = slices.Concat(f.env, []string{"GOMAXPROCS=1", "UV_THREADPOOL_SIZE=1"})
	} else {
		process.Limits = trial.LambdaLimits(memoryMB)
	}
	sandbox, err := trial.Start(process)
	if err != nil {
		return nil, err
	}
	return &warm{sandbox, trial.Share(memoryMB)}, nil
}

// row holds the measurements of a function with a memory size.
type row struct {
	function string
	memory   int     // MB
	ms       float64 // billed for a picture, the mean of the pictures' medians
	worst    float64 // of the picture that took longest
	peakMB   float64 // resident
	killed   string  // the picture that took more than memory; then nothing else is known
}

// measure resizes the pictures in a warm process with the memory of memoryMB.
func (f *function) measure(ctx context.Context, o options, memoryMB int, files []string) (row, error) {
	w, err := f.start(o, memoryMB)
	if err != nil {
		return row{}, err
	}
	defer w.Close()
	r := row{function: f.name, memory: memoryMB}
	for _, file := range files {
		v, err := w.resize(ctx, o, file, "width=500&height=300")
		if errors.Is(err, trial.ErrExited) {
			return row{function: f.name, memory: memoryMB, killed: file}, nil
		}
		if err != nil {
			return row{}, err
		}
		r.ms += v.ms / float64(len(files))
		r.worst = max(r.worst, v.ms)
	}
	peak, err := w.Peak()
	r.peakMB = float64(peak) / (1 << 20)
	return r, err
}

// variant is a resized picture.
type variant struct {
	ms        float64 // billed for it, the median
	bytes     int
	mediaType string
}

// resize asks for a variant of a picture: once to warm up, and o.times to be measured.
// CloudFront bills every millisecond that has begun (CloudFront pricing).
func (w *warm) resize(ctx context.Context, o options, file, query string) (variant, error) {
	event, err := trial.Event(trial.BucketName, file, query, edge.Headers{})
	if err != nil {
		return variant{}, err
	}
	var v variant
	var billed []float64
	for i := range o.times + 1 {
		before, err := w.Used()
		if err != nil {
			return v, err
		}
		begin := time.Now()
		response, err := w.Invoke(ctx, event)
		if err != nil {
			return v, fmt.Errorf("%s?%s: %w\n%s", file, query, err, w.Output())
		}
		took := time.Since(begin)
		if v.bytes, v.mediaType, err = readVariant(response); err != nil {
			return v, fmt.Errorf("%s?%s: %w\n%s", file, query, err, w.Output())
		}
		if o.free {
			after, err := w.Used()
			if err != nil {
				return v, err
			}
			took = o.firstByte + time.Duration(float64(after.CPU-before.CPU)/min(w.share, 1))
		}
		if i > 0 { // the first one warms up
			billed = append(billed, float64((took+time.Millisecond-1)/time.Millisecond))
		}
	}
	slices.Sort(billed)
	v.ms = billed[len(billed)/2]
	return v, nil
}

// readVariant returns the length and the media type of the variant in a response, and an
// error if there is none.
func readVariant(response []byte) (bytes int, mediaType string, err error) {
	r, body, err := trial.ReadResponse(response)
	if err != nil || len(body) == 0 {
		return 0, "", fmt.Errorf("the answer is not a resized picture: status %s, %d bytes, %v", r.Status, len(body), err)
	}
	return len(body), r.Headers.Get("Content-Type"), nil
}
