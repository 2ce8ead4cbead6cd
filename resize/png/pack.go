package png

import (
	"context"
	"image"
)

// The efforts to choose from. Searching for matches takes ten times as long as
// everything else together.
var (
	plain    = effort{depth: 0, passes: 0}
	runs     = effort{depth: 0, passes: 1}
	search   = effort{depth: 2, passes: 1}
	thorough = effort{depth: 4, passes: 1}
	// deep takes no longer if only the beginnings of pixels are searched.
	deep = effort{depth: 12, passes: 1}
)

// The samples that show how a picture packs best are bands of its rows, evenly spread.
// Small ones distinguish noise from repetitions; long ones show what the rows of a
// drawing repeat.
var (
	smallSample = sample{bands: 8, bytes: 48 << 10}
	longSample  = sample{bands: 2, bytes: 96 << 10}
)

// pack returns the pixels of img in kind k as a zlib stream. The noise of a photograph
// does not repeat, so a search for matches would be in vain; and the filters that suit
// noise hide the repetitions of a drawing. So it uses the strategy and effort that pack
// a sample best. The error is [pic.ErrNoFit] if the result has more than maxBytes,
// unless maxBytes is 0.
func (p *packer) pack(ctx context.Context, img *image.NRGBA, k *kind, maxBytes int) ([]byte, error) {
	s, e := p.choose(img, k)
	return p.deflate(ctx, filterRows(img, k, s, whole(img)), e, maxBytes)
}

// choose returns how to filter and to pack a picture.
func (p *packer) choose(img *image.NRGBA, k *kind) (strategy, effort) {
	if k.palette != nil || k.depth < 8 {
		return noFilter, thorough
	}
	rows := filterRows(img, k, fewestPairs, smallSample.of(img, k))
	coded, repeats := p.estimate(rows, plain), p.estimate(rows, runs)
	searched := repeats
	if repeats >= coded*5/8 && p.parser.finder.saves(rows, coded) > coded/100 { // much quicker than a search
		searched = p.estimate(rows, search)
	}
	switch {
	case min(repeats, searched) < coded*5/8: // a drawing
	case repeats < coded-coded/100 && searched > repeats-repeats/50:
		return leastBits, runs
	case searched > coded-coded/50:
		return leastBits, plain
	default: // a photograph
		return fewestPairs, search
	}
	return p.suited(img, k)
}

// suited returns the strategy and effort that suit a drawing. In a drawing whole pixels
// repeat, so if they have several samples, matches are searched only where pixels
// begin.
func (p *packer) suited(img *image.NRGBA, k *kind) (strategy, effort) {
	tried, e := search, thorough
	if pixel := samples(k.colourType); pixel > 1 {
		e = deep
		e.row, e.pixel = 1+k.rowBytes(img.Rect.Dx()), pixel
		tried = e
	}
	bands := longSample.of(img, k)
	if p.estimate(filterRows(img, k, noFilter, bands), tried) < p.estimate(filterRows(img, k, fewestPairs, bands), search) {
		return noFilter, e
	}
	return fewestPairs, e
}

// band is the range of rows [from, to).
type band struct{ from, to int }

func whole(img *image.NRGBA) []band { return []band{{0, img.Rect.Dy()}} }

// sample says how many bands stand for a picture, and about how many bytes they have
// together.
type sample struct{ bands, bytes int }

// of returns the bands of a picture, or all rows if that is not much more.
func (s sample) of(img *image.NRGBA, k *kind) []band {
	height, row := img.Rect.Dy(), 1+k.rowBytes(img.Rect.Dx())
	rows := max(1, s.bytes/s.bands/row)
	if height <= 2*s.bands*rows {
		return whole(img)
	}
	var bands []band
	for i := range s.bands {
		from := i * (height - rows) / (s.bands - 1)
		bands = append(bands, band{from, from + rows})
	}
	return bands
}

// filterRows returns the rows of the bands of img in kind k, each after the number of
// its filter.
func filterRows(img *image.NRGBA, k *kind, s strategy, bands []band) []byte {
	n := k.rowBytes(img.Rect.Dx())
	rows := 0
	for _, b := range bands {
		rows += b.to - b.from
	}
	out := make([]byte, 0, rows*(n+1))
	row, above := make([]byte, n), make([]byte, n)
	pack := func(dst []byte, y int) { k.pack(dst, img.Pix[y*img.Stride:][:4*img.Rect.Dx()]) }
	f := newFilterer(n, samples(k.colourType), s)
	for _, b := range bands {
		if b.from > 0 {
			pack(above, b.from-1)
		}
		for y := b.from; y < b.to; y++ {
			pack(row, y)
			out = f.append(out, row, above)
			row, above = above, row
		}
	}
	return out
}
