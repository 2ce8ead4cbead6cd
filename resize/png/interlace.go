package png

// pass is a pass of an interlaced picture: the pixels from x, y on, dx and dy apart
// (PNG third edition, 8.1).
type pass struct{ x, y, dx, dy int }

var passes = [...]pass{
	{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
}

// size returns the width and height of the pass in pixels, for a picture of width ×
// height. If either is 0, the pass has no rows.
func (p pass) size(width, height int) (w, h int) {
	return (width - p.x + p.dx - 1) / p.dx, (height - p.y + p.dy - 1) / p.dy
}

// readPasses reads all pixels of an interlaced picture. Each pass is stored like a
// picture of its own (PNG third edition, 8.1 and 9.1). It checks the context at every
// row, since its callers cannot until it is done.
func (r *rows) readPasses() error {
	r.whole = make([]byte, r.width*r.height*r.channels)
	for _, p := range passes {
		w, h := p.size(r.width, r.height)
		if w == 0 || h == 0 {
			continue
		}
		r.beginPass(w)
		for y := range h {
			if err := r.chunks.ctx.Err(); err != nil {
				return passed{err}
			}
			row, err := r.readStored()
			if err != nil {
				return err
			}
			at := (p.y+y*p.dy)*r.width + p.x
			scatter(r.whole[at*r.channels:], row, r.channels, p.dx)
		}
	}
	return nil
}

// beginPass prepares for rows of width pixels. The row above the first is zeros.
func (r *rows) beginPass(width int) {
	n := r.rowBytes(width)
	r.stored, r.above = r.stored[:n], r.above[:n]
	clear(r.stored)
	if r.expanded != nil {
		r.expanded = r.expanded[:width*r.channels]
	}
}

// scatter copies the pixels of row, of n samples each, to every step-th pixel of dst.
func scatter(dst, row []byte, n, step int) {
	if step == 1 {
		copy(dst, row)
		return
	}
	for at := 0; len(row) > 0; at += n * step {
		copy(dst[at:at+n], row[:n])
		row = row[n:]
	}
}
