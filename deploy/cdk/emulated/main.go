// Command emulated makes stacks in an emulation of AWS that refuses what Lambda@Edge and
// CloudFront refuse. The tests of the constructs run it on what the CDK synthesises.
//
// It reads a JSON list of templates' files from standard input, makes a stack of each in an
// account of its own, and writes the list of the stacks' outputs to standard output. The
// accounts have the bucket old-originals, and a zip without a file at every key.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakestack"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

func main() {
	if err := run(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "emulated:", err)
		os.Exit(1)
	}
}

// run makes the stacks of the templates that stdin names.
func run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	var files []string
	if err := json.NewDecoder(stdin).Decode(&files); err != nil {
		return err
	}
	all := []map[string]string{}
	for _, file := range files {
		outputs, err := outputsOf(ctx, file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, outputs)
	}
	return json.NewEncoder(stdout).Encode(all)
}

// outputsOf makes a stack of the template in file and returns its outputs.
func outputsOf(ctx context.Context, file string) (map[string]string, error) {
	template, err := cfn.Read(file)
	if err != nil {
		return nil, err
	}
	server := fakeaws.New()
	front := httptest.NewServer(server)
	defer front.Close()
	maker := fakestack.New(server, front.URL)
	maker.Buckets.Bucket("old-originals", "eu-west-1", "")
	maker.Code = func(string, string) ([]byte, error) { return emptyZip() }
	stack, err := maker.Make(ctx, template, "site", "us-east-1", nil)
	if err != nil {
		return nil, err
	}
	return stack.Outputs, nil
}

// emptyZip returns a zip without a file.
func emptyZip() ([]byte, error) {
	var b bytes.Buffer
	err := zip.NewWriter(&b).Close()
	return b.Bytes(), err
}
