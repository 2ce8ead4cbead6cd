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

// Format is a file format: of pictures that can be resized, of pictures that cannot,
// and of other files that are found under a picture's name. Logs print it unchanged.
type Format = pic.Format

// The formats that can be read or written.
const (
	JPEG = pic.JPEG
	PNG  = pic.PNG
	GIF  = pic.GIF
	WebP = pic.WebP
	BMP  = pic.BMP
	TIFF = pic.TIFF
	AVIF = pic.AVIF
)

// room is a row of the table: what a format's package can do.
type room struct {
	format Format
	// is reports whether start, the first bytes of a file, at most sniffed of them,
	// belong to the format. open reads the headers. Both are nil if the format is not
	// read.
	is   func(start []byte) bool
	open func(ctx context.Context, source pic.Source) (pic.Picture, error)
	// encoder writes the format, or is nil; animates says whether it writes animations
	// too.
	encoder  pic.Encoder
	animates bool
	// yields says whether the encoder can also write shorter data that looks worse.
	yields bool
	// keeps says whether buffers are kept from one original of the format to the next.
	// That is worth the memory for formats that are frequent.
	keeps bool
	// slow says whether the encoder takes many times as long as the others. A slow
	// encoder gets a share of the time, so that some is left for the next format, and
	// its variant is compared with the next format's.
	slow bool
}

// table lists the formats that are read or written.
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

// Written returns the formats that a variant can have.
func Written() []Format {
	var names []Format
	for _, r := range formats {
		if r.encoder != nil {
			names = append(names, r.format)
		}
	}
	return names
}

// writer returns the room that writes a format; false if there is none, or if h is an
// animation and the room writes only stills.
func (t table) writer(name Format, h pic.Header) (room, bool) {
	for _, r := range t {
		if r.format == name && r.encoder != nil && (h.Frames == 1 || r.animates) {
			return r, true
		}
	}
	return room{}, false
}
