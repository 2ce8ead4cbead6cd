package webp

import "image"

// isDrawn reports whether lossless data of a picture may be shorter than lossy
// data: if it looks drawn, or if it has few colours and most pixels are like the
// one before, as in screenshots that are not made smaller.
func isDrawn(img *image.NRGBA) bool {
	if looksDrawn(img, img.Rect) {
		return true
	}
	const few, part = 1024, 8 // at most one pixel in part differs from the one before
	table := make([]uint32, 4*few)
	colours, changes := 0, 0
	most := img.Rect.Dx() * img.Rect.Dy() / part
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:][:4*img.Rect.Dx()]
		last := uint32(0)
		for ; len(row) >= 4; row = row[4:] {
			c := uint32(row[0]) | uint32(row[1])<<8 | uint32(row[2])<<16 | uint32(row[3])<<24
			if c == last {
				continue
			}
			last = c
			if changes++; changes > most {
				return false
			}
			// 0 marks a free slot; it is also the colour of an invisible pixel.
			i := c * 2654435769 >> 20
			for table[i] != c && table[i] != 0 {
				i = (i + 1) % (4 * few)
			}
			if table[i] == 0 && c != 0 {
				table[i] = c
				if colours++; colours > few {
					return false
				}
			}
		}
	}
	return true
}

// looksDrawn reports whether lossless data of a part of a picture may be shorter
// than lossy data: if nearly all pixels are like the one before, or if there are
// few. A drawing that was made smaller has soft edges; lossy data takes a third
// of the bytes for those.
func looksDrawn(img *image.NRGBA, r image.Rectangle) bool { return repeats(img, r) >= 0.95 }

// looksFilmed reports whether a part of a frame is filmed and not drawn. In GIFs
// that were made smaller, at least 0.35 of the pixels of screens, drawings and
// pixel art are like the one before; of films, at most 0.04.
func looksFilmed(img *image.NRGBA, r image.Rectangle) bool { return repeats(img, r) < 0.2 }

// repeats returns which part of the pixels of r are like the one before; 1 if r
// has few.
func repeats(img *image.NRGBA, r image.Rectangle) float64 {
	const few = 32 * 32
	if r.Dx()*r.Dy() <= few {
		return 1
	}
	same, all := 0, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):][:4*r.Dx()]
		for ; len(row) >= 8; row = row[4:] {
			all++
			if [4]uint8(row) == [4]uint8(row[4:]) {
				same++
			}
		}
	}
	return float64(same) / float64(max(1, all))
}
