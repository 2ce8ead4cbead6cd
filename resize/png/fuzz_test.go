package png

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/icc"
	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// addSeeds adds PNGs of every kind, and one with all kinds of metadata.
func addSeeds(f *testing.F) {
	for _, file := range files() {
		if file.width == 8 {
			f.Add(file.bytes(f))
		}
	}
	for _, interlaced := range []bool{false, true} {
		d := pictest.PlainPNG()
		d.Interlaced = interlaced
		d.Before = slices.Concat(pictest.NumbersChunk("gAMA", 45455), pictest.ICCP(pictest.Profile(icc.RGB)), exifOf(6))
		d.After = exifOf(5)
		f.Add(d.Bytes())
	}
}

// mostPixels bounds the size of a picture in fuzz tests.
const mostPixels = 1 << 20

// FuzzRows compares rows, and when they come, with image/png.
func FuzzRows(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		// With correct checksums and chunk lengths, since otherwise nothing behind them
		// is reached.
		data = repaired(data)
		// Each may accept what the other refuses.
		if c, err := png.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width*c.Height > mostPixels {
			return
		}
		if p, err := open(t.Context(), pic.Bytes(data)); err == nil && p.width*p.height > mostPixels {
			return
		}
		compare(t, "fuzzed", data)
		compareArriving(t, "fuzzed", data, pictest.Always(1+len(data)%97))
	})
}

// FuzzPicture: reading the rows first does not change what is found behind them, and
// decoded pixels come back from encoding unchanged.
func FuzzPicture(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		data = repaired(data)
		p, err := open(t.Context(), pic.Bytes(data))
		if err != nil || p.width*p.height > mostPixels/16 {
			return
		}
		early, err := open(t.Context(), pic.Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		changed, endErr := early.Complete(t.Context())
		if endErr != nil {
			checkBad(t, "completed", endErr)
		}
		img, colour, err := pixelsOf(t.Context(), p)
		if err != nil {
			checkBad(t, "decoded", err)
			return
		}
		if late, err := p.Complete(t.Context()); err != nil || endErr != nil || late != changed || p.Header() != early.Header() {
			t.Fatalf("completed before the rows: %v, %v, %+v; behind them: %v, %v, %+v", changed, endErr, early.Header(), late, err, p.Header())
		}
		raster := &pic.Raster{Pixels: img, Colour: colour}
		out, err := Encoder{}.Encode(t.Context(), &pic.Buffers{}, sequenceOf(raster), pic.Budget{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := open(t.Context(), pic.Bytes(out.Data))
		if err != nil {
			t.Fatal(err)
		}
		back, backColour, err := pixelsOf(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back.Pix, img.Pix) { // the encoder has cleared hidden colours in img too
			t.Error("other pixels")
		}
		if !bytes.Equal(backColour.PNGChunks, colour.PNGChunks) || !bytes.Equal(backColour.Profile, colour.Profile) || backColour.OnlyPNG != colour.OnlyPNG {
			t.Error("other colours")
		}
	})
}

// repaired corrects the checksum of every chunk.
func repaired(data []byte) []byte {
	out := bytes.Clone(data)
	for at := len(signature); at+12 <= len(out); {
		n := int(binary.BigEndian.Uint32(out[at:]))
		if n > len(out)-at-12 {
			break
		}
		end := at + 8 + n
		binary.BigEndian.PutUint32(out[end:], crc32.ChecksumIEEE(out[at+4:end]))
		at = end + 4
	}
	return out
}
