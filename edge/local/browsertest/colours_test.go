//go:build !race

package browsertest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// colours says how much two pictures differ on Chromium's canvas.
type colours struct {
	// Chunks lists a WebP's chunks.
	Chunks []string
	// Mean and Most are distances of the mean colours of blocks of 8 × 8
	// pixels, on white and on black, in CIE 1976's ΔE.
	Mean, Most float64
}

// compareColours draws pictures, or the frames of animations as shown, and
// compares those of the first path with those of the second at the same time.
const compareColours = `(async () => {
	const frames = async path => {
		const answer = await fetch(path);
		const data = await answer.arrayBuffer();
		const decoder = new ImageDecoder({ data, type: answer.headers.get("content-type"), colorSpaceConversion: "default" });
		await decoder.tracks.ready;
		await decoder.completed;
		const animated = decoder.tracks.selectedTrack.animated, seen = [];
		for (let i = 0; i < decoder.tracks.selectedTrack.frameCount; i++) {
			const { image } = await decoder.decode({ frameIndex: i });
			seen.push({ picture: animated ? image : await createImageBitmap(new Blob([data])), from: image.timestamp, until: animated ? image.timestamp + image.duration : 1 });
		}
		return { seen, bytes: new TextDecoder("latin1").decode(data) };
	};
	const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
	const light = Array.from({ length: 256 }, (_, v) => linear(v / 255));
	const lab = ([r, g, b]) => {
		const [x, y, z] = [0.4124 * r + 0.3576 * g + 0.1805 * b, 0.2126 * r + 0.7152 * g + 0.0722 * b, 0.0193 * r + 0.1192 * g + 0.9505 * b]
			.map((v, i) => v / [0.9505, 1, 1.089][i]).map(v => v > 216 / 24389 ? Math.cbrt(v) : (24389 / 27 * v + 16) / 116);
		return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
	};
	const blocks = (picture, ground) => {
		const [w, h] = [picture.displayWidth ?? picture.width, picture.displayHeight ?? picture.height];
		const context = new OffscreenCanvas(w, h).getContext("2d");
		context.fillStyle = ground;
		context.fillRect(0, 0, w, h);
		context.drawImage(picture, 0, 0);
		const { data } = context.getImageData(0, 0, w, h), means = [];
		for (let y = 0; y < h; y += 8) {
			for (let x = 0; x < w; x += 8) {
				const sum = [0, 0, 0];
				let n = 0;
				for (let v = y; v < Math.min(h, y + 8); v++) {
					for (let u = x; u < Math.min(w, x + 8); u++, n++) {
						for (let c = 0; c < 3; c++) sum[c] += light[data[4 * (v * w + u) + c]];
					}
				}
				means.push(lab(sum.map(s => s / n)));
			}
		}
		return means;
	};
	const [one, other] = [await frames(%q), await frames(%q)];
	let sum = 0, n = 0, most = 0;
	for (const frame of other.seen) {
		const { picture } = one.seen.find(f => f.until > frame.from);
		for (const ground of ["white", "black"]) {
			const [got, want] = [blocks(picture, ground), blocks(frame.picture, ground)];
			if (got.length !== want.length) throw new Error("another size");
			got.forEach((block, i) => {
				const e = Math.hypot(...block.map((v, c) => v - want[i][c]));
				sum += e;
				n++;
				most = Math.max(most, e);
			});
		}
	}
	return { Chunks: ["VP8 ", "VP8L", "ALPH", "ICCP", "ANMF"].filter(id => one.bytes.includes(id)), Mean: sum / n, Most: most };
})()`

// A browser shows a WebP in the colours of the PNG in its place, and an
// animated one in those of the GIF: lossy and lossless, with transparency and
// with a profile.
func TestColours(t *testing.T) {
	drawings := t.TempDir()
	for name, corner := range map[string]color.NRGBA{"flat.png": {60, 160, 60, 255}, "alpha.png": {}} {
		if err := os.WriteFile(filepath.Join(drawings, name), drawing(t, corner), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b := newTab(t)
	for _, tt := range []struct {
		folder, original, size string
		than                   string // the format to compare with
		chunks                 []string
		mean, most             float64
	}{
		{originals, "PHOTO.jpg", "width=400&height=250", "png", []string{"VP8 "}, 1.5, 7},
		{originals, "jpeg-cmyk-icc.jpg", "width=100&height=80", "png", []string{"VP8 "}, 1.5, 7},
		{originals, "jpeg-icc.jpg", "width=200&height=150", "png", []string{"VP8 ", "ICCP"}, 2, 7},
		{originals, "webp-lossy-alpha.webp", "width=150&height=200", "png", []string{"VP8 ", "ALPH"}, 1.5, 7},
		{originals, "gif-animated-once.gif", "width=80&height=100", "gif", []string{"ANMF"}, 1, 10},
		{drawings, "flat.png", "width=300&height=200", "png", []string{"VP8L", "ICCP"}, 0, 0},
		{drawings, "alpha.png", "width=300&height=200", "png", []string{"VP8L", "ICCP"}, 0.05, 0.5},
	} {
		if tt.folder == originals {
			b.open("/")
		} else {
			url, _ := newServer(t, patient, "-originals", tt.folder)
			b.openURL(url + "/")
		}
		path := "/" + tt.original + "?" + tt.size + "&format="
		got := eval[colours](b, fmt.Sprintf(compareColours, path+"webp", path+tt.than))
		for _, id := range tt.chunks {
			if !slices.Contains(got.Chunks, id) {
				t.Errorf("%s: %v, want %v", tt.original, got.Chunks, tt.chunks)
			}
		}
		if got.Mean > tt.mean || got.Most > tt.most {
			t.Errorf("%s: %+v, want %g on average and %g at most", tt.original, got, tt.mean, tt.most)
		}
	}
}

// drawing returns a PNG with two flat parts, one of them a corner of one
// colour, and with the profile of an original.
func drawing(t *testing.T, corner color.NRGBA) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 600, 400))
	draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{200, 40, 80, 255}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 0, 240, 160), image.NewUniform(corner), image.Point{}, draw.Src)
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, img); err != nil {
		t.Fatal(err)
	}
	original, err := os.ReadFile(filepath.Join(originals, "png-icc.png"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(original, []byte("iCCP"))
	length := int(binary.BigEndian.Uint32(original[at-4:]))
	profile := original[at-4:][:12+length]
	const header = 8 + 12 + 13 // the signature and IHDR
	return slices.Insert(encoded.Bytes(), header, profile...)
}
