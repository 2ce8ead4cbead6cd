//go:build !race

package browsertest

import (
	"fmt"
	"testing"
)

// movie is an animation as a browser shows it.
type movie struct {
	Type          string
	Frames, Loops int // -1 means for ever
	Milliseconds  int // of all frames
	// Difference is the mean difference of its samples from the other movie's
	// at the same time.
	Difference float64
}

// compareMovies decodes two animations by WebCodecs' ImageDecoder and compares,
// on white, what is shown at the time of each frame of the second one.
const compareMovies = `(async () => {
	const frames = async path => {
		const answer = await fetch(path);
		const type = answer.headers.get("content-type");
		const decoder = new ImageDecoder({ data: await answer.arrayBuffer(), type });
		await decoder.tracks.ready;
		await decoder.completed;
		const track = decoder.tracks.selectedTrack;
		const seen = [];
		for (let i = 0; i < track.frameCount; i++) {
			const { image } = await decoder.decode({ frameIndex: i });
			const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
			const context = canvas.getContext("2d");
			context.fillStyle = "white";
			context.fillRect(0, 0, canvas.width, canvas.height);
			context.drawImage(image, 0, 0);
			seen.push({ at: image.timestamp, until: image.timestamp + image.duration, pixels: context.getImageData(0, 0, canvas.width, canvas.height).data });
			image.close();
		}
		return { type, seen, loops: track.repetitionCount === Infinity ? -1 : track.repetitionCount };
	};
	const [one, other] = [await frames(%q), await frames(%q)];
	let sum = 0, n = 0;
	for (const frame of other.seen) {
		const { pixels } = one.seen.find(f => f.until > frame.at);
		for (let i = 0; i < pixels.length; i++, n++) sum += Math.abs(pixels[i] - frame.pixels[i]);
	}
	return { Type: one.type, Frames: one.seen.length, Loops: one.loops, Milliseconds: one.seen.at(-1).until / 1000, Difference: sum / n };
})()`

// A browser shows an animated WebP as the GIF in its place, and vice versa.
func TestAnimations(t *testing.T) {
	b := newTab(t)
	b.open("/")
	for _, tt := range []struct {
		original string
		loops    int
	}{{"gif-animated-disposals.gif", -1}, {"gif-animated-loop-3.gif", 3}, {"gif-animated-once.gif", 0}} {
		webp, gif := "/"+tt.original+"?width=100&height=75&format=webp", "/"+tt.original+"?width=100&height=75"
		got := eval[movie](b, fmt.Sprintf(compareMovies, webp, gif))
		want := eval[movie](b, fmt.Sprintf(compareMovies, gif, gif))
		if got.Type != "image/webp" || want.Type != "image/gif" || got.Loops != tt.loops || want.Loops != tt.loops ||
			got.Milliseconds != want.Milliseconds || got.Frames < 2 || got.Difference > 4 {
			t.Errorf("%s: %+v, want about %+v", tt.original, got, want)
		}
	}
	original, variant := "/webp-animated.webp", "/webp-animated.webp?width=60&height=45"
	got, want := eval[movie](b, fmt.Sprintf(compareMovies, variant, variant)), eval[movie](b, fmt.Sprintf(compareMovies, original, original))
	if got != want {
		t.Errorf("%s: %+v, want %+v", variant, got, want)
	}
}
