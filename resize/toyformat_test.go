package resize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// toy shows all that a new format takes: a room and a row. A toy file is the word toy,
// width and height in decimal, each after a space, a line feed and one gray level a
// pixel.
const toy Format = "toy"

var toyRow = room{format: toy, is: isToy, open: openToy, encoder: toyEncoder{}}

func isToy(start []byte) bool { return bytes.HasPrefix(start, []byte("toy ")) }

type toyPicture struct {
	width, height int
	pix           []byte
}

func openToy(ctx context.Context, source pic.Source) (pic.Picture, error) {
	data, err := source.First(ctx, source.Len())
	if err != nil {
		return nil, err
	}
	head, pix, _ := bytes.Cut(data, []byte("\n"))
	p := &toyPicture{pix: pix}
	if _, err := fmt.Sscanf(string(head), "toy %d %d", &p.width, &p.height); err != nil || p.width < 1 || len(pix) != p.width*p.height {
		return nil, pic.Invalid(toy, errors.New("broken toy"))
	}
	return p, nil
}

func (p *toyPicture) Header() pic.Header {
	return pic.Header{Format: toy, Width: p.width, Height: p.height, Orientation: 1, Frames: 1}
}

func (p *toyPicture) Plan(pic.View) (*pic.Decoding, error) {
	return &pic.Decoding{
		Memory: 100,
		Shape:  pic.Shape{Width: p.width, Height: p.height, Channels: 1},
		Frames: func(context.Context, *pic.Buffers) iter.Seq2[*pic.Frame, error] {
			rest := p.pix
			rows := &pic.Rows{Width: p.width, Height: p.height, Channels: 1, Next: func() ([]byte, error) {
				if len(rest) == 0 {
					return nil, io.EOF
				}
				row := rest[:p.width]
				rest = rest[p.width:]
				return row, nil
			}}
			return func(yield func(*pic.Frame, error) bool) {
				yield(&pic.Frame{Rows: rows, Colour: pic.Colour{Gray: true}}, nil)
			}
		},
	}, nil
}

type toyEncoder struct{}

func (toyEncoder) Holds(r *pic.Raster) bool { return r.Opaque() }

func (toyEncoder) Memory(_ pic.Header, width, height int, _ pic.Budget) int64 {
	return int64(width * height)
}

func (toyEncoder) Encode(_ context.Context, _ *pic.Buffers, s pic.Sequence, b pic.Budget) (pic.Encoded, error) {
	r, err := s.First()
	if err != nil {
		return pic.Encoded{}, err
	}
	data := fmt.Appendf(nil, "toy %d %d\n", s.Width, s.Height)
	for i := 1; i < len(r.NRGBA().Pix); i += 4 {
		data = append(data, r.NRGBA().Pix[i]) // the green samples
	}
	if !b.Fits(len(data)) {
		return pic.Encoded{}, pic.ErrNoFit
	}
	return pic.Encoded{Data: data}, nil
}

// TestNewFormat: with a row in the table, a format is read, written and passed over
// like any other.
func TestNewFormat(t *testing.T) {
	with := append(slices.Clone(formats), toyRow)
	resized := func(t *testing.T, original []byte, req Request) *Variant {
		t.Helper()
		p, err := with.open(t.Context(), Bytes(original))
		if err != nil {
			t.Fatal(err)
		}
		v, err := new(Resizer).Resize(t.Context(), p, req)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	original := []byte("toy 30 20\n" + strings.Repeat("\x40", 600))
	if p, err := with.open(t.Context(), Bytes(original)); err != nil || p.Info() != (Info{toy, 30, 20, 1}) {
		t.Fatal(err)
	}
	var unsupported UnsupportedError
	if _, err := Open(t.Context(), Bytes(original)); !errors.As(err, &unsupported) {
		t.Errorf("without the row: error %v", err)
	}
	if v := resized(t, original, request(6, 4)); v.Format != JPEG || v.Width != 6 || v.Height != 4 {
		t.Errorf("as any format that is not asked for: %+v", v)
	}
	asked := request(6, 4)
	asked.Formats = []Format{"nosuch", toy}
	const want = "toy 6 4\n@@@@@@@@@@@@@@@@@@@@@@@@"
	if v := resized(t, original, asked); v.Format != toy || string(v.Data) != want {
		t.Errorf("%s: %q", v.Format, v.Data)
	}
	photo := pictest.JPEG(t, pictest.Scene(60, 40))
	if v := resized(t, photo, asked); v.Format != toy || len(v.Data) != len(want) {
		t.Errorf("of a JPEG: %s: %q", v.Format, v.Data)
	}
	clear := pictest.Scene(60, 40)
	for i := 3; i < len(clear.Pix); i += 4 {
		clear.Pix[i] = 100
	}
	if v := resized(t, pictest.PNG(t, clear), asked); v.Format != PNG {
		t.Errorf("of what it cannot hold: %s", v.Format)
	}
	asked.MaxBytes = len(want) - 1
	if _, err := new(Resizer).Resize(t.Context(), opened(t, with, original), asked); !errors.Is(err, ErrNoFit) {
		t.Errorf("too long: %v", err)
	}
	asked.Limits.Memory = 600
	var limit *LimitError
	if _, err := new(Resizer).Resize(t.Context(), opened(t, with, original), asked); !errors.As(err, &limit) || limit.What != "memory" {
		t.Errorf("in little memory: %v", err)
	}
}

func opened(t *testing.T, formats table, data []byte) *Picture {
	t.Helper()
	p, err := formats.open(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// greedy is a toy's encoder that claims more memory than there is.
type greedy struct{ toyEncoder }

func (greedy) Memory(pic.Header, int, int, pic.Budget) int64 { return 1 << 40 }

// TestGreedyFormat: a format that takes too much memory is passed over like one that
// does not fit.
func TestGreedyFormat(t *testing.T) {
	row := toyRow
	row.encoder = greedy{}
	with := append(slices.Clone(formats), row)
	req := request(30, 20)
	req.Formats = []Format{toy}
	req.Limits.Memory = 100 << 20
	v, err := new(Resizer).Resize(t.Context(), opened(t, with, pictest.JPEG(t, pictest.Scene(60, 40))), req)
	if err != nil || v.Format != JPEG {
		t.Errorf("%+v, %v", v, err)
	}
	req.Limits.Memory = 1000
	var limit *LimitError
	_, err = new(Resizer).Resize(t.Context(), opened(t, with, pictest.JPEG(t, pictest.Scene(60, 40))), req)
	if !errors.As(err, &limit) || limit.Got > 10<<20 {
		t.Errorf("in little memory: %v, want what the JPEG takes", err)
	}
}

// hoarding is a toy's encoder that keeps as many bytes as its estimate and never fits;
// looking is one that writes what is kept.
type hoarding struct {
	toyEncoder
	bytes int64
}

func (e hoarding) Memory(pic.Header, int, int, pic.Budget) int64 { return e.bytes }

func (e hoarding) Encode(_ context.Context, kept *pic.Buffers, _ pic.Sequence, _ pic.Budget) (pic.Encoded, error) {
	type hoard struct{ data []byte }
	pic.Reuse[hoard](kept).data = make([]byte, e.bytes)
	return pic.Encoded{}, pic.ErrNoFit
}

type looking struct{ toyEncoder }

func (looking) Encode(_ context.Context, kept *pic.Buffers, _ pic.Sequence, _ pic.Budget) (pic.Encoded, error) {
	return pic.Encoded{Data: fmt.Append(nil, kept.Size())}, nil
}

// TestBesideTheNextFormat: the buffers of an encoder that did not fit stay for the next
// one if both fit within the limit and within what is kept; otherwise they are dropped.
func TestBesideTheNextFormat(t *testing.T) {
	for name, tt := range map[string]struct {
		bytes, limit int64
		kept         bool
	}{
		"room for both":     {1 << 20, 0, true},
		"more than is kept": {leastKept, 0, false},
		"a limit":           {1 << 20, 1<<20 + 1<<19, false},
	} {
		with := append(slices.Clone(formats), room{format: "hoard", encoder: hoarding{bytes: tt.bytes}}, room{format: "look", encoder: looking{}})
		req := request(30, 20)
		req.Formats, req.Limits.Memory = []Format{"hoard", "look"}, tt.limit
		v, err := new(Resizer).Resize(t.Context(), opened(t, with, pictest.JPEG(t, pictest.Scene(60, 40))), req)
		if err != nil || v.Format != "look" || (string(v.Data) != "0") != tt.kept {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
