package png

import (
	"bytes"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// colourOf returns what samples mean, and the planned memory.
func colourOf(t *testing.T, data []byte) (colour pic.Colour, memory int64, err error) {
	t.Helper()
	p, err := Open(t.Context(), pic.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := p.Plan(pic.View{})
	if err != nil {
		t.Fatal(err)
	}
	_, colour, err = pixelsOf(t.Context(), p)
	return colour, plan.Memory, err
}

// TestColour checks which colour chunks and profiles are passed on.
func TestColour(t *testing.T) {
	gamma, linear := pictest.NumbersChunk("gAMA", 45455), pictest.NumbersChunk("gAMA", 100000)
	chroma := pictest.NumbersChunk("cHRM", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
	srgb, cicp := pictest.Chunk("sRGB", []byte{0}), pictest.Chunk("cICP", []byte{9, 16, 0, 1})
	profile := pictest.Profile(icc.RGB)
	noise := make([]byte, 1<<16)
	for i := range noise {
		noise[i] = byte(i * i >> 7)
	}
	large := pictest.Profile(icc.RGB, append(noise, make([]byte, maxProfile-len(noise)-132)...)...)
	tests := []struct {
		name   string
		before []byte
		want   pic.Colour
	}{
		{"all", slices.Concat(cicp, pictest.ICCP(profile), srgb, gamma, chroma), pic.Colour{PNGChunks: slices.Concat(cicp, srgb, gamma, chroma), Profile: profile, OnlyPNG: true}},
		{"the first of two", slices.Concat(gamma, linear, pictest.ICCP(profile), pictest.ICCP(large)), pic.Colour{PNGChunks: gamma, Profile: profile}},
		{"of wrong length", slices.Concat(pictest.Chunk("gAMA", make([]byte, 5)), pictest.Chunk("sRGB", []byte("SECRET"))), pic.Colour{}},
		{"behind one of wrong length", slices.Concat(pictest.Chunk("gAMA", make([]byte, 5)), linear), pic.Colour{}},
		{"linear", linear, pic.Colour{PNGChunks: linear, OnlyPNG: true}},
		{"linear, with a profile", slices.Concat(linear, pictest.ICCP(profile)), pic.Colour{PNGChunks: linear, Profile: profile}},
		{"linear, with a profile that means nothing", slices.Concat(linear, pictest.ICCP(profile[:100])), pic.Colour{PNGChunks: linear, OnlyPNG: true}},
		{"gray profile of colours", pictest.ICCP(pictest.Profile(icc.Gray)), pic.Colour{}},
		{"a cut profile", pictest.ICCP(profile[:100]), pic.Colour{}},
		{"the largest profile", pictest.ICCP(large), pic.Colour{Profile: large}},
		{"behind PLTE", slices.Concat(srgb, pictest.Chunk("PLTE", []byte{1, 2, 3}), gamma, pictest.ICCP(profile)), pic.Colour{PNGChunks: srgb}},
		{"others", slices.Concat(pictest.Chunk("tEXt", []byte("a\x00b")), pictest.NumbersChunk("pHYs", 1, 2)), pic.Colour{}},
	}
	for _, tt := range tests {
		d := pictest.PlainPNG()
		d.Before = tt.before
		got, _, err := colourOf(t, d.Bytes())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.Gray || got.OnlyPNG != tt.want.OnlyPNG || !bytes.Equal(got.PNGChunks, tt.want.PNGChunks) || !bytes.Equal(got.Profile, tt.want.Profile) {
			t.Errorf("%s: chunks %q, profile of %d bytes, only PNG %v", tt.name, got.PNGChunks, len(got.Profile), got.OnlyPNG)
		}
	}
	d := pictest.PlainPNG()
	d.After = slices.Concat(linear, pictest.ICCP(profile))
	if got, _, err := colourOf(t, d.Bytes()); err != nil || got.PNGChunks != nil || got.Profile != nil || got.OnlyPNG {
		t.Errorf("behind IDAT: %+v, %v", got, err)
	}
	d = pictest.PNGFile{Width: 5, Height: 5, Depth: 8, ColourType: gray}
	d.Before = pictest.ICCP(pictest.Profile(icc.Gray))
	if got, _, err := colourOf(t, d.Bytes()); err != nil || !got.Gray || got.Profile == nil {
		t.Errorf("gray: %+v, %v", got, err)
	}
}

// TestBadProfile: a profile that unpacks to more than 4 MiB is refused before it fills
// memory, and so is one that cannot be unpacked. Only unpacking shows it.
func TestBadProfile(t *testing.T) {
	bomb := pictest.Zlib(make([]byte, 32<<20))
	tests := map[string][]byte{
		"bomb":              append([]byte("bomb\x00\x00"), bomb...),
		"one byte too many": append([]byte("big\x00\x00"), pictest.Zlib(make([]byte, maxProfile+1))...),
		"no zlib stream":    []byte("none\x00\x00"),
		"cut zlib stream":   append([]byte("cut\x00\x00"), bomb[:1000]...),
		"wrong checksum":    append([]byte("sum\x00\x00"), append(pictest.Zlib(pictest.Profile(icc.RGB))[:20], 0, 0, 0, 0)...),
		"other method":      append([]byte("method\x00\x01"), pictest.Zlib(pictest.Profile(icc.RGB))...),
		"no name":           []byte("name"),
		"empty":             {},
	}
	for name, body := range tests {
		d := pictest.PlainPNG()
		d.Before = pictest.Chunk("iCCP", body)
		data := d.Bytes()
		var err error
		var memory int64
		n := pictest.Allocated(func() { _, memory, err = colourOf(t, data) })
		checkBad(t, name, err)
		if n > 2*memory {
			t.Errorf("%s: %d bytes allocated, %d planned", name, n, memory)
		}
	}
}

func TestMeansSRGB(t *testing.T) {
	gamma, linear := pictest.NumbersChunk("gAMA", 45455), pictest.NumbersChunk("gAMA", 100000)
	chroma := pictest.NumbersChunk("cHRM", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
	wide := pictest.NumbersChunk("cHRM", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
	srgb := pictest.Chunk("sRGB", []byte{0})
	tests := []struct {
		name       string
		chunks     []byte
		hasProfile bool
		want       bool
	}{
		{"none", nil, false, true},
		{"sRGB", srgb, false, true},
		{"sRGB over gamma", slices.Concat(linear, srgb), false, true},
		{"gamma and primaries of sRGB", slices.Concat(gamma, chroma), false, true},
		{"rounded otherwise", pictest.NumbersChunk("gAMA", 45500), false, true},
		{"linear", linear, false, false},
		{"linear with a profile", linear, true, true},
		{"other primaries", slices.Concat(gamma, wide), false, false},
		{"cICP of sRGB", pictest.Chunk("cICP", []byte("\x01\x0d\x00\x01")), false, true},
		{"cICP of sRGB over a profile", pictest.Chunk("cICP", []byte("\x01\x0d\x00\x01")), true, false},
		{"cICP of PQ over sRGB", slices.Concat(srgb, pictest.Chunk("cICP", []byte("\x09\x10\x00\x01"))), false, false},
		{"gamma of wrong length", pictest.Chunk("gAMA", []byte("\x00\x00\xb1")), false, false},
		{"cut off", gamma[:10], false, true},
		{"length beyond the end", append([]byte("\xff\xff\xff\xff"), gamma...), false, true},
	}
	for _, tt := range tests {
		if got := meansSRGB(tt.chunks, tt.hasProfile); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
