package icc

import (
	"encoding/binary"
	"math"
	"testing"
)

// TestNewRefuses breaks a profile in one place for each case.
func TestNewRefuses(t *testing.T) {
	const tableAt = 128 + 4 + 4*12 // the first tag's data
	edit := func(kind string, at int, with string) []byte {
		p := fixture(kind)
		copy(p[at:], with)
		return p
	}
	tests := []struct {
		name    string
		profile []byte
	}{
		{"nothing", nil},
		{"header alone", fixture("lut8")[:128]},
		{"RGB", edit("lut8", 16, "RGB ")},
		{"no A2B0", edit("lut8", 132, "A2B9")},
		{"A2B0 too short", edit("lut8", 140, "\x00\x00\x00\x1f")},
		{"A2B0 beyond the end", edit("lut8", 136, "\xff\xff\xff\xff")},
		{"other type", edit("lut8", tableAt, "mpet")},
		{"three inks", edit("lut8", tableAt+8, "\x03")},
		{"four outputs", edit("lut16", tableAt+9, "\x04")},
		{"grid of 0", edit("lut8", tableAt+10, "\x00")},
		{"grid of 255", edit("lut16", tableAt+10, "\xff")},
		{"curves of one point", edit("lut16", tableAt+48, "\x00\x01")},
		{"curves of 5000 points", edit("lut16", tableAt+50, "\x13\x88")},
		{"lut8 of XYZ", edit("lut8", 20, "XYZ ")},
		{"connection space", edit("lut16", 20, "Luv ")},
		{"no B curves", edit("atob", tableAt+12, "\x00\x00\x00\x00")},
		{"B curves beyond the end", edit("atob", tableAt+12, "\x00\xff\x00\x00")},
		{"no table", edit("atob", tableAt+24, "\x00\x00\x00\x00")},
		{"table beyond the end", edit("atob", tableAt+24, "\xff\xff\xff\xff")},
		{"no A curves", edit("atob", tableAt+28, "\x00\x00\x00\x00")},
		{"curves without matrix", edit("atobmatrix", tableAt+16, "\x00\x00\x00\x00")},
		{"matrix beyond the end", edit("atobmatrix", tableAt+16, "\xff\xff\xff\xf0")},
		{"curve of another type", edit("atob", tableAt+32, "curf")},
		{"curve cut off", edit("atob", tableAt+32+8, "\x7f\xff\xff\xff")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.profile); err == nil {
				t.Error("no error")
			}
		})
	}
}

// TestNewTruncated cuts the table off at every length.
func TestNewTruncated(t *testing.T) {
	for _, kind := range kinds {
		whole := fixture(kind)
		end := int(binary.BigEndian.Uint32(whole[136:]) + binary.BigEndian.Uint32(whole[140:]))
		if _, err := New(whole[:end]); err != nil {
			t.Errorf("%s with its table alone: %v", kind, err)
		}
		for n := range end {
			if _, err := New(whole[:n]); err == nil {
				t.Fatalf("%s cut off at %d of %d: no error", kind, n, end)
			}
		}
	}
}

func TestParametric(t *testing.T) {
	tests := []struct {
		name string
		kind int
		p    [7]float64
		at   map[float64]float64
	}{
		{"gamma", 0, [7]float64{2}, map[float64]float64{0: 0, 0.5: 0.25, 1: 1, 2: 1}},
		{"CIE 122", 1, [7]float64{2, 2, -1}, map[float64]float64{0.25: 0, 0.5: 0, 0.75: 0.25, 1: 1}},
		{"IEC 61966-3", 2, [7]float64{2, 1, -0.5, 0.1}, map[float64]float64{0.25: 0.1, 0.5: 0.1, 1: 0.35}},
		{"sRGB", 3, [7]float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}, map[float64]float64{0: 0, 0.02: 0.001548, 0.5: 0.214041, 1: 1}},
		{"all", 4, [7]float64{2, 0.5, 0.5, 0.5, 0.5, -0.1, 0.2}, map[float64]float64{0.25: 0.325, 0.5: 0.4625, 1: 0.9}},
	}
	for _, tt := range tests {
		c := parametric(tt.kind, tt.p)
		for v, want := range tt.at {
			if got := c(v); math.Abs(got-want) > 1e-6 {
				t.Errorf("%s of %v is %v, want %v", tt.name, v, got, want)
			}
		}
	}
}

// TestInterpolation checks that a table is linear between its points: with a grid of
// two along each ink, Lab is a product of straight lines.
func TestInterpolation(t *testing.T) {
	transform := mustNew(t, fixture("lut16"))
	transform.grid = [channels]int{2, 2, 2, 2}
	transform.clut = make([]float32, 3*16)
	for i := range 16 {
		transform.clut[3*i] = float32(i) // the bits of i are the corners
	}
	transform.fillInput([channels]curve{clip, clip, clip, clip})
	for _, ink := range [][4]byte{{}, {255, 255, 255, 255}, {51, 0, 0, 0}, {51, 102, 153, 204}, {0, 255, 51, 255}} {
		want := (8*float64(ink[0]) + 4*float64(ink[1]) + 2*float64(ink[2]) + float64(ink[3])) / 255
		if got := transform.interpolate(ink)[0]; math.Abs(got-want) > 1e-5 {
			t.Errorf("%v gives %v, want %v", ink, got, want)
		}
	}
}

func FuzzNew(f *testing.F) {
	for _, kind := range kinds {
		f.Add(fixture(kind), uint32(0x12345678))
	}
	f.Fuzz(func(t *testing.T, profile []byte, ink uint32) {
		if len(profile) > 1<<16 {
			return
		}
		transform, err := New(profile)
		if err != nil {
			return
		}
		pix := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0, 255, 255, 255, 255}, ink)
		transform.ToSRGB(pix)
		for i := 3; i < len(pix); i += 4 {
			if pix[i] != 255 {
				t.Errorf("alpha %d", pix[i])
			}
		}
	})
}
