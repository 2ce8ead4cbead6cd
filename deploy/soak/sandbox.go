package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/cgroup"
	"github.com/edgeresize/edgeresize/deploy/launcher"
	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/tryout"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
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

func newStage(ctx context.Context, s settings) (*stage, error) {
	p, err := pack.Make(ctx, pack.Options{Dir: ".", Config: []byte("{}"), Launcher: launcher.Exec})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return nil, err
	}
	if err := tryout.Unpack(p.Zip, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	folder, err := os.OpenRoot(s.cache)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s3 := httptest.NewServer(&bucket.Server{Folder: folder, Name: bucketName, Credentials: credentials})
	return &stage{dir, s3, folder, p.Config}, nil
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

// reasons are how often the original was served for which, as the function's
// log says. The process must have ended.
func (b *sandbox) reasons() (map[edge.Reason]int, error) {
	counts := map[edge.Reason]int{}
	for line := range strings.Lines(b.Output()) {
		var logged struct {
			Outcome string
			Reason  edge.Reason
		}
		if err := json.Unmarshal([]byte(line), &logged); err != nil || logged.Outcome == "" {
			return nil, fmt.Errorf("the function printed %q: %w", line, err)
		}
		if logged.Reason != "" {
			counts[logged.Reason]++
		}
	}
	return counts, nil
}

// lastWords are the last lines that the process printed.
func (b *sandbox) lastWords() string {
	lines := strings.SplitAfter(b.Output(), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], "")
}
