package jpeg

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// scripts returns the seeds of the random scripts to try. usual is their number;
// the environment variables JPEG_SCRIPTS and JPEG_SEED set another number and the
// first seed.
func scripts(t *testing.T, usual int) (from, to uint64) {
	t.Helper()
	number := func(name string, n uint64) uint64 {
		if text := os.Getenv(name); text != "" {
			var err error
			if n, err = strconv.ParseUint(text, 10, 40); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		return n
	}
	from = number("JPEG_SEED", 1)
	return from, from + number("JPEG_SCRIPTS", uint64(usual))
}

// scripting makes a random legal progression (ITU-T T.81, G.1.1.1). It keeps, for
// each component, the lowest bit so far of each coefficient.
type scripting struct {
	*random
	components []frameComponent
	low        [][64]uint8
	scans      []scanSpec
}

// randomScript returns the scans of a progressive picture in any legal order: DC
// coefficients together or apart; AC coefficients in bands that are cut
// differently from scan to scan; the lowest bit of a first scan at up to 13. If
// endEarly is set, some coefficients, but not DC, lack their last bits or all of
// them.
func randomScript(r *random, c []frameComponent, endEarly bool) []scanSpec {
	s := &scripting{random: r, components: c, low: make([][64]uint8, len(c))}
	for i := range s.low {
		for k := range s.low[i] {
			s.low[i][k] = uncoded
		}
	}
	steps := 500
	if endEarly {
		steps = 1 + r.intn(12)
	}
	for ; steps > 0 && !s.finished(); steps-- {
		s.step()
	}
	for i := range c {
		if s.low[i][0] == uncoded {
			s.add(scanSpec{components: []int{i}, low: s.firstLow()})
		}
	}
	return s.scans
}

// finished reports whether all coefficients have all of their bits.
func (s *scripting) finished() bool {
	for _, low := range s.low {
		if slices.Max(low[:]) > 0 {
			return false
		}
	}
	return true
}

// firstLow returns the lowest bit of a first scan, mostly one that encoders use.
func (s *scripting) firstLow() int {
	if s.intn(10) == 0 {
		return s.intn(14)
	}
	return []int{0, 0, 0, 1, 1, 1, 2, 2, 3, 5}[s.intn(10)]
}

// step adds a scan that may come next, of a random component and of others if
// they fit.
func (s *scripting) step() {
	i := s.intn(len(s.components))
	if low := s.low[i][0]; low == uncoded || low > 0 && s.intn(4) == 0 {
		s.dc(i)
		return
	}
	// A band begins at coefficients that lack bits, and continues for as long as
	// the same bit comes next.
	low := &s.low[i]
	var starts []int
	for k := 1; k < 64; k++ {
		if low[k] > 0 && (k == 1 || low[k] != low[k-1]) {
			starts = append(starts, k)
		}
	}
	if len(starts) == 0 {
		return
	}
	first := starts[s.intn(len(starts))]
	last := first
	for last < 63 && low[last+1] == low[first] {
		last++
	}
	if s.intn(3) == 0 { // part of it
		cut := first + s.intn(min(last-first, 9)+1)
		if s.intn(2) == 0 {
			last = cut
		} else {
			first = cut
		}
	}
	scan := scanSpec{components: []int{i}, first: first, last: last}
	if low[first] == uncoded {
		scan.low = s.firstLow()
	} else {
		scan.high, scan.low = int(low[first]), int(low[first])-1
	}
	s.add(scan)
}

// dc adds a scan of component i's DC coefficients, perhaps interleaved with
// others.
func (s *scripting) dc(i int) {
	scan := scanSpec{components: []int{i}}
	if low := s.low[i][0]; low == uncoded {
		scan.low = s.firstLow()
	} else {
		scan.high, scan.low = int(low), int(low)-1
	}
	blocks := s.components[i].H * s.components[i].V
	for j, c := range s.components {
		if blocks+c.H*c.V <= 10 && j != i && s.low[j][0] == s.low[i][0] && s.intn(3) > 0 {
			blocks += c.H * c.V
			scan.components = append(scan.components, j)
		}
	}
	slices.Sort(scan.components) // the order of the frame (B.2.3)
	s.add(scan)
}

// add adds a scan and records the bits that it gives.
func (s *scripting) add(scan scanSpec) {
	s.scans = append(s.scans, scan)
	for _, i := range scan.components {
		for k := scan.first; k <= scan.last; k++ {
			s.low[i][k] = uint8(scan.low)
		}
	}
}

// scriptText returns a script as jpegtran reads it.
func scriptText(scans []scanSpec) string {
	var b strings.Builder
	for _, s := range scans {
		fmt.Fprintf(&b, "%s: %d-%d, %d, %d;\n", strings.Trim(fmt.Sprint(s.components), "[]"), s.first, s.last, s.high, s.low)
	}
	return b.String()
}

// scripted is a picture coded twice: with a random script, and sequentially.
type scripted struct {
	picture
	scans                 []scanSpec
	name                  string
	progressive, baseline []byte
}

// randomScripted makes a random picture: gray, YCbCr, RGB, CMYK or YCCK, of any
// sampling, quality and content, in a random progression.
func randomScripted(seed uint64, width, height int, endEarly bool) scripted {
	r := random(seed)
	p := picture{width: width, height: height, adobe: -1, progressive: true}
	p.components = components(testSamplings[r.intn(len(testSamplings))])
	if len(p.components) == 3 && r.intn(4) == 0 {
		for i := range p.components {
			p.components[i].H, p.components[i].V = 1+r.intn(4), 1+r.intn(4)
		}
	}
	switch {
	case len(p.components) == 4:
		p.adobe = 2 * r.intn(2)
	case len(p.components) == 3 && r.intn(8) == 0:
		p.adobe = 0
	}
	p.quality = []int{100, 98, 95, 92, 90, 87, 85, 80, 75, 60, 30}[r.intn(11)]
	p.restart = []int{0, 0, 0, 1, 5, 64}[r.intn(6)]
	p.normalize()
	p.scans = randomScript(&r, p.components, endEarly)
	planes, content := randomCoefficients(&r, &p)
	s := scripted{picture: p, scans: p.scans, progressive: p.encodeCoefficients(planes)}
	s.name = fmt.Sprintf("seed %d: %dx%d, %v, Adobe %d, %s, quality %d, restart %d\n%s",
		seed, width, height, p.components, p.adobe, content, p.quality, p.restart, scriptText(p.scans))
	p.progressive, p.scans = false, nil
	if !p.interleavable() {
		p.scans = separate(len(p.components))
	}
	s.baseline = p.encodeCoefficients(planes)
	return s
}

// randomCoefficients fills a picture: with a photograph-like picture, with noise,
// with hard edges; or so that the bits missing after the first scans matter as
// much as possible, in patterns that a filter passes well.
func randomCoefficients(r *random, p *picture) ([]coefficientPlane, string) {
	contents := []struct {
		name   string
		sample sampler
	}{
		{"smooth", testSampler},
		{"noise", func(c, x, y int) uint8 {
			n := random(uint64(c<<40 | x<<20 | y))
			return uint8(n.next())
		}},
		{"edges", func(c, x, y int) uint8 { return uint8(255 * ((x/9 + y/(7+c)) & 1)) }},
		{"waves", func(c, x, y int) uint8 { return uint8(128 + 100*((x*(c+2)/3+y)%16-8)/8) }},
		{"open bits", func(int, int, int) uint8 { return 128 }},
	}
	content := contents[r.intn(len(contents))]
	planes := make([]coefficientPlane, len(p.components))
	for i := range planes {
		planes[i] = p.transform(i, content.sample)
	}
	if content.name == "open bits" {
		pattern := r.intn(4)
		for i := range planes {
			p.openRandomBits(&planes[i], i, pattern)
		}
		content.name = fmt.Sprintf("open bits in pattern %d", pattern)
	}
	return planes, content.name
}

// firstLows returns the lowest bits that the first scans of a component give.
func firstLows(scans []scanSpec, component int) (low [64]int) {
	for _, s := range scans {
		if s.high == 0 && slices.Contains(s.components, component) {
			for k := s.first; k <= s.last; k++ {
				low[k] = s.low
			}
		}
	}
	return low
}

// openRandomBits sets the bits of coefficients that the first scans leave out, up
// to 3 of them. By pattern, the signs are the same in all blocks, turn from block
// to block, turn slowly, or are random. It changes as many coefficients, from the
// lowest on, as samples can show.
func (p *picture) openRandomBits(plane *coefficientPlane, component, pattern int) {
	low := firstLows(p.scans, component)
	for i := range plane.blocks {
		x, y := i%plane.stride, i/plane.stride
		sum := 0
		for k := 1; k < 64; k++ {
			sign := int32(1)
			signs := random(uint64(64*i + k))
			switch pattern {
			case 1:
				sign = int32(1 - 2*((x+y)&1))
			case 2:
				sign = int32(1 - 2*((x/2+y/2)&1))
			case 3:
				sign = int32(1 - 2*signs.intn(2))
			}
			v := 1<<min(low[k], 3) - 1
			if sum += v * p.quantStep(int(p.components[component].Quant), k); sum > 1600 {
				break
			}
			plane.blocks[i][k] = sign * int32(v)
		}
	}
}
