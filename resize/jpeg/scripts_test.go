package jpeg

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestScriptsDjpeg compares pictures in random progressions with libjpeg-turbo's
// results, in luma and in colours.
func TestScriptsDjpeg(t *testing.T) {
	from, to := scripts(t, 40)
	for seed := from; seed < to; seed++ {
		width, height := 1+int(seed*29%70), 1+int(seed*41%60)
		s := randomScripted(seed, width, height, false)
		m, err := new(decoder).Decode(t.Context(), whole(s.progressive), options{})
		if err != nil {
			t.Fatalf("%s%v", s.name, err)
		}
		if (m.Model == modelGray || m.Model == modelYCbCr) && s.upsamples(s.picture.components[:1]) {
			args := []string{"-dct", "int", "-nosmooth", "-grayscale"}
			out := djpeg(t, s.progressive, args...)
			if !bytes.Equal(out, djpeg(t, s.baseline, args...)) {
				t.Fatalf("%snot the same picture to djpeg as %d bytes of baseline", s.name, len(s.baseline))
			}
			comparePNM(t, s.name, out, m, 1, func(x, y int) [3]float64 { return [3]float64{sample(m, 0, x, y)} })
		}
		if s.upsamples(s.picture.components) {
			out := djpeg(t, s.progressive, "-dct", "int", "-nosmooth")
			comparePNM(t, s.name, out, m, 4, func(x, y int) [3]float64 { return shown(m, x, y) })
		}
	}
}

// upsamples reports whether libjpeg can scale the components up to the picture's
// size: it does so only by whole numbers.
func (p *picture) upsamples(components []frameComponent) bool {
	maxH, maxV := p.sampling()
	for _, c := range components {
		if maxH%c.H != 0 || maxV%c.V != 0 {
			return false
		}
	}
	return true
}

// sample returns the sample of a plane that stands for pixel x, y.
func sample(m *decodedPart, plane, x, y int) float64 {
	sx, sy := m.Step(plane)
	p := m.Planes[plane]
	return float64(p.Pix[int(float64(y)/sy)*p.Stride+int(float64(x)/sx)])
}

// shown returns pixel x, y as djpeg shows it: gray, or RGB by JFIF 1.02, section
// 3, or by the rule of thumb for inks that are stored inverted.
func shown(m *decodedPart, x, y int) (s [3]float64) {
	for i := range min(3, len(m.Planes)) {
		s[i] = sample(m, i, x, y)
	}
	if m.Model == modelYCbCr || m.Model == modelYCCK {
		cb, cr := s[1]-128, s[2]-128
		s = [3]float64{s[0] + 1.402*cr, s[0] - 0.344136*cb - 0.714136*cr, s[0] + 1.772*cb}
	}
	if m.Model == modelCMYK || m.Model == modelYCCK {
		for i := range s {
			if m.Model == modelYCCK {
				s[i] = 255 - max(0, min(255, s[i]))
			}
			s[i] *= sample(m, 3, x, y) / 255
		}
	}
	return s
}

// comparePNM compares a PGM or PPM with the pixels that want returns.
func comparePNM(t *testing.T, name string, pnm []byte, m *decodedPart, tolerance float64, want func(x, y int) [3]float64) {
	t.Helper()
	var kind, width, height, most int
	if _, err := fmt.Sscanf(string(pnm[:min(len(pnm), 40)]), "P%d\n%d %d\n%d", &kind, &width, &height, &most); err != nil {
		t.Fatalf("%sdjpeg's output: %v", name, err)
	}
	channels := map[int]int{5: 1, 6: 3}[kind]
	if n := width * height * channels; width != m.Bounds.Dx() || height != m.Bounds.Dy() || n == 0 || len(pnm) < n {
		t.Fatalf("%sdjpeg's output is P%d of %dx%d", name, kind, width, height)
	}
	pix := pnm[len(pnm)-width*height*channels:]
	for i, got := range pix {
		x, y := i/channels%width, i/channels/width
		if w := max(0, min(255, want(x, y)[i%channels])); math.Abs(float64(got)-w) > tolerance {
			t.Fatalf("%schannel %d at %d,%d is %.1f, djpeg says %d", name, i%channels, x, y, w, got)
		}
	}
}

// TestScriptsUnfinished checks that bits that a script never gives are 0, as the
// format says.
func TestScriptsUnfinished(t *testing.T) {
	from, to := scripts(t, 60)
	var d decoder
	for seed := from; seed < to; seed++ {
		s := randomScripted(seed, 1+int(seed*29%70), 1+int(seed*41%60), true)
		var ref reference
		if err := ref.decode(s.progressive); err != nil {
			t.Fatalf("%s%v", s.name, err)
		}
		for _, o := range testScales {
			m, err := d.Decode(t.Context(), whole(s.progressive), o)
			if err != nil {
				t.Fatalf("%s%+v: %v", s.name, o, err)
			}
			checkReference(t, &ref, m, o)
		}
	}
}

// TestScriptsOpen checks that left-out bits change samples by no more than is
// permitted, in each plane at each scale, also in scripts that end before all
// bits are there.
func TestScriptsOpen(t *testing.T) {
	from, to := scripts(t, 100)
	left := false
	for seed := from; seed < to; seed++ {
		s := randomScripted(seed, 1+int(seed*29%130), 1+int(seed*41%110), seed%3 == 0)
		for _, o := range testScales {
			left = checkOpen(t, s.name, s.progressive, o) || left
		}
	}
	if !left {
		t.Error("nothing is ever left out")
	}
}

// checkOpen compares a whole picture with one whose bits may be left out, and
// reports whether any were.
func checkOpen(t *testing.T, name string, data []byte, o options) (left bool) {
	t.Helper()
	var d decoder
	m, err := d.Decode(t.Context(), whole(data), o)
	if err != nil {
		t.Fatalf("%s%+v: %v", name, o, err)
	}
	want := clonePlanes(m)
	o.LumaGain, o.ChromaGain = allPass, allPass
	if m, err = d.Decode(t.Context(), whole(data), o); err != nil {
		t.Fatalf("%s%+v: %v", name, o, err)
	}
	for i, got := range clonePlanes(m) {
		var square float64
		for j, v := range got {
			d := float64(v) - float64(want[i][j])
			square += d * d
		}
		left = left || square > 0
		// The plane's last blocks may show only their worst part. Both planes are
		// rounded.
		p := m.Planes[i]
		area := float64(d.components[i].samples()) / float64(p.Width*p.Height)
		if square /= float64(len(got)); square > (maxPassedError+maxMeanError*maxMeanError)*area+0.5 {
			t.Errorf("%s%+v: plane %d is off by a mean square of %.2f", name, o, i, square)
		}
	}
	return left
}

// TestScriptsCut checks that a file that is cut off gives the same picture as the
// whole one, or none.
func TestScriptsCut(t *testing.T) {
	from, to := scripts(t, 30)
	var d decoder
	for seed := from; seed < to; seed++ {
		s := randomScripted(seed, 1+int(seed*29%70), 1+int(seed*41%60), seed%3 == 0)
		r := random(seed)
		for _, o := range arrivingOptions {
			source := &pictest.Pieces{Data: s.progressive, Size: pictest.Always(1)}
			m, err := d.Decode(t.Context(), source, o)
			if err != nil {
				t.Fatalf("%s%+v: %v", s.name, o, err)
			}
			want, end := clonePlanes(m), d.bits.next
			for _, n := range []int{end - 1, source.Asked, r.intn(len(s.progressive))} {
				if n >= end && n < source.Asked {
					continue // all bits are there, but perhaps not the marker that says so
				}
				m, err := d.Decode(t.Context(), whole(s.progressive[:n]), o)
				checkEnd(t, fmt.Sprintf("%s%+v, cut after %d bytes", s.name, o, n), want, m, err, n >= end, isBad)
			}
		}
	}
}
