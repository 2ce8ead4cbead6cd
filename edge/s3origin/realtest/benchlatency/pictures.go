package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin/realtest/gateway"
	"github.com/edgeresize/edgeresize/resize"
)

// picture is an original and the size to ask for.
type picture struct {
	name          string
	file          string // in the folder of inputs
	width, height int
	data          []byte
	etag          string // set when it is stored
}

// readPictures reads the pictures whose names contain only.
func readPictures(ctx context.Context, dir, only string) ([]*picture, error) {
	all := []*picture{
		{name: "JPEG 12 MP", file: "12mp.jpg", width: 500, height: 300},
		{name: "JPEG 48 MP", file: "48mp.jpg", width: 500, height: 300},
		{name: "JPEG 12 MP, progressive", file: "12mp-progressive.jpg", width: 500, height: 300},
		{name: "PNG 4 MP", file: "4mp.png", width: 553, height: 415},
		{name: "JPEG 1 MP", file: "6mp.jpg", width: 500, height: 300},
	}
	var chosen []*picture
	for _, p := range all {
		if !strings.Contains(p.name, only) {
			continue
		}
		var err error
		if p.data, err = os.ReadFile(filepath.Join(dir, p.file)); err != nil {
			return nil, fmt.Errorf("%w: make it with go run ./resize/bench -inputs, or with make bench-latency", err)
		}
		if p.name == "JPEG 1 MP" {
			if p.data, err = shrunk(ctx, p.data); err != nil {
				return nil, err
			}
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
}

// shrunk returns data as a JPEG of 1 megapixel.
func shrunk(ctx context.Context, data []byte) ([]byte, error) {
	v, err := resize.Resize(ctx, resize.Bytes(data), resize.Request{
		Width: 1224, Height: 816, Fit: resize.Cover, Quality: 90, MinQuality: 90,
	})
	if err != nil {
		return nil, err
	}
	return v.Data, nil
}

// bucket is the bucket of the pictures.
const bucket = "pictures"

// event returns CloudFront's event for a request of the picture.
func (p *picture) event() ([]byte, error) {
	headers := edge.Headers{}
	headers.Set("ETag", p.etag)
	headers.Set("Content-Type", "application/octet-stream")
	return json.Marshal(edge.Event{Records: []edge.Record{{CF: edge.CF{
		Config: edge.EventConfig{EventType: "origin-response", RequestID: "R"},
		Request: edge.Request{
			Headers: edge.Headers{}, Method: "GET", URI: "/" + p.file,
			QueryString: fmt.Sprintf("width=%d&height=%d", p.width, p.height),
			Origin: &edge.Origin{S3: &edge.S3Origin{
				AuthMethod: "none", CustomHeaders: edge.Headers{}, Region: gateway.Region,
				DomainName: fmt.Sprintf("%s.s3.%s.amazonaws.com", bucket, gateway.Region),
			}},
		},
		Response: edge.Response{Headers: headers, Status: "200"},
	}}}})
}
