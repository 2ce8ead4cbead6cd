package gif

import "image"

// palette is a colour table whose last colour is transparent.
type palette struct {
	*nearestColour
	transparent uint8
	errors      squaredErrors // of the frame that it was made for
}

// squaredErrors adds up how far pixels are from the colours that they get.
type squaredErrors struct{ sum, pixels int }

// newPalette returns the palette of at most n colours, and transparency, that suits
// pixels of the given colours, of which the order changes.
func newPalette(colours []colour, n int) *palette {
	chosen := quantise(colours, n)
	return &palette{nearestColour: newNearest(chosen), transparent: uint8(len(chosen))}
}

// apply finds the nearest colour of each pixel of frame that changed, and returns
// how far all are from theirs.
func (p *palette) apply(indices []uint8, frame *image.NRGBA, changed []bool) squaredErrors {
	var errors squaredErrors
	last, index, distance := uint32(usedSlot), uint8(0), 0
	for i, change := range changed {
		if !change {
			continue
		}
		px := frame.Pix[4*i : 4*i+4 : 4*i+4]
		if c := packRGB(px[0], px[1], px[2]); c != last {
			last, index = c, p.index(px[0], px[1], px[2])
			distance = squaredError(p.colours[index], px[0], px[1], px[2])
		}
		indices[i] = index
		errors.sum += distance
		errors.pixels++
	}
	return errors
}

const (
	// tableWorth is how much squared error, summed up over a frame, a colour
	// table of its own must save.
	tableWorth = 60_000
	// seenError is the squared error of a pixel, the sum of its three samples,
	// that may be seen.
	seenError = 16
)

// suits reports whether a palette that makes such errors of a frame need not be
// replaced: it is nearly as good as for the frame that it was made for, or the
// difference is not seen and not worth a colour table. Frames that share a
// palette flicker less, too.
func (p *palette) suits(e squaredErrors) bool {
	usual := e.pixels * p.errors.sum / max(1, p.errors.pixels)
	excess := e.sum - usual - usual/4
	return excess <= max(e.pixels, min(tableWorth, seenError*e.pixels))
}
