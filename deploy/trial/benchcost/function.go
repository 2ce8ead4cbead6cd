package main

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial/cgroup"
	"github.com/edgeresize/edgeresize/deploy/trial/tryout"
	"github.com/edgeresize/edgeresize/edge"
)

//go:embed sharp_function.mjs
var sharpFunction []byte

// function is something that resizes under a Runtime API.
type function struct {
	name    string
	dir     string
	env     []string
	command []string
}

// functions are those that are compared, and where their files are.
type functions struct {
	list []*function
	dir  string
}

// Close removes the functions' files.
func (f *functions) Close() error { return os.RemoveAll(f.dir) }

// prepare packs this project's function, and writes the one with sharp.
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
	dir, err := os.MkdirTemp("", "benchcost")
	if err != nil {
		return nil, err
	}
	all := &functions{dir: dir}
	if err := all.write(ctx, node, s3); err != nil {
		return nil, errors.Join(err, all.Close())
	}
	return all, nil
}

func (f *functions) write(ctx context.Context, node, s3 string) error {
	p, err := pack.Make(ctx, pack.Options{Dir: ".", Config: []byte("{}"), Launcher: launcher.Exec})
	if err != nil {
		return err
	}
	if err := tryout.Unpack(p.Zip, f.dir); err != nil {
		return err
	}
	script := filepath.Join(f.dir, "sharp_function.mjs")
	if err := os.WriteFile(script, sharpFunction, 0o644); err != nil {
		return err
	}
	env := []string{"AWS_ENDPOINT_URL_S3=" + s3,
		"AWS_ACCESS_KEY_ID=" + credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + credentials.SecretAccessKey}
	f.list = []*function{
		{"edgeresize", f.dir, env, []string{"./bootstrap"}},
		{"Node + sharp", node, env, []string{"node", script}},
	}
	return nil
}

// warm is a process of a function, in a memory size.
type warm struct {
	*tryout.Sandbox
	share float64       // of a processor's time
	group *cgroup.Group // nil where there is none
}

// start starts a process in a memory size.
func (f *function) start(o options, mb int) (*warm, error) {
	command, w := f.command, &warm{share: cgroup.Share(mb)}
	env := append(launcher.Environment(mb), f.env...)
	if o.free {
		env = append(env, "GOMAXPROCS=1", "UV_THREADPOOL_SIZE=1")
	} else {
		var err error
		if w.group, err = cgroup.New(cgroup.Limits{Memory: int64(mb) << 20, CPUs: w.share}); err != nil {
			return nil, err
		}
		command = w.group.Command(command...)
	}
	var err error
	if w.Sandbox, err = tryout.Start(f.dir, env, command...); err != nil && w.group != nil {
		err = errors.Join(err, w.group.Close())
	}
	return w, err
}

// Close ends the process.
func (w *warm) Close() error {
	w.Sandbox.Close()
	if w.group == nil {
		return nil
	}
	return w.group.Close()
}

// row is what a function took in a memory size.
type row struct {
	function string
	memory   int     // MB
	ms       float64 // billed for a picture, the mean of the pictures' medians
	worst    float64 // of the picture that took longest
	peakMB   float64 // resident
	killed   string  // the picture for which the memory did not suffice; then nothing else is known
}

// measure resizes the pictures in a warm process of the given memory size.
func (f *function) measure(ctx context.Context, o options, mb int, files []string) (row, error) {
	w, err := f.start(o, mb)
	if err != nil {
		return row{}, err
	}
	defer w.Close()
	r := row{function: f.name, memory: mb}
	for _, file := range files {
		v, err := w.resize(ctx, o, file, "width=500&height=300")
		if errors.Is(err, tryout.ErrExited) {
			return row{function: f.name, memory: mb, killed: file}, nil
		}
		if err != nil {
			return row{}, err
		}
		r.ms += v.ms / float64(len(files))
		r.worst = max(r.worst, v.ms)
	}
	peak, err := tryout.Peak(w.Process.Pid)
	r.peakMB = float64(peak) / (1 << 20)
	return r, err
}

// variant is a resized picture.
type variant struct {
	ms        float64 // billed for it, the median
	bytes     int
	mediaType string
}

// resize asks for a variant of a picture, times and again. The milliseconds are billed
// one by one (CloudFront pricing).
func (w *warm) resize(ctx context.Context, o options, file, query string) (variant, error) {
	event, err := tryout.Event(bucketName, file, query, edge.Headers{})
	if err != nil {
		return variant{}, err
	}
	var v variant
	var billed []float64
	for i := range o.times + 1 {
		before, err := tryout.Used(w.Process.Pid)
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
			after, err := tryout.Used(w.Process.Pid)
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

// readVariant returns the length and the media type of the resized picture in a
// response. It is an error if there is none.
func readVariant(response []byte) (bytes int, mediaType string, err error) {
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		return 0, "", err
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil || len(body) == 0 {
		return 0, "", fmt.Errorf("the answer is not a resized picture: status %s, %d bytes, %v", r.Status, len(body), err)
	}
	return len(body), r.Headers.Get("Content-Type"), nil
}
