package plane

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestExtremes: each row and column differs by what its pixels differ, in every number
// of channels and over all frames.
func TestExtremes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		channels := 1 + i%4
		w, h := 1+random.IntN(120), 1+random.IntN(20)
		ground := []uint8{90, 140, 20, 255}[4-channels:]
		e := NewExtremes(w, h, channels)
		wantColumns, wantRows := make([]uint8, w), make([]uint8, h)
		for frame := range 1 + random.IntN(2) {
			p := Plane{Pix: make([]uint8, w*h*channels), Stride: w * channels, Width: w, Height: h}
			for y := range h {
				for x := range w {
					for c, v := range ground {
						d := uint8(random.IntN(5))
						if random.IntN(50) == 0 {
							d = uint8(random.IntN(int(v)))
						}
						if channels%2 == 0 && c == channels-1 {
							d = 0 // opaque
						}
						p.Pix[y*p.Stride+x*channels+c] = v - d
						wantColumns[x], wantRows[y] = max(wantColumns[x], d), max(wantRows[y], d)
					}
				}
				e.AddRow(y, p.Pix[y*p.Stride:])
			}
			if frame > 0 {
				continue
			}
			for j, at := range []int{0, w - 1, (h - 1) * w, h*w - 1} {
				if !bytes.Equal(e.Corner(j), p.Pix[at*channels:][:channels]) {
					t.Errorf("corner %d is %v", j, e.Corner(j))
				}
			}
		}
		if columns, rows := e.Differences(ground); !bytes.Equal(columns, wantColumns) || !bytes.Equal(rows, wantRows) {
			t.Fatalf("%dx%d, %d channels: columns differ by %v, rows by %v; want %v, %v", w, h, channels, columns, rows, wantColumns, wantRows)
		}
	}
}

// TestExtremesAlpha: what transparent pixels hide does not differ.
func TestExtremesAlpha(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	e := NewExtremes(50, 3, 4)
	row := make([]uint8, 4*50)
	for y := range 3 {
		for i := range row {
			row[i] = uint8(random.IntN(256))
			if i%4 == 3 {
				row[i] = 0
			}
		}
		if y == 1 {
			row[4*20+3] = 255
		}
		e.AddRow(y, row)
	}
	columns, rows := e.Differences([]uint8{0, 0, 0, 0})
	for x, d := range columns {
		if (d == 255) != (x == 20) || d != 255 && d != 0 {
			t.Errorf("column %d differs by %d", x, d)
		}
	}
	if !bytes.Equal(rows, []uint8{0, 255, 0}) {
		t.Errorf("rows differ by %v", rows)
	}
}

func BenchmarkExtremes(b *testing.B) {
	p := randomPlane(rand.New(rand.NewPCG(1, 1)), 4000, 1000, 4)
	b.SetBytes(int64(len(p.Pix)))
	for b.Loop() {
		e := NewExtremes(p.Width, p.Height, 4)
		for y := range p.Height {
			e.AddRow(y, p.Pix[y*p.Stride:])
		}
	}
}
