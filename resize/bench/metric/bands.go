package metric

import "math"

// bands are the parts of a picture by how fast they change. Their components are the
// difference of red and green, brightness, and blue. finest and high have no blue.
type bands struct {
	finest, high [2]field
	middle, low  colours
}

// The sigmas of the Gaussians that separate the bands, in pixels, and that of the
// neighbourhood to which the eye adapts.
var (
	toLow      = gaussian(7.15593339443)
	toMiddle   = gaussian(3.22489901262)
	toHigh     = gaussian(1.56416327805)
	adaptation = gaussian(1.2)
)

// separate returns the bands of light.
func separate(light *colours) bands {
	adapted := adapt(light)
	var b bands
	b.middle = adapted
	for c := range adapted {
		b.low[c] = toLow.within(&adapted[c])
		b.middle[c] = adapted[c].minus(&b.low[c])
	}
	b.weighLow()
	for c := range b.middle {
		smooth := toMiddle.within(&b.middle[c])
		if c < len(b.high) {
			b.high[c] = b.middle[c].minus(&smooth)
		}
		b.middle[c] = smooth
	}
	b.middle[0].each(func(v float32) float32 { return shrink(v, 0.29) })
	b.middle[1].each(func(v float32) float32 { return stretch(v, 0.1) })
	// Where brightness changes, red and green are distinguished less.
	for i, y := range b.high[1].pix {
		const half = 46
		b.high[0].pix[i] *= 0.653020556257 + (1-0.653020556257)*half/(y*y+half)
	}
	b.separateFinest()
	return b
}

func (b *bands) separateFinest() {
	smooth := toHigh.within(&b.high[0])
	b.finest[0] = b.high[0].minus(&smooth)
	b.finest[0].each(func(v float32) float32 { return shrink(v, 0.04) })
	smooth.each(func(v float32) float32 { return shrink(v, 1.5) })
	b.high[0] = smooth

	smooth = toHigh.within(&b.high[1])
	smooth.each(func(v float32) float32 { return compress(v, 28.4691806922) })
	b.finest[1] = b.high[1].minus(&smooth)
	b.finest[1].each(func(v float32) float32 { return 2.69313763794 * compress(v, 5.19175294647) })
	smooth.each(func(v float32) float32 { return stretch(2.155*v, 0.132) })
	b.high[1] = smooth
}

// weighLow brings the components of low to one scale.
func (b *bands) weighLow() {
	for i := range b.low[0].pix {
		y := b.low[1].pix[i]
		b.low[0].pix[i] *= 33.832837186260
		b.low[1].pix[i] = 14.458268100570 * y
		b.low[2].pix[i] = 49.87984651440 * (b.low[2].pix[i] - 0.362267051518*y)
	}
}

// shrink moves v towards zero by width, but not beyond.
func shrink(v, width float32) float32 {
	switch {
	case v > width:
		return v - width
	case v < -width:
		return v + width
	}
	return 0
}

// stretch moves v away from zero by width, but at most doubles it.
func stretch(v, width float32) float32 {
	switch {
	case v > width:
		return v + width
	case v < -width:
		return v - width
	}
	return 2 * v
}

// compress flattens the growth of v beyond a limit.
func compress(v, limit float32) float32 {
	const slope = 0.724216145665
	switch {
	case v >= limit:
		return limit + slope*(v-limit)
	case v < -limit:
		return -limit + slope*(v+limit)
	}
	return v
}

// minus returns the differences of two fields.
func (f *field) minus(other *field) field {
	d := newField(f.w, f.h)
	for i, v := range f.pix {
		d.pix[i] = v - other.pix[i]
	}
	return d
}

// each replaces every number v with by(v).
func (f *field) each(by func(float32) float32) {
	for i, v := range f.pix {
		f.pix[i] = by(v)
	}
}

// nits is the brightness of light 1.
const nits = 80

// responses holds how three kinds of receptors respond to red, green, blue and
// darkness.
var responses = [3]response{
	{0.29956550340058319, 0.63373087833825936, 0.077705617820981968, 1.7557483643287353},
	{0.22158691104574774, 0.69391388044116142, 0.0987313588422, 1.7557483643287353},
	{0.02, 0.02, 0.20480129041026129, 12.226454707163354},
}

// adapt returns the eye's response to light: the brighter the surroundings of a pixel,
// the less sensitive the receptors are.
func adapt(light *colours) colours {
	var around colours
	for c := range light {
		around[c] = adaptation.within(&light[c])
	}
	seen := newColours(light[0].w, light[0].h)
	for i := range light[0].pix {
		var got [3]float32
		for k, r := range responses {
			mean := max(r.to(&around, i), r[3])
			got[k] = max(r.to(light, i)*max(sensitivity(mean), 1e-4), r[3])
		}
		seen[0].pix[i] = got[0] - got[1]
		seen[1].pix[i] = got[0] + got[1]
		seen[2].pix[i] = got[2]
	}
	return seen
}

type response [4]float32

func (r response) to(light *colours, i int) float32 {
	return r[3] + nits*(r[0]*light[0].pix[i]+r[1]*light[1].pix[i]+r[2]*light[2].pix[i])
}

func sensitivity(mean float32) float32 {
	v := float64(mean)
	return float32((19.245013259874995*math.Log(v+9.9710635769299145) - 23.16046239805755) / v)
}
