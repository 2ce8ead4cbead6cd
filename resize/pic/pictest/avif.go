package pictest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// AVIF is the content of an AVIF of one picture.
type AVIF struct {
	Brands          string // the compatible ones
	Width, Height   int    // pixels
	Picture, Alpha  AV1    // Alpha is zero if there is none
	Profile         []byte // ICC
	PictureProperty []string
	AlphaProperty   []string
}

// ParseAVIF reads an AVIF as this project writes them: a picture of one item, and
// optionally an item of its alpha. It accepts only the boxes that such a file needs, in
// the order of ISO/IEC 14496-12 and 23008-12, and no byte that belongs to none of them.
func ParseAVIF(data []byte) (a AVIF, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	file := &avifReader{data: data}
	p := avifParser{whole: data, all: &a}
	p.fileType(file.box("ftyp"))
	meta := file.box("meta").full(0)
	mdat := file.box("mdat")
	file.done()
	p.meta(meta)
	covered := len(p.extents[1]) + len(p.extents[2])
	if covered != len(mdat.data) {
		panic(fmt.Sprintf("%d bytes of items in %d of mdat", covered, len(mdat.data)))
	}
	for i, item := range []*AV1{&a.Picture, &a.Alpha}[:p.items] {
		p.item(i+1, item)
	}
	return a, p.agree()
}

type avifParser struct {
	whole      []byte
	all        *AVIF
	items      int
	extents    [3][]byte // by item
	properties []avifProperty
	of         [3][]int // the properties of each item
}

type avifProperty struct {
	kind string
	body *avifReader
	used int
}

func (p *avifParser) fileType(b *avifReader) {
	if major := b.text(4); major != "avif" || b.number(4) != 0 {
		panic("ftyp of " + major)
	}
	p.all.Brands = string(b.data)
}

func (p *avifParser) meta(b *avifReader) {
	handler := b.box("hdlr").full(0)
	if handler.number(4) != 0 || handler.text(4) != "pict" || !bytes.Equal(handler.data, make([]byte, 13)) {
		panic("hdlr is not of pictures")
	}
	primary := b.box("pitm").full(0)
	if primary.number(2) != 1 {
		panic("the primary item is not the first")
	}
	primary.done()
	p.locations(b.box("iloc").full(0))
	p.infos(b.box("iinf").full(0))
	if p.items == 2 {
		list := b.box("iref").full(0)
		reference := list.box("auxl")
		list.done()
		if reference.number(2) != 2 || reference.number(2) != 1 || reference.number(2) != 1 {
			panic("alpha is not of the picture")
		}
		reference.done()
	}
	properties := b.box("iprp")
	b.done()
	container := properties.box("ipco")
	for len(container.data) > 0 {
		kind, body := container.next()
		p.properties = append(p.properties, avifProperty{kind: kind, body: body})
	}
	p.associations(properties.box("ipma").full(0))
	properties.done()
}

func (p *avifParser) locations(b *avifReader) {
	if b.number(2) != 0x4400 {
		panic("iloc: sizes")
	}
	p.items = b.number(2)
	for id := 1; id <= p.items; id++ {
		if b.number(2) != id || b.number(2) != 0 || b.number(2) != 1 {
			panic("iloc: an item in several pieces or elsewhere")
		}
		offset := b.number(4)
		p.extents[id] = p.whole[offset:][:b.number(4)]
	}
	b.done()
}

func (p *avifParser) infos(b *avifReader) {
	if n := b.number(2); n != p.items {
		panic(fmt.Sprintf("iinf of %d items, iloc of %d", n, p.items))
	}
	for id := 1; id <= p.items; id++ {
		info := b.box("infe").full(2)
		if info.number(2) != id || info.number(2) != 0 || info.text(5) != "av01\x00" {
			panic("infe is not of AV1")
		}
		info.done()
	}
	b.done()
}

func (p *avifParser) associations(b *avifReader) {
	if n := b.number(4); n != p.items {
		panic("ipma: number of items")
	}
	for id := 1; id <= p.items; id++ {
		if b.number(2) != id {
			panic("ipma: order")
		}
		for range b.number(1) {
			v := b.number(1)
			property := &p.properties[v&0x7f-1]
			property.used++
			if v&0x80 != 0 != (property.kind == "av1C") {
				panic(property.kind + ": essential or not")
			}
			p.of[id] = append(p.of[id], v&0x7f-1)
		}
	}
	b.done()
	for _, property := range p.properties {
		if property.used == 0 {
			panic(property.kind + " is nobody's")
		}
	}
}

// item reads the data and the properties of the item id.
func (p *avifParser) item(id int, item *AV1) {
	*item = parseAV1(p.extents[id])
	names := &p.all.PictureProperty
	if id == 2 {
		names = &p.all.AlphaProperty
	}
	for _, i := range p.of[id] {
		property := p.properties[i]
		b := &avifReader{property.kind, property.body.data}
		name := property.kind
		switch property.kind {
		case "ispe":
			b = b.full(0)
			p.all.Width, p.all.Height = b.number(4), b.number(4)
		case "pixi":
			b = b.full(0)
			n := b.number(1)
			if n != item.Channels() || b.text(n) != "\x08\x08\x08"[:n] {
				panic("pixi: not the stream's channels")
			}
		case "av1C":
			want := []byte{0x81, byte(item.Profile<<5 | item.Level), 0, 0}
			if item.Monochrome {
				want[2] |= 0x10
			}
			if item.Subsampled || item.Monochrome {
				want[2] |= 0x0c
			}
			if got := b.text(4); got != string(want) {
				panic(fmt.Sprintf("av1C is %x, of a stream of %x", got, want))
			}
		case "colr":
			kind := b.text(4)
			name += " " + kind
			if kind == "prof" {
				p.all.Profile, b.data = b.data, nil
				break
			}
			if kind != "nclx" || [3]int{b.number(2), b.number(2), b.number(2)} != item.CodePoints || b.number(1) != 0x80 {
				panic("colr: not the stream's")
			}
		case "auxC":
			b = b.full(0)
			if b.text(len(b.data)) != "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\x00" {
				panic("auxC: not of alpha")
			}
		default:
			panic("property " + property.kind)
		}
		b.done()
		*names = append(*names, name)
	}
}

// agree returns an error if streams and properties disagree about the size or the
// alpha.
func (p *avifParser) agree() error {
	a := p.all
	if a.Picture.Width != a.Width || a.Picture.Height != a.Height {
		return fmt.Errorf("ispe of %dx%d, a stream of %dx%d", a.Width, a.Height, a.Picture.Width, a.Picture.Height)
	}
	if p.items == 2 && (a.Alpha.Width != a.Width || a.Alpha.Height != a.Height || !a.Alpha.Monochrome) {
		return fmt.Errorf("alpha of %+v", a.Alpha)
	}
	if !a.Picture.FullRange || p.items == 2 && !a.Alpha.FullRange {
		return errors.New("not of full range")
	}
	return nil
}

// avifReader reads the rest of a box. It panics if the box is too short.
type avifReader struct {
	kind string
	data []byte
}

func (b *avifReader) text(n int) string {
	if n > len(b.data) {
		panic(b.kind + " is too short")
	}
	s := string(b.data[:n])
	b.data = b.data[n:]
	return s
}

func (b *avifReader) number(n int) int {
	var v [8]byte
	copy(v[8-n:], b.text(n))
	return int(binary.BigEndian.Uint64(v[:]))
}

// next returns the next box in b.
func (b *avifReader) next() (kind string, body *avifReader) {
	n := b.number(4)
	kind = b.text(4)
	return kind, &avifReader{kind, []byte(b.text(n - 8))}
}

// box returns the next box, and panics if its type is not want.
func (b *avifReader) box(want string) *avifReader {
	kind, body := b.next()
	if kind != want {
		panic(kind + " in place of " + want)
	}
	return body
}

// full returns the body of a full box, and panics unless it has the version given and
// no flags.
func (b *avifReader) full(version int) *avifReader {
	if v := b.number(4); v != version<<24 {
		panic(fmt.Sprintf("%s of version and flags %x", b.kind, v))
	}
	return b
}

func (b *avifReader) done() {
	if len(b.data) > 0 {
		panic(fmt.Sprintf("%d bytes too many in %s", len(b.data), b.kind))
	}
}
