package jpeg

import "math"

// photo is a picture that looks like a photograph to an encoder: areas with edges
// in and out of focus, texture in some of them, and a sensor's noise. It is the
// same each time.
type photo struct {
	width, height int
	shapes        []shape
}

// shape is a round area of a photo.
type shape struct {
	x, y, radius float64 // centre and size, pixels
	softness     float64 // width of the edge, pixels
	color        [3]float64
	texture      float64
	period       float64 // of the texture, pixels
}

func newPhoto(width, height int) *photo {
	p := &photo{width: width, height: height}
	r := random(1)
	size := float64(max(width, height))
	for i := range 160 {
		p.shapes = append(p.shapes, shape{
			x: r.float() * float64(width), y: r.float() * float64(height),
			radius:   size * 0.4 / math.Sqrt(float64(i+2)) * (0.3 + r.float()),
			softness: 0.7 + 12*r.float()*r.float()*r.float(),
			color:    [3]float64{20 + 215*r.float(), 128 + 60*(r.float()-0.5), 128 + 60*(r.float()-0.5)},
			texture:  50 * r.float() * r.float(),
			period:   3 + 40*r.float(),
		})
	}
	return p
}

// plane renders component c, reduced by sx and sy.
func (p *photo) plane(c, sx, sy int) []uint8 {
	w, h := ceilDiv(p.width, sx), ceilDiv(p.height, sy)
	light := make([]float32, w*h)
	for i := range light {
		light[i] = [3]float32{120, 126, 130}[c] + float32(i/w*40/h)
	}
	for i := range p.shapes {
		p.shapes[i].draw(light, w, h, c, float64(sx), float64(sy))
	}
	noise := random(uint64(2 + c))
	sigma := 7.0 / float64(sx*sy)
	if c > 0 {
		sigma *= 0.6
	}
	pix := make([]uint8, w*h)
	for i, v := range light {
		n := noise.float() + noise.float() + noise.float() - 1.5 // variance 1/4
		pix[i] = uint8(math.Round(max(0, min(255, float64(v)+2*sigma*n))))
	}
	return pix
}

// draw draws the shape on component c.
func (s *shape) draw(light []float32, w, h, c int, sx, sy float64) {
	reach := s.radius + s.softness
	texture := s.texture
	if c > 0 {
		texture *= 0.2
	}
	for y := max(0, int((s.y-reach)/sy)); y < min(h, int((s.y+reach)/sy)+1); y++ {
		for x := max(0, int((s.x-reach)/sx)); x < min(w, int((s.x+reach)/sx)+1); x++ {
			px, py := (float64(x)+0.5)*sx, (float64(y)+0.5)*sy
			d := s.radius - math.Hypot(px-s.x, py-s.y)
			cover := max(0, min(1, d/s.softness))
			if cover == 0 {
				continue
			}
			v := s.color[c]
			if texture > 2 {
				v += texture * (lattice(px/s.period, py/s.period) + lattice(px*3/s.period, py*3/s.period)/2 - 0.75)
			}
			i := y*w + x
			light[i] += float32(cover * (v - float64(light[i])))
		}
	}
}

// lattice returns value noise: random values at whole numbers, linear between
// them.
func lattice(x, y float64) float64 {
	ix, iy := int(math.Floor(x)), int(math.Floor(y))
	fx, fy := x-float64(ix), y-float64(iy)
	at := func(x, y int) float64 {
		h := random(uint64(x)*0x9e3779b97f4a7c15 ^ uint64(y)*0xc2b2ae3d27d4eb4f)
		return h.float()
	}
	top := at(ix, iy)*(1-fx) + at(ix+1, iy)*fx
	bottom := at(ix, iy+1)*(1-fx) + at(ix+1, iy+1)*fx
	return top*(1-fy) + bottom*fy
}

// random is the random number generator SplitMix64.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *random) float() float64 { return float64(r.next()>>11) / (1 << 53) }

func (r *random) intn(n int) int { return int(r.next() % uint64(n)) }

// encodePhoto makes a JPEG of a photo of the size of p.
func encodePhoto(p picture) []byte {
	photo := newPhoto(p.width, p.height)
	maxH, maxV := p.sampling()
	var planes [4][]uint8
	var widths [4]int
	for i, c := range p.components {
		sx, sy := maxH/c.H, maxV/c.V
		planes[i], widths[i] = photo.plane(i%3, sx, sy), ceilDiv(p.width, sx)
	}
	return p.encode(func(c, x, y int) uint8 { return planes[c][y*widths[c]+x] })
}
