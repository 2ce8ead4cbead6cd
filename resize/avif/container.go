package avif

import "github.com/edgeresize/edgeresize/resize/avif/av1"

// file is the content of an AVIF.
type file struct {
	width, height int // pixels
	picture       av1.Stream
	alpha         *av1.Stream // nil where the picture is opaque
	cicp          av1.Color   // of the picture; its stream has the same
	profile       []byte      // ICC, or nil
}

// Item IDs.
const (
	pictureItem = 1
	alphaItem   = 2
)

// The highest levels of AV1 (AV1, A.3) that AVIF's profiles allow.
const (
	level51 = 13
	level60 = 16
)

// alphaType marks an auxiliary picture as alpha (MIAF, 7.3.5.2).
const alphaType = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"

// append appends the file to out: its type, the items' metadata, and their data. Alpha's
// data comes first, so that a picture shown while it arrives has its alpha.
func (f *file) append(out []byte) []byte {
	b := boxes{out: out}
	f.fileType(&b)
	meta := b.beginFull("meta", 0, 0)
	handler(&b)
	b.full("pitm", 0, 0, 0, pictureItem)
	offsets := f.locations(&b)
	f.items(&b)
	f.properties(&b)
	b.end(meta)

	data := b.begin("mdat")
	if f.alpha != nil {
		b.patch(offsets[alphaItem-1])
		b.out = append(b.out, f.alpha.Data...)
	}
	b.patch(offsets[pictureItem-1])
	b.out = append(b.out, f.picture.Data...)
	b.end(data)
	return b.out
}

// length returns how many bytes append appends.
func (f *file) length() int {
	bare := *f
	n := len(f.profile)
	if bare.profile != nil {
		bare.profile = []byte{}
	}
	n += len(f.picture.Data)
	bare.picture.Data = nil
	if f.alpha != nil {
		alpha := *f.alpha
		n += len(alpha.Data)
		alpha.Data = nil
		bare.alpha = &alpha
	}
	return n + len(bare.append(make([]byte, 0, mostBoxes)))
}

// mostBoxes is more than the bytes of all boxes without the profile and the streams.
const mostBoxes = 512

// fileType writes the file type, with the AVIF profile that the file conforms to (AVIF,
// "Brands" and "Profiles").
func (f *file) fileType(b *boxes) {
	box := b.begin("ftyp")
	b.text("avif\x00\x00\x00\x00" + "avifmif1miaf")
	level := f.picture.Level
	if f.alpha != nil {
		level = max(level, f.alpha.Level)
	}
	switch {
	case f.picture.Profile == 0 && level <= level51:
		b.text("MA1B")
	case f.picture.Profile == 1 && level <= level60:
		b.text("MA1A")
	}
	b.end(box)
}

// handler writes that items are pictures (HEIF, 6.2).
func handler(b *boxes) {
	box := b.beginFull("hdlr", 0, 0)
	b.text("\x00\x00\x00\x00" + "pict")
	b.out = append(b.out, make([]byte, 3*4+1)...) // reserved, and no name
	b.end(box)
}

// locations writes where the items' data is (ISO/IEC 14496-12, 8.11.3), with 0 for their
// offsets from the start of the file. It returns where in b.out those offsets stand.
func (f *file) locations(b *boxes) (offsets [2]int) {
	box := b.beginFull("iloc", 0, 0)
	b.bytes(0x44, 0) // offsets and lengths of 4 bytes, no base
	streams := f.streams()
	b.uint16(len(streams))
	for i, s := range streams {
		b.uint16(i + 1)
		b.uint16(0) // in this file
		b.uint16(1) // piece
		offsets[i] = len(b.out)
		b.uint32(0)
		b.uint32(len(s.Data))
	}
	b.end(box)
	return offsets
}

// streams returns the items' streams, in the items' order.
func (f *file) streams() []av1.Stream {
	if f.alpha == nil {
		return []av1.Stream{f.picture}
	}
	return []av1.Stream{f.picture, *f.alpha}
}

// items writes the list of items (14496-12, 8.11.6) and which item alpha belongs to
// (8.11.12).
func (f *file) items(b *boxes) {
	n := len(f.streams())
	list := b.beginFull("iinf", 0, 0)
	b.uint16(n)
	for i := range n {
		item := b.beginFull("infe", 2, 0)
		b.uint16(i + 1)
		b.uint16(0) // not protected
		b.text("av01\x00")
		b.end(item)
	}
	b.end(list)
	if f.alpha == nil {
		return
	}
	references := b.beginFull("iref", 0, 0)
	auxiliary := b.begin("auxl")
	b.uint16(alphaItem)
	b.uint16(1)
	b.uint16(pictureItem)
	b.end(auxiliary)
	b.end(references)
}

// properties writes the items' properties, and which of them each item has (HEIF, 9.3).
func (f *file) properties(b *boxes) {
	box := b.begin("iprp")
	container := b.begin("ipco")
	next := byte(1)
	var associated [2][]byte
	associate := func(item int, flags byte) {
		associated[item-1] = append(associated[item-1], next|flags)
	}
	const essential = 0x80

	associate(pictureItem, 0)
	if f.alpha != nil {
		associate(alphaItem, 0)
	}
	size := b.beginFull("ispe", 0, 0)
	b.uint32(f.width)
	b.uint32(f.height)
	b.end(size)
	next++
	for i, s := range f.streams() {
		associate(i+1, 0)
		channels(b, &s)
		next++
		associate(i+1, essential)
		configuration(b, &s)
		next++
	}
	if f.profile != nil {
		associate(pictureItem, 0)
		colour := b.begin("colr")
		b.text("prof")
		b.out = append(b.out, f.profile...)
		b.end(colour)
		next++
	}
	associate(pictureItem, 0)
	f.codePoints(b)
	next++
	if f.alpha != nil {
		associate(alphaItem, 0)
		auxiliary := b.beginFull("auxC", 0, 0)
		b.text(alphaType + "\x00")
		b.end(auxiliary)
	}
	b.end(container)

	association := b.beginFull("ipma", 0, 0)
	b.uint32(len(f.streams()))
	for i := range f.streams() {
		b.uint16(i + 1)
		b.bytes(byte(len(associated[i])))
		b.bytes(associated[i]...)
	}
	b.end(association)
	b.end(box)
}

// codePoints writes the colours' code points, with full range (14496-12, 12.1.5).
func (f *file) codePoints(b *boxes) {
	box := b.begin("colr")
	b.text("nclx")
	b.uint16(int(f.cicp.Primaries))
	b.uint16(int(f.cicp.Transfer))
	b.uint16(int(f.cicp.Matrix))
	b.bytes(0x80)
	b.end(box)
}

// channels writes the number of channels, of 8 bits each (HEIF, 6.5.6).
func channels(b *boxes, s *av1.Stream) {
	box := b.beginFull("pixi", 0, 0)
	if s.Monochrome {
		b.bytes(1, 8)
	} else {
		b.bytes(3, 8, 8, 8)
	}
	b.end(box)
}

// configuration writes the fields of a stream's sequence header (AV1 in ISOBMFF, 2.3). It
// leaves out the header itself, as AVIF, 2.2.1, advises.
func configuration(b *boxes, s *av1.Stream) {
	const markerAndVersion = 0x81
	box := b.begin("av1C")
	var sampling byte
	if s.Monochrome {
		sampling |= 1 << 4
	}
	if s.Monochrome || s.Subsampled {
		sampling |= 1<<3 | 1<<2
	}
	b.bytes(markerAndVersion, byte(s.Profile<<5|s.Level), sampling, 0)
	b.end(box)
}
