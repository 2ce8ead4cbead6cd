package webp

import "image"

// isDrawn reports whether lossless data of a picture may be shorter than lossy data: where
// it looks drawn, or has few colours and most pixels are like those before them, as
// screenshots that are not made smaller.
func isDrawn(img *image.NRGBA) bool {
	if looksDrawn(img, img.Rect) {
		return true
	}
	const few, part = 1024, 8 // in 8 pixels one is not like that before it
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
			// 0 is of no pixel, or of one that nobody sees.
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

// looksDrawn reports whether lossless data of a part of a picture may be shorter than
// lossy data: where nearly all pixels are like those before them, or there are few. What
// was drawn and then made smaller has soft edges, of which lossy data has a third of the
// bytes.
func looksDrawn(img *image.NRGBA, r image.Rectangle) bool { return repeats(img, r) >= 0.95 }

// looksFilmed reports whether a part of a frame is of a film, and not drawn: of GIFs that
// were made smaller, screens, drawings and pixel art have at least 0.35 of pixels that are
// like those before them, and films at most 0.04.
func looksFilmed(img *image.NRGBA, r image.Rectangle) bool { return repeats(img, r) < 0.2 }

// repeats returns which part of the pixels of a part of a picture are like those before them,
// 1 where there are few.
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
