package icc_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// srgbLevel returns linear light as a level of sRGB (IEC 61966-2-1).
func srgbLevel(light float64) float64 {
	if light <= 0.0031308 {
		return 255 * 12.92 * light
	}
	return 255 * (1.055*math.Pow(light, 1/2.4) - 0.055)
}

// gamma is the exponent of [pictest.PlainProfile].
const gamma = 2 + 51.0/256

// TestSimple: a profile of sRGB's primaries and another curve changes the curve alone,
// and one of exchanged primaries exchanges the channels. Alpha stays.
func TestSimple(t *testing.T) {
	profile := pictest.PlainProfile(icc.RGB)
	exchanged := bytes.Clone(profile)
	for i := range 6 { // the names of red's and green's tags
		name := exchanged[132+12*i:]
		switch name[0] {
		case 'r':
			name[0] = 'g'
		case 'g':
			name[0] = 'r'
		}
	}
	plain, other := icc.NewSimple(profile), icc.NewSimple(exchanged)
	if plain == nil || other == nil {
		t.Fatal("not simple")
	}
	for v := range 256 {
		was := []byte{byte(v), byte(255 - v), byte(7 * v), byte(3 * v)}
		got, swapped := bytes.Clone(was), []byte{was[1], was[0], was[2], was[3]}
		plain.ToSRGB(got)
		other.ToSRGB(swapped)
		for c := range 3 {
			// The primaries are sRGB's in 16 bits, which counts in dark colours beside
			// bright ones.
			want := srgbLevel(math.Pow(float64(was[c])/255, gamma))
			if d := math.Abs(float64(got[c]) - want); d > 3 || v > 60 && v < 200 && d > 1.5 {
				t.Errorf("%v becomes %v, want %.1f in channel %d", was, got, want, c)
			}
		}
		if got[3] != was[3] || !bytes.Equal(swapped, []byte{got[0], got[1], got[2], got[3]}) {
			t.Errorf("%v becomes %v, and exchanged %v", was, got, swapped)
		}
	}
}

// TestNotSimple: profiles that need more than curves and a matrix are refused.
func TestNotSimple(t *testing.T) {
	table := extraTag(pictest.PlainProfile(icc.RGB), "A2B0", 128, 40)
	for name, profile := range map[string][]byte{"none": nil, "gray": pictest.PlainProfile(icc.Gray), "a table": table, "cut off": pictest.PlainProfile(icc.RGB)[:140]} {
		if icc.NewSimple(profile) != nil {
			t.Error(name)
		}
	}
}

// FuzzSimple: no profile makes the conversion panic or change alpha.
func FuzzSimple(f *testing.F) {
	f.Add(pictest.PlainProfile(icc.RGB))
	f.Add(pictest.PlainProfile(icc.Gray))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := icc.NewSimple(data)
		if s == nil {
			return
		}
		pix := binary.BigEndian.AppendUint64(nil, 0x00ff80407fc01020)
		s.ToSRGB(pix)
		if pix[3] != 0x40 || pix[7] != 0x20 {
			t.Errorf("% x", pix)
		}
	})
}
