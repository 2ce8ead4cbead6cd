package resize

import (
	"context"

	"github.com/edgeresize/edgeresize/resize/avif"
	"github.com/edgeresize/edgeresize/resize/bmp"
	"github.com/edgeresize/edgeresize/resize/gif"
	"github.com/edgeresize/edgeresize/resize/jpeg"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/png"
	"github.com/edgeresize/edgeresize/resize/tiff"
	"github.com/edgeresize/edgeresize/resize/webp"
)

// Format is a file format: of pictures that are resized, of those that are not,
// and of what else is found under a picture's name. Logs show it as it is.
type Format = pic.Format

// The formats of the table.
const (
	JPEG = pic.JPEG
	PNG  = pic.PNG
	GIF  = pic.GIF
	WebP = pic.WebP
	BMP  = pic.BMP
	TIFF = pic.TIFF
	AVIF = pic.AVIF
)

// room is what is known of a format.
type room struct {
	format Format
	// is reports whether a file that begins with start, at most sniffed bytes, is
	// of the format, and open reads its headers; nil where it is not read.
	is   func(start []byte) bool
	open func(ctx context.Context, source pic.Source) (pic.Picture, error)
	// encoder writes the format, animates says that it writes animations too; nil
	// where it is not written.
	encoder  pic.Encoder
	animates bool
	// yields says that the encoder has encodings that look worse and are shorter.
	yields bool
	// keeps says that buffers are kept from one original of the format to the next:
	// that is worth its memory where they come often.
	keeps bool
	// slow says that the encoder takes many times as long as any other: it gets a part
	// of the time, so that the next format is left some, and what it writes is held
	// against what that one writes.
	slow bool
}

// table is the formats that are read or written.
type table []room

var formats = table{
	{format: JPEG, is: jpeg.Is, open: jpeg.Open, encoder: jpeg.Encoder{}, yields: true, keeps: true},
	{format: PNG, is: png.Is, open: png.Open, encoder: png.Encoder{}},
	{format: GIF, is: gif.Is, open: gif.Open, encoder: gif.Encoder{}, animates: true, yields: true},
	{format: WebP, is: webp.Is, open: webp.Open, encoder: webp.Encoder{}, animates: true, yields: true, slow: true},
	{format: BMP, is: bmp.Is, open: bmp.Open},
	{format: TIFF, is: tiff.Is, open: tiff.Open},
	{format: AVIF, encoder: avif.Encoder{}, slow: true},
}

// Written returns the formats that a variant may have.
func Written() []Format {
	var names []Format
	for _, r := range formats {
		if r.encoder != nil {
			names = append(names, r.format)
		}
	}
	return names
}

// writer returns the room that writes a format; false where there is none, or it cannot
// write what h is about.
func (t table) writer(name Format, h pic.Header) (room, bool) {
	for _, r := range t {
		if r.format == name && r.encoder != nil && (h.Frames == 1 || r.animates) {
			return r, true
		}
	}
	return room{}, false
}
