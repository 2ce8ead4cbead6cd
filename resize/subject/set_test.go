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
	extra  = flag.String("set", "", "score the pictures of `DIR` too, which has a marks.txt")
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
		var b bytes.Buffer
		if err := jpeg.Encode(&b, s.draw().image(), &jpeg.Options{Quality: 72}); err != nil {
			t.Fatal(err)
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

// scored is how much of its subjects a picture's crops hold.
type scored struct{ smart, centre, most float64 }

// score scores one crop of a picture.
func (m marked) score(p Picture, aspect image.Point) (s scored, ok bool) {
	smart, ok := m.crop(aspect, func(a Axis, share float64) int { return Place(p, a, share) })
	if !ok || len(m.subjects) == 0 {
		return s, false
	}
	centre, _ := m.crop(aspect, func(Axis, float64) int { return Steps / 2 })
	s = scored{smart: m.share(smart), centre: m.share(centre)}
	for at := range Steps + 1 {
		any, _ := m.crop(aspect, func(Axis, float64) int { return at })
		s.most = max(s.most, m.share(any))
	}
	return s, true
}

func report(t *testing.T, set string) {
	var sum scored
	n := 0.0
	worse := 0
	for _, m := range readSet(t, set) {
		p := FromPlanes(m.planes(), nil)
		line := ""
		var mean scored
		k := 0.0
		for _, a := range aspects {
			s, ok := m.score(p, a)
			if !ok {
				line += "   -  "
				continue
			}
			mark := " "
			if s.smart < s.centre-0.02 {
				mark = "!"
				worse++
			}
			line += fmt.Sprintf(" %3.0f/%3.0f/%3.0f%s", 100*s.smart, 100*s.centre, 100*s.most, mark)
			mean.smart += s.smart
			mean.centre += s.centre
			mean.most += s.most
			k++
		}
		if k > 0 {
			t.Logf("%-20s %3.0f %3.0f %3.0f |%s", m.name, 100*mean.smart/k, 100*mean.centre/k, 100*mean.most/k, line)
			sum.smart += mean.smart / k
			sum.centre += mean.centre / k
			sum.most += mean.most / k
			n++
		}
	}
	t.Logf("%-20s %5.1f %5.1f %5.1f worse: %d", set, 100*sum.smart/n, 100*sum.centre/n, 100*sum.most/n, worse)
}

func TestReport(t *testing.T) {
	report(t, "testdata/drawn.txt")
	if *extra != "" {
		report(t, filepath.Join(*extra, "marks.txt"))
	}
}
