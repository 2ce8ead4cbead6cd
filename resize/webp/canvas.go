package webp

import (
	"image"
	"image/color"
	"io"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/plane"
)

// newCanvas returns the canvas before the first frame.
func newCanvas(w, h int) *image.NRGBA { return image.NewNRGBA(image.Rect(0, 0, w, h)) }

// whole returns the view of a whole picture in its own size.
func whole(w, h int) pic.View {
	return pic.View{Window: plane.Window{X1: float64(w), Y1: float64(h)}, Width: w, Height: h}
}

// draw draws a picture of r's size on the part r of a canvas, over what is there
// if over is set, else in its place. Rows must have four samples a pixel. Errors
// are those of the rows.
func draw(canvas *image.NRGBA, r image.Rectangle, f *pic.Frame, over bool) error {
	part := canvas.SubImage(r).(*image.NRGBA)
	if f.Planes != nil {
		drawPlanes(part, f.Planes.Planes)
		return nil
	}
	for y := 0; ; y++ {
		row, err := f.Rows.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		to := part.Pix[y*part.Stride:][:4*r.Dx()]
		if over {
			blend(to, row)
		} else {
			copy(to, row)
		}
	}
}

// drawPlanes draws planes of 4:2:0 on the whole canvas.
func drawPlanes(canvas *image.NRGBA, planes []plane.Plane) {
	luma, cb, cr := planes[0], planes[1], planes[2]
	for y := range luma.Height {
		row := canvas.Pix[y*canvas.Stride:][:4*luma.Width]
		levels := luma.Pix[y*luma.Stride:][:luma.Width]
		blue, red := cb.Pix[y/2*cb.Stride:], cr.Pix[y/2*cr.Stride:]
		for x, v := range levels {
			p := row[4*x:][:4:4]
			p[0], p[1], p[2] = color.YCbCrToRGB(v, blue[x/2], red[x/2])
			p[3] = 255
		}
	}
}

// blend draws the pixels of row over those of to (RFC 9649 section 2.7.1.1,
// "Alpha-blending").
func blend(to, row []uint8) {
	for ; len(row) >= 4; to, row = to[4:], row[4:] {
		switch d, s := to[:4:4], row[:4:4]; s[3] {
		case 0:
		case 255:
			copy(d, s)
		default:
			ours := 255 * uint32(s[3])
			theirs := uint32(d[3]) * (255 - uint32(s[3]))
			all := ours + theirs
			for c := range 3 {
				d[c] = uint8((uint32(s[c])*ours + uint32(d[c])*theirs + all/2) / all)
			}
			d[3] = uint8((all + 127) / 255)
		}
	}
}

// clearRect makes the pixels of img within r transparent.
func clearRect(img *image.NRGBA, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(img.Pix[img.PixOffset(r.Min.X, y):][:4*r.Dx()])
	}
}
