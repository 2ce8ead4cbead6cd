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

	"github.com/edgeresize/edgeresize/deploy/cgroup"
	"github.com/edgeresize/edgeresize/deploy/launcher"
	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/tryout"
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
	command, share := f.command, cgroup.Share(mb)
	env := append(launcher.Environment(mb), f.env...)
	if o.free {
		env = append(env, "GOMAXPROCS=1", "UV_THREADPOOL_SIZE=1")
	} else {
		group, err := cgroup.New(cgroup.Limits{Memory: int64(mb) << 20, CPUs: share})
		if err != nil {
			return row{}, err
		}
		defer group.Close()
		command = group.Command(command...)
	}
	sandbox, err := tryout.Start(f.dir, env, command...)
	if err != nil {
		return row{}, err
	}
	defer sandbox.Close()
	r := row{function: f.name, memory: mb}
	for _, file := range files {
		ms, err := measurePicture(ctx, sandbox, o, file, share)
		if errors.Is(err, tryout.ErrExited) {
			return row{function: f.name, memory: mb, killed: file}, nil
		}
		if err != nil {
			return row{}, fmt.Errorf("%s: %w\n%s", file, err, sandbox.Output())
		}
		r.ms += ms / float64(len(files))
		r.worst = max(r.worst, ms)
	}
	peak, err := tryout.Peak(sandbox.Process.Pid)
	r.peakMB = float64(peak) / (1 << 20)
	return r, err
}

// measurePicture is the median of the milliseconds that are billed for a
// picture. They are billed one by one (CloudFront pricing).
func measurePicture(ctx context.Context, sandbox *tryout.Sandbox, o options, file string, share float64) (float64, error) {
	event, err := tryout.Event(bucketName, file, "width=500&height=300", edge.Headers{})
	if err != nil {
		return 0, err
	}
	var billed []float64
	for i := range o.times + 1 {
		before, err := tryout.Used(sandbox.Process.Pid)
		if err != nil {
			return 0, err
		}
		begin := time.Now()
		response, err := sandbox.Invoke(ctx, event)
		if err != nil {
			return 0, err
		}
		took := time.Since(begin)
		if err := checkVariant(response); err != nil {
			return 0, err
		}
		if o.free {
			after, err := tryout.Used(sandbox.Process.Pid)
			if err != nil {
				return 0, err
			}
			took = o.firstByte + time.Duration(float64(after.CPU-before.CPU)/min(share, 1))
		}
		if i > 0 { // the first one warms up
			billed = append(billed, float64((took+time.Millisecond-1)/time.Millisecond))
		}
	}
	slices.Sort(billed)
	return billed[len(billed)/2], nil
}

// checkVariant makes sure that a response is a resized picture.
func checkVariant(response []byte) error {
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		return err
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil || len(body) == 0 {
		return fmt.Errorf("the answer is not a resized picture: status %s, %d bytes, %v", r.Status, len(body), err)
	}
	return nil
}
