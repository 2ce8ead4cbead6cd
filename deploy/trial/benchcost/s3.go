package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/trial"
)

// pictures returns the names of the still pictures in a folder.
func pictures(dir string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range files {
		// The benchmark's peers write files called out.
		stem, ext := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name())), strings.ToLower(filepath.Ext(f.Name()))
		if slices.Contains([]string{".jpg", ".jpeg", ".png", ".webp"}, ext) && stem != "out" {
			names = append(names, f.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no .jpg, .png or .webp", dir)
	}
	return names, nil
}

// startS3 serves a folder as a bucket that answers after firstByte.
func startS3(dir string, firstByte time.Duration) (*httptest.Server, error) {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s3 := trial.NewBucket(folder)
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(firstByte)
		s3.ServeHTTP(w, r)
	})), nil
}
