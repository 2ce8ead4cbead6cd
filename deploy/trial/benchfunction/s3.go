//go:build linux

package main

import (
	"context"
	"crypto/md5"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/resize"
)

// s3 is a bucket behind TLS.
type s3 struct {
	server *httptest.Server
	memory *bucket.Memory
	dir    string // of the pictures
	trust  string // the file with the server's certificate
}

// startS3 serves the pictures of a folder. A connection sends rate bytes a second, or as it
// can if rate is 0. If cold is set it is closed after one response.
func startS3(dir string, rate float64, cold bool) (*s3, error) {
	temporary, err := os.MkdirTemp("", "benchfunction")
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(temporary)
	if err != nil {
		return nil, err
	}
	s := &s3{memory: bucket.NewMemory(1 << 30), dir: dir, trust: filepath.Join(temporary, "certificate.pem")}
	server := trial.NewBucket(root)
	server.Memory = s.memory
	s.server = httptest.NewUnstartedServer(server)
	s.server.Listener = link{s.server.Listener, rate}
	s.server.Config.SetKeepAlivesEnabled(!cold)
	s.server.StartTLS()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
	return s, os.WriteFile(s.trust, certificate, 0o600)
}

// close closes the server and removes its certificate.
func (s *s3) close() {
	s.server.Close()
	os.RemoveAll(filepath.Dir(s.trust))
}

// env returns the environment by which a function finds S3 and trusts it.
func (s *s3) env() []string {
	return append(trial.BucketEnv(s.server.URL), "SSL_CERT_FILE="+s.trust)
}

// event is an event to measure.
type event struct {
	name    string
	payload []byte
	resized bool // the response has a body
}

// cases returns the events whose names contain only, and stores their originals.
func (s *s3) cases(only string) ([]event, error) {
	var events []event
	for _, c := range []struct {
		name, file, query string
		prepare           func([]byte) ([]byte, error)
	}{
		{"no size", "6mp.jpg", "", nil},
		{"JPEG 1 MP to 500x300", "6mp.jpg", "width=500&height=300", shrunk},
		{"JPEG 12 MP to 500x300", "12mp.jpg", "width=500&height=300", nil},
		{"JPEG 12 MP to 2000x1400", "12mp.jpg", "width=2000&height=1400", nil},
		{"JPEG 48 MP to 500x300", "48mp.jpg", "width=500&height=300", nil},
		{"PNG 4 MP to 553x415", "4mp.png", "width=553&height=415", nil},
	} {
		if !strings.Contains(c.name, only) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(s.dir, c.file))
		if err == nil && c.prepare != nil {
			data, err = c.prepare(data)
		}
		if err != nil {
			return nil, err
		}
		stored, err := s.memory.Put(c.file, data)
		if err != nil {
			return nil, err
		}
		headers := edge.Headers{}
		headers.Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum(data))) // as S3 has it
		headers.Set("Content-Type", "image/jpeg")
		payload, err := trial.Event(trial.BucketName, stored.Key, c.query, headers)
		if err != nil {
			return nil, err
		}
		events = append(events, event{c.name, payload, c.query != ""})
	}
	return events, nil
}

// shrunk returns a picture resized to a JPEG of 1 megapixel.
func shrunk(data []byte) ([]byte, error) {
	v, err := resize.Resize(context.Background(), resize.Bytes(data), resize.Request{
		Width: 1224, Height: 816, Fit: resize.Cover, Quality: 90, MinQuality: 90,
	})
	if err != nil {
		return nil, err
	}
	return v.Data, nil
}
