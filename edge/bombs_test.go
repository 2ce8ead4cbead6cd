//go:build unix

package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/peakmemory"
)

// Limits for a bomb: CPU time, and memory beyond that of the idle process, the
// bomb's own bytes included.
const (
	mostBombTime   = time.Second
	mostBombMemory = 64 << 20 // bytes
)

// The function has 512 MB; resizes may use all but 40.
const (
	functionMemory = 512 << 20
	resizeMemory   = functionMemory - 40<<20
)

// bombs returns files made to cost far more than their size suggests.
func bombs() []bomb {
	const huge = 60000 // pixels per side
	emptyJPEG := func(sof byte, w, h uint16) []byte {
		return append(jpegStart(sof, w, h, 3), jpegScan([]byte{1, 2, 3}, 0, map[byte]byte{0xc0: 63}[sof], 0, nil)...)
	}
	plenty := sync.OnceValue(func() []byte { return zeros(256 << 20) })
	iccp := func(packed []byte) []byte { return pngChunk("iCCP", []byte("a\x00\x00"), packed) }
	// Exif data whose directory names itself as its sub-directories, the GPS
	// directory included, and as the next directory.
	loop := tiffFile(nil, short(0x112, 6), long(0x8769, 8), long(0x8825, 8))
	return []bomb{
		{"png-60000x60000-of-100-bytes", pngFile(huge, huge, 8, 6, 0, zeros(100)), edge.TooManyPixels},
		{"png-of-2147483647-a-side", pngFile(1<<31-1, 1<<31-1, 16, 6, 0, nil), edge.TooManyPixels},
		{"png-49-megapixels-without-data", pngFile(7000, 7000, 16, 6, 0, zeros(100)), edge.BadOriginal},
		{"png-interlaced-without-data", pngFile(7000, 7000, 8, 2, 1, zeros(100)), edge.BadOriginal},
		{"png-idat-of-256-megabytes", pngFile(64, 64, 8, 2, 0, plenty()), edge.BadOriginal},
		{"png-interlaced-idat-of-256-megabytes", pngFile(64, 64, 8, 2, 1, plenty()), edge.BadOriginal},
		{"png-iccp-of-256-megabytes", blackPNG(64, 64, iccp(plenty())), edge.BadOriginal},
		{"png-iccp-of-4-megabytes", blackPNG(64, 64, iccp(deflated(iccProfile("GRAY", 4<<20)))), ""},
		{"png-ztxt-of-256-megabytes", blackPNG(64, 64, pngChunk("zTXt", []byte("Comment\x00\x00"), plenty())), ""},
		{"png-itxt-of-256-megabytes", blackPNG(64, 64, pngChunk("iTXt", []byte("Comment\x00\x01\x00\x00\x00"), plenty())), ""},
		{"png-exif-directory-that-is-the-next", blackPNG(64, 64, pngChunk("eXIf", loop)), ""},
		{"png-million-chunks", blackPNG(64, 64, bytes.Repeat(pngChunk("tEXt"), 1<<20)), ""},
		{"png-million-empty-idats", blackPNG(64, 64, bytes.Repeat(pngChunk("IDAT"), 1<<20)), ""},

		{"gif-10000-frames", gifFile(100, 100, 10_000, gifFrame(100, 100, gifPixels(10_000))), edge.Unsupported},
		{"gif-10000-frames-of-a-pixel", gifFile(100, 100, 10_000, gifFrame(1, 1, gifPixels(1))), edge.Unsupported},
		{"gif-million-frames-of-a-pixel", gifFile(2, 1, 1<<20, gifFrame(1, 1, gifPixels(1))), edge.Unsupported},
		{"gif-2000-frames-of-a-pixel", gifFile(100, 100, 2000, gifFrame(1, 1, gifPixels(1))), ""},
		{"gif-50-megapixels-of-frames-of-a-pixel", gifFile(158, 158, 2000, gifFrame(1, 1, gifPixels(1))), ""},
		{"gif-million-comments", gifFile(2, 1, 1, append(bytes.Repeat([]byte{'!', 0xfe, 1, 0, 0}, 1<<20), gifFrame(2, 1, gifPixels(2))...)), ""},
		{"gif-comment-of-million-blocks", gifFile(2, 1, 1, slices.Concat([]byte{'!', 0xfe}, bytes.Repeat([]byte{1, 0}, 5<<20), []byte{0}, gifFrame(2, 1, gifPixels(2)))), ""},
		{"gif-65535x65535", gifFile(65535, 65535, 1, gifFrame(1, 1, gifPixels(1))), edge.TooManyPixels},
		{"gif-frame-larger-than-canvas", gifFile(100, 100, 1, gifFrame(65535, 65535, gifPixels(1<<20))), edge.BadOriginal},
		{"gif-garbage", gifFile(100, 100, 100, gifFrame(100, 100, bytes.Repeat([]byte("garbage!"), 1000))), edge.BadOriginal},
		{"gif-49-megapixels-without-data", gifFile(7000, 7000, 1, gifFrame(7000, 7000, nil)), edge.OutOfMemory},

		{"bmp-2-gigapixels", bmpFile(46341, 46341, 24, 0, 0, nil), edge.TooManyPixels},
		{"bmp-2-gigapixels-top-down", bmpFile(46341, -46341, 32, 0, 0, nil), edge.TooManyPixels},
		{"bmp-lowest-height", bmpFile(1, -1<<31, 24, 0, 0, nil), edge.TooManyPixels},
		{"bmp-run-lengths", bmpFile(7000, 7000, 8, 1, 256, bytes.Repeat([]byte{255, 1}, 1000)), edge.Unsupported},
		{"bmp-palette-of-4-billion", bmpFile(100, 100, 8, 0, 1<<32-1, nil), edge.Unsupported},
		{"bmp-49-megapixels-without-data", bmpFile(7000, 7000, 32, 0, 0, nil), edge.BadOriginal},

		{"tiff-60000x60000", tiffFile(nil, grayTIFF(huge, huge, 1)...), edge.TooManyPixels},
		{"tiff-strip-of-4-gigabytes", tiffFile(nil, grayTIFF(7000, 7000, 1, long(278, 7000), long(273, 8), long(279, 1<<32-1))...), edge.BadOriginal},
		{"tiff-two-billion-strips", tiffFile(nil, grayTIFF(7000, 7000, 1, long(278, 1), tiffField{273, 4, 1<<31 - 1, 8, true}, tiffField{279, 4, 1<<31 - 1, 8, true})...), edge.BadOriginal},
		{"tiff-count-that-overflows", tiffFile(nil, grayTIFF(100, 100, 1, long(278, 1), tiffField{273, 4, 1 << 30, 8, true}, tiffField{279, 4, 1 << 30, 8, true})...), edge.BadOriginal},
		{"tiff-no-strips", tiffFile(nil, grayTIFF(7000, 7000, 1)...), edge.BadOriginal},
		{"tiff-deflated-strip-of-256-megabytes", tiffFile(even(plenty()), grayTIFF(100, 100, 8, long(278, 100), long(273, 8), long(279, 1<<20))...), ""},
		{"tiff-tiles-of-8-pixels", tiledTIFF(7000, 8, 8, zeros(64)), edge.Unsupported},
		{"tiff-palette-without-colours", tiffFile(nil, long(256, 100), long(257, 100), short(258, 8), short(262, 3), tiffField{320, 3, 768, 1 << 30, true}, long(273, 8), long(279, 10000)), edge.BadOriginal},
		{"tiff-directory-of-65535-entries", tiffFile(nil, manyFields(65535)...), edge.BadOriginal},
		{"tiff-icc-of-4-gigabytes", tiffFile(make([]byte, 10000), grayTIFF(100, 100, 1, long(278, 100), long(273, 8), long(279, 10000), tiffField{34675, 7, 1<<32 - 1, 8, true})...), ""},
		{"tiff-directory-that-is-the-next", tiffFile(make([]byte, 10000), grayTIFF(100, 100, 1, long(278, 100), long(273, 8), long(279, 10000))...), ""},

		{"jpeg-65535x65535-without-data", emptyJPEG(0xc0, 65535, 65535), edge.TooManyPixels},
		{"jpeg-progressive-65535x65535-without-data", emptyJPEG(0xc2, 65535, 65535), edge.TooManyPixels},
		{"jpeg-49-megapixels-without-data", emptyJPEG(0xc0, 7000, 7000), edge.BadOriginal},
		{"jpeg-progressive-49-megapixels-without-data", emptyJPEG(0xc2, 7000, 7000), edge.BadOriginal},
		{"jpeg-882-scans-in-order", progressiveJPEG(refinedScans()...), edge.Unsupported},
		{"jpeg-5000-scans-again-and-again", progressiveJPEG(slices.Repeat([][]byte{jpegScan([]byte{1}, 1, 63, 1, acScan)}, 5000)...), ""},
		{"jpeg-dc-scan-again-and-again", progressiveJPEG(slices.Repeat([][]byte{jpegScan([]byte{1}, 0, 0, 0, dcScan)}, 200)...), edge.Unsupported},
		{"jpeg-icc-of-16-megabytes", iccJPEG(255, 65000), edge.DoesNotFit},
		{"jpeg-huffman-tables-again-and-again", blackJPEG(bytes.Repeat(fullHuffmanTable(), 20_000)), ""},
		{"jpeg-fill-bytes", append(jpegStart(0xc0, 64, 64, 1), bytes.Repeat([]byte{0xff}, 20<<20)...), edge.BadOriginal},
		{"jpeg-million-comments", blackJPEG(bytes.Repeat(jpegSegment(0xfe), 4<<20)), edge.Unsupported},
		{"jpeg-million-comments-between-scans", progressiveJPEG(bytes.Repeat(jpegSegment(0xfe), 4<<20), jpegScan([]byte{1}, 1, 63, 0, acScan)), ""},
		{"jpeg-restart-markers", append(jpegStart(0xc0, 64, 64, 1), jpegScan([]byte{1}, 0, 63, 0, bytes.Repeat([]byte{0xff, 0xd0}, 10<<20))...), edge.BadOriginal},
		{"jpeg-exif-directory-that-is-the-next", blackJPEG(jpegSegment(0xe1, []byte("Exif\x00\x00"), loop)), ""},
		{"jpeg-exif-again-and-again", blackJPEG(bytes.Repeat(jpegSegment(0xe1, []byte("Exif\x00\x00"), tiffFile(nil, manyFields(5400)...)), 300)), ""},

		{"webp-16383x16383-without-data", webpFile(lossyWebP(16383, 16383, nil)), edge.BadOriginal},
		{"webp-49-megapixels-without-data", webpFile(lossyWebP(7000, 7000, make([]byte, 100))), edge.BadOriginal},
		{"webp-lossless-49-megapixels-without-data", webpFile(webpChunk("VP8L", losslessHeader(7000, 7000))), edge.BadOriginal},
		{"webp-huge-canvas", webpFile(webpChunk("VP8X", append([]byte{0x10, 0, 0, 0}, bytes.Repeat([]byte{0xff}, 6)...)), lossyWebP(100, 100, make([]byte, 100))), edge.BadOriginal},
		{"webp-alpha-of-a-gigabyte", webpFile(webpChunk("VP8X", []byte{0x10, 0, 0, 0, 0xff, 0x3f, 0, 0xff, 0x3f, 0}), webpChunk("ALPH", losslessAlpha()), lossyWebP(100, 100, make([]byte, 100))), edge.BadOriginal},
		{"webp-icc-of-16-megabytes", webpFile(webpChunk("VP8X", []byte{0x20, 0, 0, 0, 99, 0, 0, 99, 0, 0}), webpChunk("ICCP", iccProfile("RGB ", 16<<20)), blackLosslessWebP(100)), ""},
		{"webp-exif-directory-that-is-the-next", webpFile(webpChunk("VP8X", []byte{0x08, 0, 0, 0, 99, 0, 0, 99, 0, 0}), blackLosslessWebP(100), webpChunk("EXIF", loop)), ""},
		{"webp-animated", webpFile(webpChunk("VP8X", append([]byte{0x02, 0, 0, 0}, bytes.Repeat([]byte{0xff}, 6)...)), webpChunk("ANIM", make([]byte, 6))), edge.BadOriginal},
		{"webp-animated-of-many-frames", animatedWebP(99, 6000), edge.Unsupported},
		{"webp-animated-of-many-pixels", animatedWebP(400, 4000), edge.TooManyPixels},
		{"webp-16383x16383", webpFile(lossyWebP(16383, 16383, make([]byte, 1<<18))), edge.TooManyPixels},
		{"webp-2600-huffman-codes", huffmanWebP(400), ""},
		{"webp-million-chunks", webpFile(bytes.Repeat(webpChunk("junk", nil), 1<<20)), edge.BadOriginal},
	}
}

// bomb is a file and the expected reason for its original; "" if it is resized.
type bomb struct {
	name string
	data []byte
	want edge.Reason
}

// asked returns the size to ask for: a small one, or a large one for a bomb
// that costs little at a small size.
func (b bomb) asked() edge.Size {
	info, err := resize.Inspect(context.Background(), resize.Bytes(b.data))
	switch {
	case err != nil || info.Width < 200 || info.Height < 200:
		return edge.Size{Width: 1, Height: 1}
	case info.Width == scannedWidth && info.Height == scannedHeight:
		return edge.Size{Width: 1200, Height: 880}
	}
	return edge.Size{Width: 200, Height: 150}
}

func even(data []byte) []byte { return append(data, make([]byte, len(data)%2)...) }

// TestBombs runs each bomb in a process of its own.
func TestBombs(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc to read a process's memory from")
	}
	if underRace() {
		t.Skip("the race detector takes memory and time of its own")
	}
	for _, b := range bombs() {
		t.Run(b.name, func(t *testing.T) {
			got := runBomb(t, b)
			for range 2 { // a busy machine adds CPU time
				if got.CPU > mostBombTime {
					got.CPU = min(got.CPU, runBomb(t, b).CPU)
				}
			}
			t.Logf("%d bytes: %q, %v of CPU time, %.1f MB", len(b.data), got.Reason, got.CPU, float64(got.Memory)/1e6)
			if got.Reason != b.want || got.Direct != b.want {
				t.Errorf("handler %q, resize %q: %s; want %q", got.Reason, got.Direct, got.Err, b.want)
			}
			if b.want != "" && !got.Untouched {
				t.Errorf("not the response as it came")
			}
			most := int64(mostBombMemory)
			if b.want == "" {
				// A bomb that is resized may take what was counted against the
				// limit, and garbage.
				most = max(most, got.Estimate*5/4+int64(len(b.data)))
			}
			if got.CPU > mostBombTime || got.Memory > most {
				t.Errorf("%v of CPU time, %d bytes; want at most %v, %d", got.CPU, got.Memory, mostBombTime, most)
			}
		})
	}
}

// underRace reports whether this binary was built with the race detector.
func underRace() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// report describes what a bomb did.
type report struct {
	Reason    edge.Reason // of the handler
	Direct    edge.Reason // of Resize alone
	Err       string
	Untouched bool          // the response is unchanged, or that of a transient reason
	CPU       time.Duration // of the handler
	Memory    int64         // peak in bytes, beyond the idle process
	Estimate  int64         // bytes that Resize counts against the limit
}

// runBomb runs this test binary again with one bomb.
func runBomb(t *testing.T, b bomb) (r report) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestBombProcess$", "-test.v")
	cmd.Env = append(os.Environ(), fmt.Sprintf("EDGERESIZE_BOMB=%d %d %d", len(b.data), b.asked().Width, b.asked().Height))
	cmd.Stdin = bytes.NewReader(b.data)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, printed, _ := bytes.Cut(out, []byte("report:"))
	if err := json.NewDecoder(bytes.NewReader(printed)).Decode(&r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

// TestBombProcess runs in the process that runBomb starts.
func TestBombProcess(t *testing.T) {
	var length, width, height int
	if _, err := fmt.Sscan(os.Getenv("EDGERESIZE_BOMB"), &length, &width, &height); err != nil {
		t.Skip("only for TestBombs")
	}
	cfg := edge.DefaultConfig()
	cfg.TimeoutMS = 30_000 // long: a busy machine may take far more time than the resize needs
	payload, err := os.ReadFile("../testdata/events/resize-jpeg.json")
	if err != nil {
		t.Fatal(err)
	}
	payload = bytes.Replace(payload, []byte(`"width=500&height=300"`), fmt.Appendf(nil, `"width=%d&height=%d"`, width, height), 1)
	source := &piped{length: length}
	h := edge.New(cfg, source, functionMemory, slog.New(slog.DiscardHandler))
	debug.FreeOSMemory()
	idle, before := memoryPeak(t), cpuTime(t)
	response, out, err := h.Handle(t.Context(), payload)
	r := report{CPU: cpuTime(t) - before, Memory: memoryPeak(t) - idle, Reason: out.Reason}
	if err != nil {
		t.Fatal(err)
	}
	if out.Err != nil {
		r.Err = out.Err.Error()
	}
	r.Untouched = bytes.Contains(payload, response) || out.Reason.Passing()
	req := resize.Request{
		Width: width, Height: height, Fit: cfg.Fit, Quality: cfg.Quality, MinQuality: cfg.MinQuality, MaxBytes: 780_000,
		Limits: resize.Limits{Pixels: cfg.MaxSourcePixels, Memory: resizeMemory},
	}
	if _, err := resize.Resize(t.Context(), resize.Bytes(source.data), req); err != nil {
		r.Direct = edge.ReasonOf(err)
	}
	req.Limits.Memory = 1
	var limit *resize.LimitError
	if _, err := resize.Resize(t.Context(), resize.Bytes(source.data), req); errors.As(err, &limit) {
		r.Estimate = limit.Got
	}
	printed, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("report:%s\n", printed)
}

// piped is a source whose only original is read from standard input.
type piped struct {
	length int
	data   []byte
}

func (p *piped) Open(context.Context, edge.Location, int64) (edge.Body, error) {
	p.data = make([]byte, p.length)
	if _, err := io.ReadFull(os.Stdin, p.data); err != nil {
		return nil, err
	}
	return edge.Whole(p.data, ""), nil
}

// memoryPeak returns the peak of the process's resident memory, in bytes.
func memoryPeak(t *testing.T) int64 {
	t.Helper()
	peak, err := peakmemory.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	return peak
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
