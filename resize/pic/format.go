package pic

import "strings"

// Format is a file format: of pictures that can be resized, of pictures that cannot,
// and of other files that are found under a picture's name. Logs print it unchanged.
type Format string

// The formats that are read. JPEG, PNG, GIF and WebP are also written, and so is AVIF.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
	BMP  Format = "bmp"
	TIFF Format = "tiff"
)

// Formats that are recognised, but not resized.
const (
	APNG        Format = "apng"
	HEIC        Format = "heic" // HEIF of HEVC
	HEIF        Format = "heif" // of anything else
	AVIF        Format = "avif"
	JPEGXL      Format = "jxl"
	JPEG2000    Format = "jp2"
	JPEGXR      Format = "jxr"
	BigTIFF     Format = "bigtiff"
	CameraRaw   Format = "raw"
	PSD         Format = "psd"
	XCF         Format = "xcf"
	ICO         Format = "ico" // and cursors
	ICNS        Format = "icns"
	OpenEXR     Format = "exr"
	RadianceHDR Format = "hdr"
	DDS         Format = "dds"
	KTX         Format = "ktx"
	QOI         Format = "qoi"
	FLIF        Format = "flif"
	BPG         Format = "bpg"
	MNG         Format = "mng" // and JNG
	PNM         Format = "pnm"
	PCX         Format = "pcx"
	FITS        Format = "fits"
	DjVu        Format = "djvu"
	SVG         Format = "svg"
	WMF         Format = "wmf" // and EMF
	PostScript  Format = "postscript"
	PDF         Format = "pdf"

	MP4       Format = "mp4"
	QuickTime Format = "mov"
	ISOMedia  Format = "iso-media" // any other kind
	WebM      Format = "webm"
	Matroska  Format = "mkv"
	AVI       Format = "avi"
	Ogg       Format = "ogg"
	MPEG      Format = "mpeg"
	FLV       Format = "flv"
	ASF       Format = "asf"
	Audio     Format = "audio"

	HTML    Format = "html"
	XML     Format = "xml"
	JSON    Format = "json"
	Text    Format = "text"
	LFS     Format = "git-lfs"
	Zip     Format = "zip"
	Gzip    Format = "gzip"
	Archive Format = "archive" // any other kind
	Font    Format = "font"

	Unknown Format = "unknown"
)

// names holds the formats in words, unless these are the upper case.
var names = map[Format]string{
	WebP:        "WebP",
	APNG:        "animated PNG",
	JPEGXL:      "JPEG XL",
	JPEG2000:    "JPEG 2000",
	JPEGXR:      "JPEG XR",
	BigTIFF:     "BigTIFF",
	CameraRaw:   "a camera's raw file",
	OpenEXR:     "OpenEXR",
	RadianceHDR: "Radiance HDR",
	DjVu:        "DjVu",
	PostScript:  "PostScript",
	QuickTime:   "QuickTime video",
	ISOMedia:    "video or another ISO media file",
	WebM:        "WebM video",
	MP4:         "MP4 video",
	Matroska:    "Matroska video",
	AVI:         "AVI video",
	Ogg:         "Ogg audio or video",
	MPEG:        "MPEG video",
	FLV:         "Flash video",
	ASF:         "Windows Media audio or video",
	Audio:       "audio",
	Text:        "plain text",
	LFS:         "a Git LFS pointer, which stands for a file",
	Zip:         "a ZIP archive",
	Gzip:        "gzip-compressed data",
	Archive:     "an archive",
	Font:        "a font",
	Unknown:     "an unknown format",
}

// Name returns f in words, such as "HEIC" or "animated PNG".
func (f Format) Name() string {
	if name, ok := names[f]; ok {
		return name
	}
	return strings.ToUpper(string(f))
}

// ContentType returns the media type of a format that is read or written, such as
// "image/jpeg".
func (f Format) ContentType() string { return "image/" + string(f) }
