package jpeg

import (
	"bytes"
	"context"
	"fmt"
	stdjpeg "image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var (
	sampling420  = []frameComponent{{H: 2, V: 2}, {H: 1, V: 1}, {H: 1, V: 1}}
	sampling444  = []frameComponent{{H: 1, V: 1}, {H: 1, V: 1}, {H: 1, V: 1}}
	samplingGray = []frameComponent{{H: 1, V: 1}}
)

// benchPictures have 12 megapixels.
var benchPictures = []struct {
	name string
	picture
}{
	{"420", picture{width: 4000, height: 3000, components: sampling420, adobe: -1}},
	{"444", picture{width: 4000, height: 3000, components: sampling444, adobe: -1}},
	{"gray", picture{width: 4000, height: 3000, components: samplingGray, adobe: -1}},
	{"progressive", picture{width: 4000, height: 3000, components: sampling420, adobe: -1, progressive: true}},
}

// keptFile returns the picture that encode makes. It keeps it among the temporary
// files.
func keptFile(b *testing.B, name string, encode func() []byte) []byte {
	b.Helper()
	path := filepath.Join(os.TempDir(), "edgeresize-bench-2-"+name+".jpg")
	if data, err := os.ReadFile(path); err == nil {
		return data
	}
	data := encode()
	if err := os.WriteFile(path, data, 0o666); err != nil {
		b.Fatal(err)
	}
	return data
}

// BenchmarkDecode also reports how many times as long image/jpeg takes for the
// same picture in the same run.
func BenchmarkDecode(b *testing.B) {
	for _, p := range benchPictures {
		var data []byte
		var std time.Duration
		setup := func(b *testing.B) {
			if data != nil {
				return
			}
			data = keptFile(b, p.name, func() []byte { return encodePhoto(p.picture) })
			std = time.Hour
			for range 3 {
				start := time.Now()
				if _, err := stdjpeg.Decode(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
				std = min(std, time.Since(start))
			}
		}
		for _, o := range []options{
			{Luma: full, Chroma: full},
			{Luma: half, Chroma: half},
			{Luma: half, Chroma: full},
			{Luma: quarter, Chroma: quarter},
			{Luma: eighth, Chroma: eighth},
			{Luma: half, Chroma: half, LumaGain: allPass, ChromaGain: allPass},
			{Luma: quarter, Chroma: quarter, LumaGain: allPass, ChromaGain: allPass},
		} {
			if o.LumaGain == allPass && !p.progressive {
				continue
			}
			name := fmt.Sprintf("%s/luma=1:%d/chroma=1:%d", p.name, o.Luma, o.Chroma)
			if o.LumaGain == allPass {
				name += "/unrefined"
			}
			b.Run(name, func(b *testing.B) {
				setup(b)
				benchmark(b, data, o, std)
			})
		}
	}
}

func benchmark(b *testing.B, data []byte, o options, std time.Duration) {
	var d decoder
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := d.Decode(context.Background(), whole(data), o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(std.Seconds()*float64(b.N)/b.Elapsed().Seconds(), "image/jpeg:1")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
}
