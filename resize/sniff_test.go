package resize

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// ftyp is the beginning of an ISO base media file.
func ftyp(major string, compatible ...string) string {
	body := "ftyp" + major + "\x00\x00\x00\x00" + strings.Join(compatible, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))) + body + "\x00\x00\x00\x08free"
}

// utf16Of is text in UTF-16 behind its mark.
func utf16Of(order binary.AppendByteOrder, text string) string {
	b := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// sniffTests are beginnings of files of every format.
func sniffTests() []struct {
	data string
	want Format
} {
	pad := strings.Repeat("\x00", 20)
	long := strings.Repeat("naïve ", 1000)
	return []struct {
		data string
		want Format
	}{
		{"\xff\xd8\xff\xe0", JPEG},
		{"\xff\xd8\xff", JPEG},
		{"\x89PNG\r\n\x1a\n", PNG},
		{"GIF87a", GIF},
		{"GIF89a" + pad, GIF},
		{"RIFF\x04\x00\x00\x00WEBP", WebP},
		{"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10" + pad, WebP},
		{"BM" + pad[:12] + "\x28\x00\x00\x00", BMP},
		{"II*\x00", TIFF},
		{"MM\x00*", TIFF},

		{"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + pad, AnimatedWebP},
		{ftyp("avif", "mif1"), AVIF},
		{ftyp("avis", "msf1"), AVIF},
		{ftyp("mif1", "mif1", "avif", "miaf"), AVIF},
		{ftyp("heic", "mif1", "heic"), HEIC},
		{ftyp("mif1", "mif1", "heic"), HEIC},
		{ftyp("msf1", "hevc"), HEIC},
		{ftyp("mif1"), HEIF},
		{ftyp("vvic", "mif1"), HEIF},
		{ftyp("1234", "mif1"), HEIF},
		{"\x00\x00\x00\x1cftypheic" + pad, HEIC},
		{"\x00\x00\x00\x1cftypmif1", HEIF},
		{ftyp("isom", "iso2", "avc1", "mp41"), MP4},
		{ftyp("mp42", "heic"), MP4}, // a film, with a picture in it
		{ftyp("3gp5"), MP4},
		{ftyp("qt  "), QuickTime},
		{ftyp("M4A "), Audio},
		{ftyp("crx "), CameraRaw},
		{ftyp("1234", "5678"), ISOMedia},
		{"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", QuickTime},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04", WebM},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", Matroska},
		{"RIFF\x04\x00\x00\x00AVI LIST", AVI},
		{"RIFF\x04\x00\x00\x00WAVEfmt ", Audio},
		{"ID3\x03\x00", Audio},
		{"OggS\x00\x02", Ogg},
		{"\x00\x00\x01\xba\x44", MPEG},
		{strings.Repeat("G"+strings.Repeat("\x00", 187), 3), MPEG},
		{"FLV\x01\x05", FLV},
		{"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", ASF},

		{"\xff\x0a" + pad, JPEGXL},
		{"\x00\x00\x00\x0cJXL \r\n\x87\n", JPEGXL},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000},
		{"\xff\x4f\xff\x51\x00", JPEG2000},
		{"II\xbc\x01", JPEGXR},
		{"II+\x00\x08\x00", BigTIFF},
		{"II*\x00\x10\x00\x00\x00CR\x02\x00", CameraRaw},
		{"FUJIFILMCCD-RAW 0201", CameraRaw},
		{"\x00\x00\x01\x00" + pad, ICO},
		{"\x00\x00\x02\x00\x01\x00" + pad, ICO},
		{"icns\x00\x00", ICNS},
		{"8BPS\x00\x01", PSD},
		{"gimp xcf v011\x00", XCF},
		{"qoif\x00\x00\x00\x10", QOI},
		{"\x76\x2f\x31\x01\x02\x00", OpenEXR},
		{"#?RADIANCE\n", RadianceHDR},
		{"P6\n640 480\n255\n", PNM},
		{"P5 #made by hand\n1 1 255 ", PNM},
		{"P7\nWIDTH 1\n", PNM},
		{"\x01\x00\x00\x00" + pad + pad[:16] + " EMF", WMF},
		{"%PDF-1.7", PDF},
		{"%!PS-Adobe-3.0 EPSF-3.0", PostScript},

		{"<svg xmlns='http://www.w3.org/2000/svg'/>", SVG},
		{"\xef\xbb\xbf\r\n<?xml version='1.0'?>\n<!-- made by hand -->\n<SVG>", SVG},
		{"<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x' [<!ENTITY a 'b'>]><svg>", SVG},
		{"<!-- a\n<html> in a comment -->\n<svg:svg xmlns:svg='x'>", SVG},
		{"<?xml version='1.0'?><?xml-stylesheet href='a'?><svg\n", SVG},
		{utf16Of(binary.LittleEndian, "<?xml version='1.0' encoding='UTF-16'?><svg>"), SVG},
		{utf16Of(binary.BigEndian, "<svg>"), SVG},
		{"<svg><title>na\xefve, in Latin-1</title>", SVG},
		{" <!DOCTYPE html><svg>", HTML},
		{"<!doctype HTML>", HTML},
		{"<html>", HTML},
		{"<html lang=en><head>", HTML},
		{"<!-- saved from url --><html>", HTML},
		{"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", HTML},
		{"<script>alert(1)</script>", HTML},
		{"<p>Not found</p>", HTML},
		{"<?xml version='1.0'?><rss/>", XML},
		{"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>AccessDenied</Code>", XML},
		{"<?xml version='1.0'?><!-- " + long + long, XML},
		{"<a:feed xmlns:a='svg'>", XML},
		{`{"error": "not found"}`, JSON},
		{" [1, 2.5, null, \"<svg>\"]\n", JSON},
		{`{"a": [` + strings.Repeat(`{"b": "ä"}, `, 1000), JSON},
		{"[]", JSON},
		{"{not JSON}", Text},
		{"[draft] notes", Text},
		{"plain text about <svg", Text},
		{"BM the letters alone, not a header", Text},
		{"GIF of a cat", Text},
		{"the wide river", Text},
		{"why ftypisom?", Text},
		{"GGG", Text},
		{"P6 is not a picture", Text},
		{"Größe: 5 × 3", Text},
		{"<3", Text},
		{long, Text},
		{"a" + long, Text},
		{"aa" + long, Text},
		{" \n", Text},
		{utf16Of(binary.LittleEndian, "Größe: 𝄞"), Text},
		{utf16Of(binary.BigEndian, "a𝄞")[:6], Text},
		{"version https://git-lfs.github.com/spec/v1\noid sha256:00", LFS},
		{"\x1f\x8b\x08", Gzip},
		{"PK\x03\x04\x14\x00", Zip},
		{"7z\xbc\xaf\x27\x1c", Archive},
		{"BZh91AY&SY", Archive},
		{"wOF2\x00\x01", Font},

		{"", Unknown},
		{"\xff\xd8", Unknown},
		{"\x89PNG", Unknown},
		{"RIFF\x04\x00\x00\x00????", Unknown},
		{"\x00\x00\x00\x1cftyp", Unknown},
		{"\x1a\x45\xdf\xa3", Unknown},
		{pad, Unknown},
		{"text\x00with a zero", Unknown},
		{"na\xefve, in Latin-1", Unknown},
		{"\xff\xfe\x00\xd8\x00\xd8\x00\xd8", Unknown},
		{strings.Repeat("\x00\xff\xfe\xfd", 2000), Unknown},
	}
}

func TestSniff(t *testing.T) {
	seen := map[Format]bool{}
	for _, tt := range sniffTests() {
		seen[tt.want] = true
		format, err := sniff([]byte(tt.data))
		checkSniffed(t, tt.data, format, err)
		var unsupported UnsupportedError
		errors.As(err, &unsupported)
		if format != tt.want && unsupported.Format != tt.want {
			t.Errorf("%.60q: %q, %v; want %q", tt.data, format, err, tt.want)
		}
		if format == tt.want {
			continue
		}
		if _, err := Inspect(t.Context(), Bytes(tt.data)); err != error(unsupported) {
			t.Errorf("Inspect of %.60q: %v", tt.data, err)
		}
		// No more than the first bytes are asked for, whatever follows.
		more := &pieces{data: append([]byte(tt.data), make([]byte, 1<<20)...), size: always(1)}
		if _, err := Inspect(t.Context(), more); err == nil || more.asked > sniffed {
			t.Errorf("%.60q in a large file: %v, %d bytes asked for", tt.data, err, more.asked)
		}
	}
	for f := range names {
		if !seen[f] && f != APNG && f != DjVu {
			t.Errorf("no test of %s", f)
		}
	}
}

// checkSniffed wants a format that is resized, or the error of one that is not.
func checkSniffed(t *testing.T, data string, format Format, err error) {
	t.Helper()
	read := map[Format]bool{JPEG: true, PNG: true, GIF: true, WebP: true, BMP: true, TIFF: true}
	var unsupported UnsupportedError
	switch {
	case err == nil && read[format]:
	case format == "" && errors.As(err, &unsupported) && !read[unsupported.Format] &&
		unsupported.Format != "" && unsupported.Name == unsupported.Format.Name() && unsupported.Name != "":
	default:
		t.Errorf("%.60q: %q, %#v", data, format, err)
	}
}

func TestUnsupportedSays(t *testing.T) {
	for data, want := range map[string]string{
		ftyp("heic"):       "HEIC is not resized",
		ftyp("avif"):       "AVIF is not resized",
		"<svg>":            "SVG is not resized",
		"\xff\x0a":         "JPEG XL is not resized",
		"%PDF-1.4":         "PDF is not resized",
		"Hello, world":     "plain text is not resized",
		"\x00\x00\x00\x00": "an unknown format is not resized",
	} {
		if _, err := sniff([]byte(data)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", data, err, want)
		}
	}
}

func TestLimitSays(t *testing.T) {
	for want, limit := range map[string]LimitError{
		"60 × 1200 × 900 pixels, more than 50000000":      {What: "pixels", Got: 60 * 1200 * 900, Max: 50_000_000, Info: Info{GIF, 1200, 900, 60}},
		"12000 × 9000 pixels, more than 50000000":         {What: "pixels", Got: 12000 * 9000, Max: 50_000_000, Info: Info{PNG, 12000, 9000, 1}},
		"resizing takes 70 bytes of memory, more than 69": {What: "memory", Got: 70, Max: 69},
	} {
		if got := limit.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	animated := gifOf(t, 0, 4, scene(20, 10), scene(20, 10), scene(20, 10))
	req := request(5, 5)
	req.Limits.Pixels = 599
	if _, err := Resize(t.Context(), Bytes(animated), req); err == nil || err.Error() != "3 × 20 × 10 pixels, more than 599" {
		t.Error(err)
	}
}

// FuzzSniff: whatever follows the first bytes makes no difference.
func FuzzSniff(f *testing.F) {
	for _, tt := range sniffTests() {
		f.Add([]byte(tt.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2*sniffed {
			return
		}
		format, err := sniff(data)
		checkSniffed(t, string(data), format, err)
		if len(data) < sniffed {
			return
		}
		first, firstErr := sniff(data[:sniffed])
		more, moreErr := sniff(append(data, "<svg>{}\xff\xfe"...))
		if first != format || more != format || firstErr != err || moreErr != err {
			t.Errorf("%q or %q or %q, by what follows", format, first, more)
		}
	})
}
