package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/trial/cgroup"
	"github.com/edgeresize/edgeresize/deploy/trial/tryout"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize"
)

const bucketName = "pictures"

var credentials = aws.Credentials{AccessKeyID: "AKIASOAK", SecretAccessKey: "secret"}

// stage is an unpacked package, with an S3 that serves the pictures.
type stage struct {
	dir    string
	s3     *httptest.Server
	folder *os.Root
	config edge.Config
}

// packed is the package, once there is one, for all parts, of which one runs at a time.
var packed *pack.Package

func newStage(ctx context.Context, s settings) (*stage, error) {
	if packed == nil {
		var err error
		if packed, err = pack.Make(ctx, pack.Options{Dir: ".", Config: []byte("{}"), Launcher: launcher.Exec}); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, err
	}
	if err := tryout.Unpack(packed.Zip, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	folder, err := os.OpenRoot(s.cache)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s3 := httptest.NewServer(&bucket.Server{Folder: folder, Name: bucketName, Credentials: credentials})
	return &stage{dir, s3, folder, packed.Config}, nil
}

func (s *stage) Close() error {
	s.s3.Close()
	return errors.Join(s.folder.Close(), os.RemoveAll(s.dir))
}

// sandbox is a process of the package in a group of its own.
type sandbox struct {
	*tryout.Sandbox
	group *cgroup.Group
}

// start runs the package in so many MB with a share of processor time. Its
// environment is what Lambda and the launcher set.
func (s *stage) start(ctx context.Context, mb int, cpus float64) (*sandbox, error) {
	group, err := cgroup.New(cgroup.Limits{Memory: int64(mb) << 20, CPUs: cpus})
	if err != nil {
		return nil, err
	}
	env := append(launcher.Environment(mb), "AWS_ENDPOINT_URL_S3="+s.s3.URL,
		"AWS_ACCESS_KEY_ID="+credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+credentials.SecretAccessKey)
	process, err := tryout.Start(s.dir, env, group.Command("./bootstrap")...)
	if err != nil {
		return nil, errors.Join(err, group.Close())
	}
	b := &sandbox{process, group}
	if err := process.Ready(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w\n%s", err, process.Output()), b.Close())
	}
	return b, nil
}

// Close ends the process.
func (b *sandbox) Close() error {
	b.Sandbox.Close()
	return b.group.Close()
}

// logged is what the function's log says of an invocation.
type logged struct {
	Outcome    string
	Reason     edge.Reason
	Format     resize.Format
	Effort     string
	PassedOver map[resize.Format]struct{ Why resize.Why } `json:"passed_over"`
}

// String says what became of an invocation: format and effort, and what was passed over
// for it, or the reason for the original.
func (l logged) String() string {
	if l.Reason != "" {
		return "original " + string(l.Reason)
	}
	text := string(l.Format)
	if l.Effort != "" {
		text += " " + l.Effort
	}
	for _, f := range slices.Sorted(maps.Keys(l.PassedOver)) {
		text += fmt.Sprintf(" (%s %s)", f, l.PassedOver[f].Why)
	}
	return text
}

// log returns what the function has logged of each invocation. The process must have
// ended.
func (b *sandbox) log() ([]logged, error) { return parseLog(b.Output()) }

// parseLog reads what a function has printed.
func parseLog(output string) ([]logged, error) {
	var all []logged
	for line := range strings.Lines(output) {
		var l logged
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Outcome == "" {
			return nil, fmt.Errorf("the function printed %q: %w", line, err)
		}
		all = append(all, l)
	}
	return all, nil
}

// lastWords are the last lines that the process printed.
func (b *sandbox) lastWords() string {
	lines := strings.SplitAfter(b.Output(), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], "")
}
