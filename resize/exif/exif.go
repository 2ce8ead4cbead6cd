// Package exif reads the orientation of Exif data, and the directory of a TIFF
// structure, which Exif data and TIFF files have.
package exif

import (
	"bytes"
	"encoding/binary"
)

// Field types and the tag of the orientation, TIFF 6.0 pages 15 and 36, Exif 2.32
// section 4.6.4.
const (
	Byte      = 1
	Short     = 3
	Long      = 4
	Undefined = 7

	TagOrientation = 0x0112
)

// Header precedes the TIFF structure in a JPEG's APP1 (Exif 2.32, 4.7.2),
// and by mistake in some WebP and PNG files.
var Header = []byte("Exif\x00\x00")

// Orientation returns the orientation in the first directory of Exif data, 1 to 8; 1 if
// there is none or the data is broken. The data may begin with [Header].
func Orientation(tiff []byte) int {
	dir, ok := Parse(bytes.TrimPrefix(tiff, Header))
	if !ok {
		return 1
	}
	o, ok := dir.short(TagOrientation)
	if !ok || o < 1 || o > 8 {
		return 1
	}
	return int(o)
}

// IFD is the first image file directory of a TIFF structure. It follows no pointers
// except to the data of its own fields.
type IFD struct {
	order   binary.ByteOrder
	tiff    []byte // the whole structure; offsets count from its start
	entries []byte // 12 bytes each
}

// Parse finds the first directory of a TIFF structure. Of a directory that is cut off,
// it keeps the whole entries.
func Parse(tiff []byte) (IFD, bool) {
	if len(tiff) < 8 {
		return IFD{}, false
	}
	d := IFD{tiff: tiff}
	switch string(tiff[:4]) {
	case "II*\x00":
		d.order = binary.LittleEndian
	case "MM\x00*":
		d.order = binary.BigEndian
	default:
		return IFD{}, false
	}
	start := uint64(d.order.Uint32(tiff[4:]))
	if start+2 > uint64(len(tiff)) {
		return IFD{}, false
	}
	d.entries = tiff[start+2:]
	size := 12 * int(d.order.Uint16(tiff[start:]))
	d.entries = d.entries[:min(size, len(d.entries)/12*12)]
	return d, true
}

// Field returns the data of a tag's field, its type and the number of values.
func (d IFD) Field(tag uint16) (data []byte, typ uint16, count uint32, ok bool) {
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

// fieldSize returns the number of bytes of a value, 0 for types not read here.
func fieldSize(typ uint16) uint64 {
	switch typ {
	case Byte, Undefined:
		return 1
	case Short:
		return 2
	case Long:
		return 4
	}
	return 0
}

// short returns the value of a tag with one SHORT.
func (d IFD) short(tag uint16) (uint16, bool) {
	data, typ, count, ok := d.Field(tag)
	if !ok || typ != Short || count != 1 {
		return 0, false
	}
	return d.order.Uint16(data), true
}

// Number returns the first value of a tag with BYTEs, SHORTs or LONGs, or def if there
// is none.
func (d IFD) Number(tag uint16, def uint32) uint32 {
	data, typ, _, ok := d.Field(tag)
	switch {
	case ok && typ == Byte:
		return uint32(data[0])
	case ok && typ == Short:
		return uint32(d.order.Uint16(data))
	case ok && typ == Long:
		return d.order.Uint32(data)
	}
	return def
}
