package metric

import "math"

var neighbourhood = gaussian(2.7)

// busy returns how much changes around each pixel: fast changes of brightness and of
// red against green.
func (b *bands) busy() field {
	const gain, bias = 6.19424080439, 6.19424080439 * 12.61050594197
	much := newField(b.high[0].w, b.high[0].h)
	for i := range much.pix {
		x := 2.5 * float64(b.finest[0].pix[i]+b.high[0].pix[i])
		y := 0.4 * float64(b.finest[1].pix[i]+b.high[1].pix[i])
		much.pix[i] = float32(math.Sqrt(gain*math.Hypot(x, y)+bias) - math.Sqrt(bias))
	}
	return neighbourhood.within(&much)
}

// masks returns the factors for differences where an original changes as much as busy
// says: in detail, and in areas.
func masks(busy *field) (ac, dc field) {
	ac, dc = newField(busy.w, busy.h), newField(busy.w, busy.h)
	const good = 17.83 * 0.79079917404 // a difference that is hardly visible
	square := func(v float64) float32 { return float32(v * v) }
	for y := range busy.h {
		for x := range busy.w {
			v := float64(busy.quiet(x, y))
			i := y*busy.w + x
			ac.pix[i] = square((1 + 2.5485944793/(0.451936922203*v+0.829591754942)) / good)
			dc.pix[i] = square((1 + 0.505054525019/(3.87449418804*v+0.20025578522)) / good)
		}
	}
	return ac, dc
}

// quiet returns the weighted mean of the three least of a number and of those three
// pixels away from it; the least weighs most. So differences beside an edge count as in
// the quiet area.
func (f *field) quiet(x, y int) float32 {
	const away = 3
	own := f.pix[y*f.w+x]
	least := [3]float32{own, 2 * own, 2 * own}
	for dy := -away; dy <= away; dy += away {
		for dx := -away; dx <= away; dx += away {
			x, y := x+dx, y+dy
			if dx == 0 && dy == 0 || x < 0 || y < 0 || x >= f.w || y >= f.h {
				continue
			}
			v := f.pix[y*f.w+x]
			switch {
			case v < least[0]:
				least = [3]float32{v, least[0], least[1]}
			case v < least[1]:
				least = [3]float32{least[0], v, least[1]}
			case v < least[2]:
				least[2] = v
			}
		}
	}
	return 0.45*least[0] + 0.3*least[1] + 0.25*least[2]
}
