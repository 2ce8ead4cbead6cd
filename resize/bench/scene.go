package main

import (
	"math"
	"math/rand/v2"

	"github.com/edgeresize/edgeresize/resize/bench/noise"
)

// scene holds raw pixels, RGB or RGBA, that look to an encoder like a photograph: areas
// with edges in and out of focus, texture, and a sensor's noise. The same seed gives
// the same scene.
type scene struct {
	width, height, channels int
	pix                     []byte
}

// patch is one area of a scene.
type patch struct {
	x, y, radius, softness float64 // pixels
	colour                 [3]float64
	texture, period        float64 // levels, pixels
}

// sensorNoise is the noise's standard deviation, in levels. With it a JPEG of quality
// 90 has between 2 and 3 bits a pixel.
const sensorNoise = 10

func newScene(width, height, channels int, seed uint64) *scene {
	s := &scene{width, height, channels, make([]byte, width*height*channels)}
	random := rand.New(rand.NewPCG(seed, 1))
	light := make([]float32, width*height*3)
	for i := range light {
		light[i] = float32(90 + 80*i/len(light))
	}
	size := float64(max(width, height))
	for i := range 150 {
		p := patch{
			x:        random.Float64() * float64(width),
			y:        random.Float64() * float64(height),
			radius:   size * 0.4 / math.Sqrt(float64(i+2)) * (0.3 + random.Float64()),
			softness: 0.7 + 12*math.Pow(random.Float64(), 3),
			texture:  60 * math.Pow(random.Float64(), 2),
			period:   3 + 40*random.Float64(),
		}
		grey := 25 + 200*random.Float64()
		for c := range p.colour {
			p.colour[c] = grey + 60*(random.Float64()-0.5)
		}
		p.draw(light, width, height)
	}
	sensor := newSensor(random)
	for i := range width * height {
		for c := range 3 {
			s.pix[i*channels+c] = level(light[3*i+c] + sensor.next())
		}
		if channels == 4 {
			s.pix[4*i+3] = s.alpha(i%width, i/width)
		}
	}
	return s
}

// alpha returns a soft vignette: opaque in the middle, transparent in the corners.
func (s *scene) alpha(x, y int) byte {
	dx, dy := float64(x)/float64(s.width)-0.5, float64(y)/float64(s.height)-0.5
	return level(float32(255 * (2.4 - 4*math.Hypot(dx, dy))))
}

func level(v float32) byte { return byte(max(0, min(255, v+0.5))) }

func (p *patch) draw(light []float32, width, height int) {
	reach := p.radius + p.softness
	for y := max(0, int(p.y-reach)); y < min(height, int(p.y+reach)+1); y++ {
		for x := max(0, int(p.x-reach)); x < min(width, int(p.x+reach)+1); x++ {
			distance := p.radius - math.Hypot(float64(x)-p.x, float64(y)-p.y)
			cover := float32(max(0, min(1, distance/p.softness)))
			if cover == 0 {
				continue
			}
			v := 0.0
			if p.texture > 2 {
				v = p.texture * (noise.At(float64(x)/p.period, float64(y)/p.period) - 0.5)
			}
			at := light[3*(y*width+x):][:3]
			for c := range at {
				at[c] += cover * (float32(p.colour[c]+v) - at[c])
			}
		}
	}
}

// sensor is a long table of normal numbers, read in changing order: quick, and without a
// visible pattern.
type sensor struct {
	table [1 << 16]float32
	at    uint32
}

func newSensor(random *rand.Rand) *sensor {
	n := &sensor{at: 1}
	for i := range n.table {
		n.table[i] = float32(random.NormFloat64() * sensorNoise)
	}
	return n
}

func (n *sensor) next() float32 {
	n.at = n.at*1664525 + 1013904223
	return n.table[n.at>>16]
}
