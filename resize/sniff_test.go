package resize

import (
	"encoding/binary"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// ftyp returns the beginning of an ISO base media file.
func ftyp(major string, compatible ...string) string {
	body := "ftyp" + major + "\x00\x00\x00\x00" + strings.Join(compatible, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))) + body + "\x00\x00\x00\x08free"
}

// utf16Of encodes text in UTF-16 behind its mark.
func utf16Of(order binary.AppendByteOrder, text string) string {
	b := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// sniffTests returns beginnings of files of every format.
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
		{"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + pad, WebP},
		{"BM" + pad[:12] + "\x28\x00\x00\x00", BMP},
		{"II*\x00", TIFF},
		{"MM\x00*", TIFF},

		{ftyp("avif", "mif1"), pic.AVIF},
		{ftyp("avis", "msf1"), pic.AVIF},
		{ftyp("mif1", "mif1", "avif", "miaf"), pic.AVIF},
		{ftyp("heic", "mif1", "heic"), pic.HEIC},
		{ftyp("mif1", "mif1", "heic"), pic.HEIC},
		{ftyp("msf1", "hevc"), pic.HEIC},
		{ftyp("mif1"), pic.HEIF},
		{ftyp("vvic", "mif1"), pic.HEIF},
		{ftyp("1234", "mif1"), pic.HEIF},
		{"\x00\x00\x00\x1cftypheic" + pad, pic.HEIC},
		{"\x00\x00\x00\x1cftypmif1", pic.HEIF},
		{ftyp("isom", "iso2", "avc1", "mp41"), pic.MP4},
		{ftyp("mp42", "heic"), pic.MP4}, // a film that contains a picture
		{ftyp("3gp5"), pic.MP4},
		{ftyp("qt  "), pic.QuickTime},
		{ftyp("M4A "), pic.Audio},
		{ftyp("crx "), pic.CameraRaw},
		{ftyp("1234", "5678"), pic.ISOMedia},
		{"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", pic.QuickTime},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04", pic.WebM},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", pic.Matroska},
		{"RIFF\x04\x00\x00\x00AVI LIST", pic.AVI},
		{"RIFF\x04\x00\x00\x00WAVEfmt ", pic.Audio},
		{"ID3\x03\x00", pic.Audio},
		{"OggS\x00\x02", pic.Ogg},
		{"\x00\x00\x01\xba\x44", pic.MPEG},
		{strings.Repeat("G"+strings.Repeat("\x00", 187), 3), pic.MPEG},
		{"FLV\x01\x05", pic.FLV},
		{"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", pic.ASF},

		{"\xff\x0a" + pad, pic.JPEGXL},
		{"\x00\x00\x00\x0cJXL \r\n\x87\n", pic.JPEGXL},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n", pic.JPEG2000},
		{"\xff\x4f\xff\x51\x00", pic.JPEG2000},
		{"II\xbc\x01", pic.JPEGXR},
		{"II+\x00\x08\x00", pic.BigTIFF},
		{"II*\x00\x10\x00\x00\x00CR\x02\x00", pic.CameraRaw},
		{"FUJIFILMCCD-RAW 0201", pic.CameraRaw},
		{"\x00\x00\x01\x00" + pad, pic.ICO},
		{"\x00\x00\x02\x00\x01\x00" + pad, pic.ICO},
		{"icns\x00\x00", pic.ICNS},
		{"8BPS\x00\x01", pic.PSD},
		{"gimp xcf v011\x00", pic.XCF},
		{"qoif\x00\x00\x00\x10", pic.QOI},
		{"DDS \x7c\x00\x00\x00", pic.DDS},
		{"\xabKTX 20\xbb\r\n\x1a\n", pic.KTX},
		{"FLIF31\x00", pic.FLIF},
		{"BPG\xfb\x00", pic.BPG},
		{"\x8aMNG\r\n\x1a\n", pic.MNG},
		{"\x8bJNG\r\n\x1a\n", pic.MNG},
		{"\x0a\x05\x01\x08", pic.PCX},
		{"SIMPLE  =                    T", pic.FITS},
		{"AT&TFORM\x00\x00\x00\x10DJVU", pic.DjVu},
		{"\x76\x2f\x31\x01\x02\x00", pic.OpenEXR},
		{"#?RADIANCE\n", pic.RadianceHDR},
		{"P6\n640 480\n255\n", pic.PNM},
		{"P5 #made by hand\n1 1 255 ", pic.PNM},
		{"P7\nWIDTH 1\n", pic.PNM},
		{"\x01\x00\x00\x00" + pad + pad[:16] + " EMF", pic.WMF},
		{"%PDF-1.7", pic.PDF},
		{"%!PS-Adobe-3.0 EPSF-3.0", pic.PostScript},

		{"<svg xmlns='http://www.w3.org/2000/svg'/>", pic.SVG},
		{"\xef\xbb\xbf\r\n<?xml version='1.0'?>\n<!-- made by hand -->\n<SVG>", pic.SVG},
		{"<?xml version='1.0'?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x' [<!ENTITY a 'b'>]><svg>", pic.SVG},
		{"<!-- a\n<html> in a comment -->\n<svg:svg xmlns:svg='x'>", pic.SVG},
		{"<?xml version='1.0'?><?xml-stylesheet href='a'?><svg\n", pic.SVG},
		{utf16Of(binary.LittleEndian, "<?xml version='1.0' encoding='UTF-16'?><svg>"), pic.SVG},
		{utf16Of(binary.BigEndian, "<svg>"), pic.SVG},
		{"<svg><title>na\xefve, in Latin-1</title>", pic.SVG},
		{" <!DOCTYPE html><svg>", pic.HTML},
		{"<!doctype HTML>", pic.HTML},
		{"<html>", pic.HTML},
		{"<html lang=en><head>", pic.HTML},
		{"<!-- saved from url --><html>", pic.HTML},
		{"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", pic.HTML},
		{"<script>alert(1)</script>", pic.HTML},
		{"<p>Not found</p>", pic.HTML},
		{"<?xml version='1.0'?><rss/>", pic.XML},
		{"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>AccessDenied</Code>", pic.XML},
		{"<?xml version='1.0'?><!-- " + long + long, pic.XML},
		{"<a:feed xmlns:a='svg'>", pic.XML},
		{`{"error": "not found"}`, pic.JSON},
		{" [1, 2.5, null, \"<svg>\"]\n", pic.JSON},
		{`{"a": [` + strings.Repeat(`{"b": "ä"}, `, 1000), pic.JSON},
		{"[]", pic.JSON},
		{"{not JSON}", pic.Text},
		{"[draft] notes", pic.Text},
		{"plain text about <svg", pic.Text},
		{"BM the letters alone, not a header", pic.Text},
		{"GIF of a cat", pic.Text},
		{"the wide river", pic.Text},
		{"why ftypisom?", pic.Text},
		{"GGG", pic.Text},
		{"P6 is not a picture", pic.Text},
		{"Größe: 5 × 3", pic.Text},
		{"<3", pic.Text},
		{long, pic.Text},
		{"a" + long, pic.Text},
		{"aa" + long, pic.Text},
		{" \n", pic.Text},
		{utf16Of(binary.LittleEndian, "Größe: 𝄞"), pic.Text},
		{utf16Of(binary.BigEndian, "a𝄞")[:6], pic.Text},
		{"version https://git-lfs.github.com/spec/v1\noid sha256:00", pic.LFS},
		{"\x1f\x8b\x08", pic.Gzip},
		{"PK\x03\x04\x14\x00", pic.Zip},
		{"7z\xbc\xaf\x27\x1c", pic.Archive},
		{"BZh91AY&SY", pic.Archive},
		{"wOF2\x00\x01", pic.Font},

		{"", pic.Unknown},
		{"\xff\xd8", pic.Unknown},
		{"\x89PNG", pic.Unknown},
		{"RIFF\x04\x00\x00\x00????", pic.Unknown},
		{"\x00\x00\x00\x1cftyp", pic.Unknown},
		{"\x1a\x45\xdf\xa3", pic.Unknown},
		{pad, pic.Unknown},
		{"text\x00with a zero", pic.Unknown},
		{"na\xefve, in Latin-1", pic.Unknown},
		{"\xff\xfe\x00\xd8\x00\xd8\x00\xd8", pic.Unknown},
		{strings.Repeat("\x00\xff\xfe\xfd", 2000), pic.Unknown},
	}
}

func TestSniff(t *testing.T) {
	seen := map[Format]bool{}
	for _, tt := range sniffTests() {
		seen[tt.want] = true
		_, err := Open(t.Context(), Bytes(tt.data))
		var unsupported UnsupportedError
		if !errors.As(err, &unsupported) {
			if got := formatOf([]byte(tt.data)); got != tt.want {
				t.Errorf("%.60q: %q, want %q", tt.data, got, tt.want)
			}
			continue
		}
		if unsupported != (UnsupportedError{Format: tt.want, Name: tt.want.Name()}) || unsupported.Name == "" {
			t.Errorf("%.60q: %#v, want %q", tt.data, err, tt.want)
		}
		// Only the first bytes are asked for, whatever follows.
		more := &pictest.Pieces{Data: append([]byte(tt.data), make([]byte, 1<<20)...), Size: pictest.Always(1)}
		if _, err := Inspect(t.Context(), more); err == nil || more.Asked > sniffed {
			t.Errorf("%.60q in a large file: %v, %d bytes asked for", tt.data, err, more.Asked)
		}
	}
	for _, f := range declaredFormats(t) {
		if !seen[f] && f != pic.APNG {
			t.Errorf("no test of %s", f)
		}
	}
}

// declaredFormats returns every format that package pic has a constant for.
func declaredFormats(t *testing.T) []Format {
	t.Helper()
	source, err := os.ReadFile("pic/format.go")
	if err != nil {
		t.Fatal(err)
	}
	var formats []Format
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +Format = "(.+?)"`).FindAllSubmatch(source, -1) {
		formats = append(formats, Format(m[1]))
	}
	if len(formats) < 50 {
		t.Fatalf("%d formats", len(formats))
	}
	return formats
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
		if _, err := Open(t.Context(), Bytes(data)); err == nil || err.Error() != want {
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
	animated := gifOf(t, pictest.Scene(20, 10), pictest.Scene(20, 10), pictest.Scene(20, 10))
	req := request(5, 5)
	req.Limits.Pixels = 599
	if _, err := Resize(t.Context(), Bytes(animated), req); err == nil || err.Error() != "3 × 20 × 10 pixels, more than 599" {
		t.Error(err)
	}
}

// FuzzSniff: what follows the first bytes makes no difference.
func FuzzSniff(f *testing.F) {
	for _, tt := range sniffTests() {
		f.Add([]byte(tt.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2*sniffed {
			return
		}
		format := formatOf(data)
		if format == "" || format.Name() == "" {
			t.Errorf("%q", format)
		}
		if len(data) < sniffed {
			return
		}
		if more := formatOf(append(data, "<svg>{}\xff\xfe"...)); more != format || formatOf(data[:sniffed]) != format {
			t.Errorf("%q or %q, by what follows", format, more)
		}
	})
}
