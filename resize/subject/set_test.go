package subject

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/plane"
)

var (
	update = flag.Bool("update", false, "draw the scenes of testdata anew")
	own    = flag.String("set", "", "score the pictures of `DIR` too, which has a marks.txt")
)

// marked is a picture of the set with the rectangles of its subjects.
type marked struct {
	name     string
	img      *image.YCbCr
	subjects []image.Rectangle
}

// readSet reads the pictures that a file of marks lists: a line is a name and four
// numbers for each subject, the corners of its rectangle.
func readSet(t testing.TB, marks string) (all []marked) {
	t.Helper()
	data, err := os.ReadFile(marks)
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		m := marked{name: fields[0]}
		for at := 1; at+4 <= len(fields); at += 4 {
			var r image.Rectangle
			if _, err := fmt.Sscan(strings.Join(fields[at:at+4], " "), &r.Min.X, &r.Min.Y, &r.Max.X, &r.Max.Y); err != nil {
				t.Fatalf("%s: %q: %v", marks, lines.Text(), err)
			}
			m.subjects = append(m.subjects, r)
		}
		f, err := os.Open(filepath.Join(filepath.Dir(marks), m.name))
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		switch img := img.(type) {
		case *image.YCbCr:
			m.img = img
		case *image.Gray:
			m.img = &image.YCbCr{Y: img.Pix, YStride: img.Stride, Rect: img.Rect}
		}
		all = append(all, m)
	}
	return all
}

// planes returns the picture's planes.
func (m marked) planes() []plane.Plane {
	size := m.img.Rect.Size()
	all := []plane.Plane{{Pix: m.img.Y, Stride: m.img.YStride, Width: size.X, Height: size.Y}}
	for _, pix := range [][]uint8{m.img.Cb, m.img.Cr} {
		if pix != nil {
			all = append(all, plane.Plane{Pix: pix, Stride: m.img.CStride, Width: m.img.CStride, Height: len(pix) / m.img.CStride})
		}
	}
	return all
}

// TestDrawScenes writes the drawn scenes, if asked to.
func TestDrawScenes(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	var marks [2]strings.Builder
	for i, s := range scenes {
		img := drawn(i)
		var b bytes.Buffer
		for quality := 72; b.Len() == 0 || b.Len() > 20<<10; quality -= 8 {
			b.Reset()
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile("testdata/"+s.name+".jpg", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(&marks[i%2], s.name+".jpg")
		for _, r := range s.subjects {
			fmt.Fprint(&marks[i%2], " ", r.Min.X, " ", r.Min.Y, " ", r.Max.X, " ", r.Max.Y)
		}
		fmt.Fprintln(&marks[i%2])
	}
	for i, name := range []string{"drawn.txt", "drawn-held.txt"} {
		if err := os.WriteFile("testdata/"+name, []byte(marks[i].String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// aspects are the shapes of crops that are scored, width to height.
var aspects = []image.Point{{1, 1}, {3, 1}, {2, 1}, {16, 9}, {4, 3}, {3, 4}, {9, 16}, {1, 2}, {1, 3}}

// crop returns the crop at a place, for an aspect, and along which axis it can move;
// false if the picture has that aspect.
func (m marked) crop(aspect image.Point, place func(Axis, float64) int) (image.Rectangle, bool) {
	w, h := m.img.Rect.Dx(), m.img.Rect.Dy()
	switch a, b := w*aspect.Y, h*aspect.X; {
	case a > b:
		wide := h * aspect.X / aspect.Y
		x := (w - wide) * place(Across, float64(wide)/float64(w)) / Steps
		return image.Rect(x, 0, x+wide, h), true
	case a < b:
		high := w * aspect.Y / aspect.X
		y := (h - high) * place(Down, float64(high)/float64(h)) / Steps
		return image.Rect(0, y, w, y+high), true
	}
	return image.Rectangle{}, false
}

// share returns how much of the subjects lies in r, 0 to 1.
func (m marked) share(r image.Rectangle) float64 {
	var inside, all int
	for _, s := range m.subjects {
		in := s.Intersect(r)
		inside += in.Dx() * in.Dy()
		all += s.Dx() * s.Dy()
	}
	return float64(inside) / float64(all)
}

// scores hold how much of its subjects a picture's crop has: of the smart crop, of the
// centre, and of the best crop.
type scores struct{ smart, centre, best float64 }

// add adds a part of other to s.
func (s *scores) add(other scores, part float64) {
	s.smart += other.smart * part
	s.centre += other.centre * part
	s.best += other.best * part
}

func (s scores) String() string {
	return fmt.Sprintf("%3.0f %3.0f %3.0f", 100*s.smart, 100*s.centre, 100*s.best)
}

// score scores the crop of an aspect; false if there is nothing to choose.
func (m marked) score(p Picture, aspect image.Point) (s scores, ok bool) {
	smart, ok := m.crop(aspect, func(a Axis, share float64) int { return Place(p, a, share) })
	if !ok {
		return s, false
	}
	centre, _ := m.crop(aspect, func(Axis, float64) int { return Steps / 2 })
	s = scores{smart: m.share(smart), centre: m.share(centre)}
	for place := range Steps + 1 {
		other, _ := m.crop(aspect, func(Axis, float64) int { return place })
		s.best = max(s.best, m.share(other))
	}
	return s, true
}

// scoreSet returns the mean scores of the pictures that have subjects, and logs each
// picture's. worse lists those of which the centre has more than the smart crops.
func scoreSet(t *testing.T, marks string) (mean scores, worse []string) {
	t.Helper()
	n := 0
	for _, m := range readSet(t, marks) {
		if len(m.subjects) == 0 {
			continue
		}
		p := FromPlanes(m.planes(), nil)
		var all []scores
		for _, a := range aspects {
			if s, ok := m.score(p, a); ok {
				all = append(all, s)
			}
		}
		var of scores
		for _, s := range all {
			of.add(s, 1/float64(len(all)))
		}
		t.Logf("%-22s %v  %v", m.name, of, all)
		if of.smart < of.centre-1e-9 {
			worse = append(worse, m.name)
		}
		mean.add(of, 1)
		n++
	}
	mean = scores{mean.smart / float64(n), mean.centre / float64(n), mean.best / float64(n)}
	t.Logf("%s: %v of %d pictures; worse than the centre: %v", marks, mean, n, worse)
	return mean, worse
}

// TestSet: smart crops have clearly more of the subjects than the centre has, and no
// picture's have less. Percentages are of the smart crops, the centre, and the best crop.
func TestSet(t *testing.T) {
	for marks, least := range map[string]float64{ // how much more of the subjects
		"drawn.txt": 0.3, "drawn-held.txt": 0.3, "photos.txt": 0.05, "photos-held.txt": 0.05,
	} {
		mean, worse := scoreSet(t, "testdata/"+marks)
		if mean.smart < mean.centre+least || len(worse) > 0 {
			t.Errorf("%s: %v; worse than the centre: %v", marks, mean, worse)
		}
	}
	if *own != "" {
		scoreSet(t, filepath.Join(*own, "marks.txt"))
	}
}

// TestSetWithoutSubject: pictures that show nothing in particular are cropped in the
// centre.
func TestSetWithoutSubject(t *testing.T) {
	n := 0
	for _, marks := range []string{"drawn.txt", "drawn-held.txt"} {
		for _, m := range readSet(t, "testdata/"+marks) {
			if len(m.subjects) > 0 {
				continue
			}
			n++
			p := FromPlanes(m.planes(), nil)
			for _, a := range aspects {
				m.crop(a, func(axis Axis, share float64) int {
					place := Place(p, axis, share)
					if place != Steps/2 {
						t.Errorf("%s, %v: place %d", m.name, a, place)
					}
					return place
				})
			}
		}
	}
	if n < 2 {
		t.Errorf("only %d pictures", n)
	}
}
