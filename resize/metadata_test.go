package resize_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// part is a segment, chunk or block of a picture file.
type part struct {
	name string
	body []byte
}

// allowed lists the parts that a variant may consist of: pixels, their coding and their
// colours. Anything else would be metadata.
var allowed = map[resize.Format][]string{
	resize.JPEG: {"JFIF", "ICC_PROFILE", "DQT", "SOF", "DHT", "DRI", "SOS"},
	resize.PNG:  {"IHDR", "iCCP", "sRGB", "gAMA", "cHRM", "cICP", "PLTE", "tRNS", "IDAT", "IEND"},
	resize.GIF:  {"frame", "control", "NETSCAPE2.0"},
	resize.WebP: {"VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"},
}

// private lists metadata that originals of testdata carry and no variant may.
var private = []string{"Exif\x00\x00", "edgeresize testdata", "adobe:ns:meta", "taken at home", "a comment"}

// checkMetadata checks that a variant has its original's ICC profile, if that is to be
// kept, and no metadata.
func checkMetadata(t *testing.T, o original, data []byte, v *resize.Variant) {
	t.Helper()
	parts := partsOf(t, v.Format, v.Data)
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
		if !slices.Contains(allowed[v.Format], p.name) {
			t.Errorf("holds a part %q", p.name)
		}
	}
	profile := profileOf(t, v.Format, parts)
	rest := bytes.ReplaceAll(v.Data, profile, nil)
	for _, s := range private {
		if bytes.Contains(rest, []byte(s)) {
			t.Errorf("holds %q", s)
		}
	}
	switch {
	case !o.profile && profile != nil:
		t.Errorf("holds an ICC profile of %d bytes", len(profile))
	case o.profile && !bytes.Equal(profile, wantProfile(t, o, data)):
		t.Errorf("holds an ICC profile of %d bytes that is not the original's", len(profile))
	}
	if o.name == "png-gamma.png" && !(slices.Contains(names, "gAMA") && slices.Contains(names, "cHRM")) {
		t.Errorf("consists of %q, want gAMA and cHRM as in the original", names)
	}
}

// wantProfile returns the ICC profile of an original.
func wantProfile(t *testing.T, o original, data []byte) []byte {
	t.Helper()
	switch f := o.info.Format; f {
	case resize.JPEG, resize.PNG:
		return profileOf(t, f, partsOf(t, f, data))
	}
	// All others of testdata hold this one, uncompressed.
	png := read(t, "png-icc.png")
	profile := profileOf(t, resize.PNG, partsOf(t, resize.PNG, png))
	if !bytes.Contains(data, profile) {
		t.Fatalf("%s does not hold the ICC profile of png-icc.png", o.name)
	}
	return profile
}

// profileOf returns the ICC profile that a file's parts hold, or nil.
func profileOf(t *testing.T, f resize.Format, parts []part) []byte {
	t.Helper()
	pieces := map[byte][]byte{}
	for _, p := range parts {
		switch p.name {
		case "ICC_PROFILE": // name, number, count (ICC.1:2022, B.4)
			pieces[p.body[12]] = p.body[14:]
		case "ICCP":
			return p.body
		case "iCCP": // name, method 0, zlib (PNG specification, 11.3.2.3)
			_, packed, _ := bytes.Cut(p.body, []byte{0})
			z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
			if err != nil {
				t.Fatal(err)
			}
			profile, err := io.ReadAll(z)
			if err != nil {
				t.Fatal(err)
			}
			return profile
		}
	}
	var profile []byte
	for i := range len(pieces) {
		profile = append(profile, pieces[byte(i+1)]...)
	}
	return profile
}

// partsOf splits a file into its parts, and fails if anything follows its end.
func partsOf(t *testing.T, f resize.Format, data []byte) []part {
	t.Helper()
	switch f {
	case resize.JPEG:
		return jpegParts(t, data)
	case resize.PNG:
		return pngParts(t, data)
	case resize.GIF:
		return gifParts(t, data)
	case resize.WebP:
		return webpParts(t, data)
	}
	t.Fatalf("no way to take a %s apart", f)
	return nil
}

// jpegParts returns the segments of a JPEG (ITU-T T.81, annex B).
func jpegParts(t *testing.T, data []byte) []part {
	t.Helper()
	var parts []part
	for i := 2; ; {
		if i+4 > len(data) {
			if !bytes.Equal(data[i:], []byte{0xff, 0xd9}) {
				t.Fatalf("JPEG ends with % x, not EOI", data[i:])
			}
			return parts
		}
		if data[i] != 0xff {
			t.Fatalf("no marker at %d", i)
		}
		size := int(binary.BigEndian.Uint16(data[i+2:]))
		p := part{jpegName(data[i+1], data[i+4:]), data[i+4 : i+2+size]}
		parts = append(parts, p)
		i += 2 + size
		for p.name == "SOS" && (data[i] != 0xff || data[i+1] == 0 || data[i+1]&0xf8 == 0xd0) {
			i++
		}
	}
}

func jpegName(marker byte, body []byte) string {
	switch {
	case marker == 0xc4:
		return "DHT"
	case marker >= 0xc0 && marker <= 0xcf:
		return "SOF"
	case marker == 0xda:
		return "SOS"
	case marker == 0xdb:
		return "DQT"
	case marker == 0xdd:
		return "DRI"
	case marker == 0xfe:
		return "COM"
	}
	name, _, _ := bytes.Cut(body, []byte{0})
	return string(name)
}

// pngParts returns the chunks of a PNG.
func pngParts(t *testing.T, data []byte) []part {
	t.Helper()
	var parts []part
	for rest := data[8:]; len(rest) > 0; {
		n := binary.BigEndian.Uint32(rest)
		parts = append(parts, part{string(rest[4:8]), rest[8 : 8+n]})
		rest = rest[12+n:]
	}
	if last := parts[len(parts)-1].name; last != "IEND" {
		t.Fatalf("PNG ends with %q", last)
	}
	return parts
}

// webpParts returns the chunks of a WebP (RFC 9649, section 2.3) and of its frames.
func webpParts(t *testing.T, data []byte) []part {
	t.Helper()
	var parts []part
	if n := binary.LittleEndian.Uint32(data[4:]); int(n) != len(data)-8 {
		t.Fatalf("WebP of %d bytes that says %d", len(data), n+8)
	}
	for rest := data[12:]; len(rest) > 0; {
		n := binary.LittleEndian.Uint32(rest[4:])
		p := part{string(rest[:4]), rest[8 : 8+n]}
		parts = append(parts, p)
		rest = rest[8+n+n%2:]
		if p.name == "ANMF" { // its chunks follow the frame's header
			parts, rest = parts[:len(parts)-1], append(slices.Clone(p.body[16:]), rest...)
		}
	}
	return parts
}

// gifParts returns the blocks of a GIF (GIF89a, sections 17 to 27).
func gifParts(t *testing.T, data []byte) []part {
	t.Helper()
	table := func(flags byte) int { // bytes of a colour table
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	var parts []part
	for i := 13 + table(data[10]); ; {
		name := "frame"
		switch data[i] {
		case 0x3b:
			if i+1 != len(data) {
				t.Fatalf("%d bytes behind the trailer", len(data)-i-1)
			}
			return parts
		case 0x2c:
			i += 10 + table(data[i+9]) + 1
		case 0x21:
			switch data[i+1] {
			case 0xf9:
				name = "control"
			case 0xff:
				name = string(data[i+3 : i+14])
			default:
				name = "extension"
			}
			i += 2
		default:
			t.Fatalf("block %#x", data[i])
		}
		for data[i] != 0 {
			i += 1 + int(data[i])
		}
		i++
		parts = append(parts, part{name: name})
	}
}
