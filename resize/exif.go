package resize

import (
	"bytes"
	"encoding/binary"
)

// Field types and tags, TIFF 6.0 pages 15 and 36, Exif 2.32 section 4.6.4.
const (
	tiffByte      = 1
	tiffShort     = 3
	tiffLong      = 4
	tiffUndefined = 7

	tagOrientation = 0x0112
)

// exifHeader precedes the TIFF structure in a JPEG's APP1 (Exif 2.32, 4.7.2),
// and by mistake in some WebP and PNG files.
var exifHeader = []byte("Exif\x00\x00")

// exifOrientation is the orientation that the first directory of Exif data
// names, 1 to 8; 1 if it names none or the data is broken.
func exifOrientation(tiff []byte) int {
	dir, ok := parseIFD(bytes.TrimPrefix(tiff, exifHeader))
	if !ok {
		return 1
	}
	o, ok := dir.short(tagOrientation)
	if !ok || o < 1 || o > 8 {
		return 1
	}
	return int(o)
}

// ifd is the first image file directory of a TIFF structure. Nothing that it
// points to is followed but the data of its own fields.
type ifd struct {
	order   binary.ByteOrder
	tiff    []byte // the whole structure; offsets count from its start
	entries []byte // 12 bytes each
}

// parseIFD finds the first directory of a TIFF structure. One that is cut off
// is taken as far as it goes.
func parseIFD(tiff []byte) (ifd, bool) {
	if len(tiff) < 8 {
		return ifd{}, false
	}
	d := ifd{tiff: tiff}
	switch string(tiff[:4]) {
	case "II*\x00":
		d.order = binary.LittleEndian
	case "MM\x00*":
		d.order = binary.BigEndian
	default:
		return ifd{}, false
	}
	start := uint64(d.order.Uint32(tiff[4:]))
	if start+2 > uint64(len(tiff)) {
		return ifd{}, false
	}
	d.entries = tiff[start+2:]
	size := 12 * int(d.order.Uint16(tiff[start:]))
	d.entries = d.entries[:min(size, len(d.entries)/12*12)]
	return d, true
}

// field is the data of a tag's field, its type and the number of values.
func (d ifd) field(tag uint16) (data []byte, typ uint16, count uint32, ok bool) {
	for e := d.entries; len(e) >= 12; e = e[12:] {
		if d.order.Uint16(e) != tag {
			continue
		}
		typ, count = d.order.Uint16(e[2:]), d.order.Uint32(e[4:])
		size := uint64(count) * fieldSize(typ)
		if size <= 4 {
			return e[8 : 8+size], typ, count, size > 0
		}
		start := uint64(d.order.Uint32(e[8:]))
		if start+size > uint64(len(d.tiff)) {
			return nil, 0, 0, false
		}
		return d.tiff[start : start+size], typ, count, true
	}
	return nil, 0, 0, false
}

// fieldSize is the number of bytes of a value, 0 for types not read here.
func fieldSize(typ uint16) uint64 {
	switch typ {
	case tiffByte, tiffUndefined:
		return 1
	case tiffShort:
		return 2
	case tiffLong:
		return 4
	}
	return 0
}

// short is the value of a tag with one SHORT.
func (d ifd) short(tag uint16) (uint16, bool) {
	data, typ, count, ok := d.field(tag)
	if !ok || typ != tiffShort || count != 1 {
		return 0, false
	}
	return d.order.Uint16(data), true
}

// number is the first value of a tag with BYTEs, SHORTs or LONGs, or def without
// one.
func (d ifd) number(tag uint16, def uint32) uint32 {
	data, typ, _, ok := d.field(tag)
	switch {
	case ok && typ == tiffByte:
		return uint32(data[0])
	case ok && typ == tiffShort:
		return uint32(d.order.Uint16(data))
	case ok && typ == tiffLong:
		return d.order.Uint32(data)
	}
	return def
}
