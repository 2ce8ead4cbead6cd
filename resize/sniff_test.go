package resize

import (
	"errors"
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	pad := strings.Repeat("\x00", 20)
	tests := []struct {
		data   string
		format Format
		name   string // of what is not resized
	}{
		{"\xff\xd8\xff\xe0", JPEG, ""},
		{"\xff\xd8\xff", JPEG, ""},
		{"\x89PNG\r\n\x1a\n", PNG, ""},
		{"GIF87a", GIF, ""},
		{"GIF89a" + pad, GIF, ""},
		{"RIFF\x04\x00\x00\x00WEBP", WebP, ""},
		{"BM" + pad[:12] + "\x28\x00\x00\x00", BMP, ""},
		{"II*\x00", TIFF, ""},
		{"MM\x00*", TIFF, ""},
		{"", "", "unknown format"},
		{"\xff\xd8", "", "unknown format"},
		{"\x89PNG", "", "unknown format"},
		{"BM the letters alone, not a header", "", "unknown format"},
		{"RIFF\x04\x00\x00\x00WAVE", "", "unknown format"},
		{"plain text about <svg", "", "unknown format"},
		{"\x00\x00\x00\x1cftypavif" + pad, "", "AVIF"},
		{"\x00\x00\x00\x1cftypheic" + pad, "", "HEIC"},
		{"\x00\x00\x00\x1cftypmif1" + pad, "", "HEIC"},
		{"\x00\x00\x00\x1cftypisom" + pad, "", "video or other ISO media file"},
		{"\xff\x0a" + pad, "", "JPEG XL"},
		{"\x00\x00\x00\x0cJXL \r\n\x87\n", "", "JPEG XL"},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n", "", "JPEG 2000"},
		{"II\xbc\x01", "", "JPEG XR"},
		{"II+\x00\x08\x00", "", "BigTIFF"},
		{"\x00\x00\x01\x00" + pad, "", "ICO"},
		{"8BPS\x00\x01", "", "PSD"},
		{"%PDF-1.7", "", "PDF"},
		{"<svg xmlns='http://www.w3.org/2000/svg'/>", "", "SVG"},
		{"\xef\xbb\xbf\r\n<?xml version='1.0'?>\n<!-- made by hand -->\n<SVG>", "", "SVG"},
		{"<?xml version='1.0'?><rss/>", "", "unknown format"},
		{" <!DOCTYPE html><svg>", "", "HTML"},
		{"<html>", "", "HTML"},
		{"\x1f\x8b\x08", "", "gzip"},
	}
	for _, tt := range tests {
		format, err := sniff([]byte(tt.data))
		var unsupported UnsupportedError
		errors.As(err, &unsupported)
		if format != tt.format || string(unsupported) != tt.name {
			t.Errorf("%q: %q, %v; want %q, %q", tt.data, format, err, tt.format, tt.name)
		}
		if tt.name == "" {
			continue
		}
		if _, err := Inspect(t.Context(), Bytes([]byte(tt.data))); !errors.As(err, &unsupported) {
			t.Errorf("Inspect of %q: %v", tt.data, err)
		}
	}
}
