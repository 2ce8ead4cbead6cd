package icc

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLittleCMS compares with littleCMS's result for the same colours. The profiles'
// grids are coarse, and littleCMS interpolates in them along diagonals, not ink by ink;
// most of the difference is from that.
func TestLittleCMS(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			transform := mustNew(t, fixture(kind))
			var corners, inner errorStats
			for _, c := range readColours(t, filepath.Join("testdata", kind+".txt")) {
				got := append([]byte(nil), c[:4]...)
				transform.ToSRGB(got)
				stats := &inner
				if atCorner(c[:4]) {
					stats = &corners
				}
				stats.add(c[:], got)
			}
			t.Logf("at corners of the table: %v; within: %v", &corners, &inner)
			if corners.n == 0 || corners.max > 1 {
				t.Errorf("at corners of the table, where nothing is interpolated: %v", &corners)
			}
			if inner.n == 0 || inner.max > 16 || inner.mean() > 1 {
				t.Errorf("within the table: %v", &inner)
			}
		})
	}
}

// errorStats collects differences in levels of 0 to 255.
type errorStats struct {
	n, sum, max int
	worst       string
}

func (s *errorStats) add(want, got []byte) {
	for i := range 3 {
		d := int(got[i]) - int(want[4+i])
		if d < 0 {
			d = -d
		}
		s.n++
		s.sum += d
		if d > s.max {
			s.max, s.worst = d, fmt.Sprintf("CMYK %v gives %v, want %v", want[:4], got[:3], want[4:])
		}
	}
}

func (s *errorStats) mean() float64 { return float64(s.sum) / float64(s.n) }

func (s *errorStats) String() string {
	return fmt.Sprintf("off by %.2f on average, by %d at most (%s)", s.mean(), s.max, s.worst)
}

func atCorner(ink []byte) bool {
	for _, v := range ink {
		if v != 0 && v != 255 {
			return false
		}
	}
	return true
}

func readColours(t *testing.T, path string) [][7]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var colours [][7]byte
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c [7]byte
		r := strings.NewReader(lines.Text())
		for i := range c {
			if _, err := fmt.Fscan(r, &c[i]); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
		colours = append(colours, c)
	}
	return colours
}

func mustNew(t *testing.T, profile []byte) *Transform {
	t.Helper()
	transform, err := New(profile)
	if err != nil {
		t.Fatal(err)
	}
	return transform
}
