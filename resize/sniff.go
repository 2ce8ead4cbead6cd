package resize

import (
	"encoding/binary"
	"strings"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// sniffed is how many of an original's first bytes are read, and waited for, to
// recognise its format.
const sniffed = 4096

// sniff returns the format of a file whose format is not read, by its first bytes.
func sniff(start []byte) Format {
	f := formatBySignature(start)
	if f == "" {
		f = isoMediaFormat(start)
	}
	if f == "" {
		f = formatByLayout(start)
	}
	if f == "" {
		f = textFormat(start, len(start) >= sniffed)
	}
	return f
}

// signatures lists what files begin with and, if part is set, what follows at the
// offset at. The first match counts.
var signatures = []struct {
	start  string
	at     int
	part   string
	format Format
}{
	{start: "II*\x00", at: 8, part: "CR", format: pic.CameraRaw}, // Canon's
	{start: "II+\x00", format: pic.BigTIFF},
	{start: "MM\x00+", format: pic.BigTIFF},
	{start: "II\xbc\x01", format: pic.JPEGXR},
	{start: "\xff\x0a", format: pic.JPEGXL},
	{start: "\x00\x00\x00\x0cJXL \r\n\x87\n", format: pic.JPEGXL},
	{start: "\x00\x00\x00\x0cjP  \r\n\x87\n", format: pic.JPEG2000},
	{start: "\xff\x4f\xff\x51", format: pic.JPEG2000},
	{start: "IIRO", format: pic.CameraRaw}, // Olympus'
	{start: "IIRS", format: pic.CameraRaw},
	{start: "MMOR", format: pic.CameraRaw},
	{start: "IIU\x00", format: pic.CameraRaw}, // Panasonic's
	{start: "FUJIFILMCCD-RAW", format: pic.CameraRaw},
	{start: "FOVb", format: pic.CameraRaw}, // Sigma's
	{start: "8BPS", format: pic.PSD},
	{start: "gimp xcf", format: pic.XCF},
	{start: "\x00\x00\x01\x00", format: pic.ICO},
	{start: "\x00\x00\x02\x00", format: pic.ICO},
	{start: "icns", format: pic.ICNS},
	{start: "\x76\x2f\x31\x01", format: pic.OpenEXR},
	{start: "#?RADIANCE", format: pic.RadianceHDR},
	{start: "#?RGBE", format: pic.RadianceHDR},
	{start: "DDS ", format: pic.DDS},
	{start: "\xabKTX ", format: pic.KTX},
	{start: "qoif", format: pic.QOI},
	{start: "FLIF", format: pic.FLIF},
	{start: "BPG\xfb", format: pic.BPG},
	{start: "\x8aMNG\r\n\x1a\n", format: pic.MNG},
	{start: "\x8bJNG\r\n\x1a\n", format: pic.MNG},
	{start: "SIMPLE  = ", format: pic.FITS},
	{start: "\x0a\x05\x01", format: pic.PCX},
	{start: "AT&TFORM", format: pic.DjVu},
	{start: "\xd7\xcd\xc6\x9a", format: pic.WMF},
	{start: "\x01\x00\x00\x00", at: 40, part: " EMF", format: pic.WMF},
	{start: "%!PS", format: pic.PostScript},
	{start: "\xc5\xd0\xd3\xc6", format: pic.PostScript},
	{start: "%PDF-", format: pic.PDF},

	{start: "RIFF", at: 8, part: "AVI ", format: pic.AVI},
	{start: "RIFF", at: 8, part: "WAVE", format: pic.Audio},
	{start: "OggS", format: pic.Ogg},
	{start: "\x00\x00\x01\xba", format: pic.MPEG},
	{start: "\x00\x00\x01\xb3", format: pic.MPEG},
	{start: "FLV\x01", format: pic.FLV},
	{start: "\x30\x26\xb2\x75\x8e\x66\xcf\x11", format: pic.ASF},
	{start: "ID3", format: pic.Audio},
	{start: "\xff\xfb", format: pic.Audio},
	{start: "fLaC", format: pic.Audio},

	{start: "PK\x03\x04", format: pic.Zip},
	{start: "\x1f\x8b", format: pic.Gzip},
	{start: "BZh", at: 4, part: "1AY&SY", format: pic.Archive},
	{start: "\x28\xb5\x2f\xfd", format: pic.Archive},
	{start: "\xfd7zXZ\x00", format: pic.Archive},
	{start: "7z\xbc\xaf\x27\x1c", format: pic.Archive},
	{start: "Rar!\x1a\x07", format: pic.Archive},
	{start: "wOFF", format: pic.Font},
	{start: "wOF2", format: pic.Font},
	{start: "OTTO\x00", format: pic.Font},
	{start: "\x00\x01\x00\x00\x00", format: pic.Font},
	{start: "version https://git-lfs.github.com/spec/", format: pic.LFS},
}

// formatBySignature returns the format whose signature data has, or "".
func formatBySignature(data []byte) Format {
	text := string(data[:min(len(data), 512)])
	for _, s := range signatures {
		if strings.HasPrefix(text, s.start) && len(text) >= s.at && strings.HasPrefix(text[s.at:], s.part) {
			return s.format
		}
	}
	return ""
}

// formatByLayout returns the format of files whose signature is too short to rely on,
// or "".
func formatByLayout(data []byte) Format {
	switch {
	case len(data) > 3 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' && isSpace(data[2]) &&
		(data[3] == '#' || data[3] == 'W' || data[3] >= '0' && data[3] <= '9'):
		return pic.PNM
	case len(data) > 2*188 && data[0] == 'G' && data[188] == 'G' && data[2*188] == 'G':
		return pic.MPEG // the packets of a transport stream (ISO/IEC 13818-1, 2.4.3.2)
	case len(data) > 4 && string(data[:4]) == "\x1a\x45\xdf\xa3":
		return ebmlFormat(data)
	}
	return ""
}

// ebmlFormat distinguishes WebM from Matroska by the document type in the header (RFC
// 8794, section 11.2.5).
func ebmlFormat(data []byte) Format {
	const docType = "\x42\x82\x84webm" // its ID, its length and the text
	if strings.Contains(string(data[:min(len(data), 100)]), docType) {
		return pic.WebM
	}
	return pic.Matroska
}

// isoMediaFormat returns the format of an ISO base media file (ISO/IEC 14496-12, 4.3)
// by its brands: the major one and, if that says little, those it is compatible with.
// Other data gives "".
func isoMediaFormat(data []byte) Format {
	if len(data) < 12 || min(data[0], data[1], data[2], data[3]) >= '\t' {
		return "" // too short, or text: these bytes would be letters and not a length
	}
	switch string(data[4:8]) {
	case "ftyp":
	case "moov", "mdat", "wide", "pnot", "skip":
		return pic.QuickTime // files from before there were brands
	default:
		return ""
	}
	end := min(int64(binary.BigEndian.Uint32(data)), int64(len(data)))
	major := brandFormat(string(data[8:12]))
	if major != pic.HEIF && major != pic.ISOMedia {
		return major
	}
	for at := int64(16); at+4 <= end; at += 4 {
		switch f := brandFormat(string(data[at : at+4])); f {
		case pic.HEIC, pic.AVIF:
			return f
		case pic.HEIF:
			major = pic.HEIF
		}
	}
	return major
}

// brandFormat returns the format that a brand stands for (ISO/IEC 23008-12, annex
// B; AV1 Image File Format, section 6; the registry at mp4ra.org).
func brandFormat(brand string) Format {
	switch brand {
	case "avif", "avis", "avio":
		return pic.AVIF
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
		return pic.HEIC
	case "mif1", "mif2", "mif3", "msf1", "miaf", "1pic", "jpeg", "jpgs", "j2ki", "j2is", "vvic", "vvis", "evbi", "evbs":
		return pic.HEIF
	case "crx ":
		return pic.CameraRaw // Canon's
	case "qt  ":
		return pic.QuickTime
	case "M4A ", "M4B ", "M4P ":
		return pic.Audio
	case "avc1", "mmp4", "dash", "MSNV":
		return pic.MP4
	}
	switch brand[:3] {
	case "iso", "mp4", "M4V", "3gp", "3g2", "f4v", "cmf":
		return pic.MP4
	}
	return pic.ISOMedia
}
