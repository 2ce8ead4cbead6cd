package resize

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestPNGLateOrientation: an orientation behind the pixels has the same effect as one
// before them, whether or not the request can then be satisfied.
func TestPNGLateOrientation(t *testing.T) {
	plain := pictest.PNG(t, pictest.Scene(60, 40))
	const header, end = 33, 12 // IHDR and what is before it, IEND
	for orientation := uint16(1); orientation <= 8; orientation++ {
		exif := pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.LittleEndian, orientation))
		early := slices.Concat(plain[:header], exif, plain[header:])
		late := slices.Concat(plain[:len(plain)-end], exif, plain[len(plain)-end:])
		both := slices.Concat(plain[:header], pictest.Chunk("eXIf", pictest.OrientationTIFF(binary.BigEndian, 9-orientation)), late[header:])
		for _, req := range []Request{request(20, 15), request(50, 30), request(30, 50), request(60, 40), request(40, 60)} {
			want, wantErr := Resize(t.Context(), Bytes(early), req)
			for name, data := range map[string][]byte{"late": late, "both": both} {
				got, err := Resize(t.Context(), &pictest.Pieces{Data: data, Size: pictest.Always(1)}, req)
				if message(err) != message(wantErr) {
					t.Errorf("%s, orientation %d to %dx%d: %v, want %v", name, orientation, req.Width, req.Height, err, wantErr)
				}
				if err == nil && !bytes.Equal(got.Data, want.Data) {
					t.Errorf("%s, orientation %d to %dx%d: another variant", name, orientation, req.Width, req.Height)
				}
			}
		}
	}
}

// largeChunkPNG returns a gray picture of 400x300 whose pixels are incompressible and
// in one chunk.
func largeChunkPNG() []byte {
	const width, height = 400, 300
	rows := make([]byte, height*(1+width))
	_, _ = rand.NewChaCha8([32]byte{}).Read(rows) // never fails
	for y := range height {
		rows[y*(1+width)] = byte(y % 5)
	}
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, height)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pictest.Chunk("IHDR", append(header, 8, 0, 0, 0, 0)),
		pictest.Chunk("IDAT", pictest.Zlib(rows)), pictest.Chunk("IEND", nil))
}

// stepwise is an original that records the largest increase of the bytes asked for.
type stepwise struct {
	Bytes
	asked, step int
}

func (s *stepwise) First(_ context.Context, n int) ([]byte, error) {
	s.step = max(s.step, n-s.asked)
	s.asked = max(s.asked, n)
	return s.Bytes[:n:n], nil
}

// TestPNGWaits: a PNG is requested bit by bit.
func TestPNGWaits(t *testing.T) {
	data := largeChunkPNG()
	source := &stepwise{Bytes: data}
	if _, err := Resize(t.Context(), source, request(60, 40)); err != nil {
		t.Fatal(err)
	}
	if source.asked != len(data) || source.step > len(data)/3 {
		t.Errorf("%d of %d bytes, up to %d at once", source.asked, len(data), source.step)
	}
}

// TestPNGRefusedEarly: an error in the first pixels is returned before the last have
// arrived.
func TestPNGRefusedEarly(t *testing.T) {
	data := largeChunkPNG()
	data[bytes.Index(data, []byte("IDAT"))+4]++
	source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
	var format *FormatError
	if _, err := Resize(t.Context(), source, request(60, 40)); !errors.As(err, &format) {
		t.Fatal(err)
	}
	if source.Asked > len(data)/3 {
		t.Errorf("%d of %d bytes", source.Asked, len(data))
	}
}

// TestPNGNotWaitedFor: an error that no orientation can change is returned without
// waiting for the pixels, and nothing more is requested after the deadline.
func TestPNGNotWaitedFor(t *testing.T) {
	data := largeChunkPNG()
	limited := request(60, 40)
	limited.Limits.Pixels = 10
	for name, req := range map[string]Request{"larger": request(5000, 5000), "too many pixels": limited} {
		source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
		if _, err := Resize(t.Context(), source, req); err == nil || source.Asked > sniffed {
			t.Errorf("%s: asked for %d bytes, error %v", name, source.Asked, err)
		}
	}
	ctx := &pictest.Countdown{Context: t.Context()}
	source := &pictest.Pieces{Data: data, Size: pictest.Always(1)}
	p, err := Open(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	asked, info := source.Asked, p.Info()
	turned := request(1, max(info.Width, info.Height)) // fits if the picture is stored turned
	if info.Width < info.Height {
		turned.Width, turned.Height = turned.Height, turned.Width
	}
	if _, err := new(Resizer).Resize(ctx, p, turned); !errors.Is(err, context.DeadlineExceeded) || source.Asked > asked {
		t.Errorf("after the deadline: asked for %d bytes, not %d; error %v", source.Asked, asked, err)
	}
}
