package resize

import (
	"bytes"
	"strings"
)

// sniffed is how many of an original's first bytes tell its format.
const sniffed = 4096

// sniff tells a format by its first bytes; one that is not resized is an
// [UnsupportedError] with its name.
func sniff(data []byte) (Format, error) {
	for _, s := range signatures {
		if !strings.HasPrefix(prefix(data, 32), s.start) {
			continue
		}
		if s.format == "" {
			return "", UnsupportedError(s.name)
		}
		return s.format, nil
	}
	if len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP" {
		return WebP, nil
	}
	if len(data) >= 12 && string(data[4:8]) == "ftyp" {
		return "", UnsupportedError(brandName(string(data[8:12])))
	}
	if len(data) >= 18 && string(data[:2]) == "BM" && data[15] == 0 && data[16] == 0 && data[17] == 0 {
		// The length of the header after the file header is below 256 in all
		// versions, which other things that begin with BM are unlikely to say.
		return BMP, nil
	}
	return "", UnsupportedError(textName(data))
}

// signatures are what files begin with.
var signatures = []struct {
	start  string
	format Format
	name   string // of a format that is not resized
}{
	{start: "\xff\xd8\xff", format: JPEG},
	{start: "\x89PNG\r\n\x1a\n", format: PNG},
	{start: "GIF87a", format: GIF},
	{start: "GIF89a", format: GIF},
	{start: "II*\x00", format: TIFF},
	{start: "MM\x00*", format: TIFF},
	{start: "II+\x00", name: "BigTIFF"},
	{start: "MM\x00+", name: "BigTIFF"},
	{start: "II\xbc\x01", name: "JPEG XR"},
	{start: "\xff\x0a", name: "JPEG XL"},
	{start: "\x00\x00\x00\x0cJXL \r\n\x87\n", name: "JPEG XL"},
	{start: "\x00\x00\x00\x0cjP  \r\n\x87\n", name: "JPEG 2000"},
	{start: "\xff\x4f\xff\x51", name: "JPEG 2000"},
	{start: "\x00\x00\x01\x00", name: "ICO"},
	{start: "8BPS", name: "PSD"},
	{start: "%PDF-", name: "PDF"},
	{start: "\x1f\x8b", name: "gzip"},
}

// brandName names an ISO base media file by its major brand
// (ISO/IEC 23008-12 annex B, AV1 Image File Format section 6).
func brandName(brand string) string {
	switch brand {
	case "avif", "avis":
		return "AVIF"
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1":
		return "HEIC"
	}
	return "video or other ISO media file"
}

// textName names what is not a picture of pixels.
func textName(data []byte) string {
	text := strings.ToLower(prefix(bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n"), 1024))
	switch {
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"):
		return "HTML"
	case strings.HasPrefix(text, "<") && strings.Contains(text, "<svg"):
		return "SVG"
	}
	return "unknown format"
}

// prefix is at most the first n bytes.
func prefix(data []byte, n int) string { return string(data[:min(n, len(data))]) }
