package resize

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestTrimMemory compares the estimate for finding the border with what is allocated,
// and checks that the limit holds for it.
func TestTrimMemory(t *testing.T) {
	seen := 0
	for name, data := range memoryOriginals(t) {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil || p.Info().Frames > 1 {
			continue
		}
		req := request(1, 1)
		req.Trim = true
		var found part
		got := pictest.Allocated(func() { found, err = new(Resizer).part(t.Context(), p, req) })
		if err != nil {
			continue
		}
		seen++
		compareMemory(t, name, got, found.memory, above(p.Info().Format, data)+2*fixedOverhead)
		req.Limits.Memory = found.memory - 1
		var limit *LimitError
		if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "memory" || limit.Got < found.memory {
			t.Errorf("%s, %d bytes: %v", name, found.memory, err)
		}
	}
	if seen < 60 {
		t.Errorf("only %d originals", seen)
	}
}

// TestTrimFails: broken originals, limits and an end of the context give the errors that
// they give without trimming. A JPEG must be whole.
func TestTrimFails(t *testing.T) {
	for name, data := range memoryOriginals(t) {
		for _, data := range [][]byte{data, data[:len(data)/2], data[:len(data)/4]} {
			req := requestFor(t, data)
			_, plain := Resize(t.Context(), Bytes(data), req)
			req.Trim = true
			_, err := Resize(t.Context(), Bytes(data), req)
			var invalid *FormatError
			if plain == nil && (err == nil || errors.As(err, &invalid) || errors.Is(err, ErrLarger)) {
				continue
			}
			if fmt.Sprintf("%T", plain) != fmt.Sprintf("%T", err) {
				t.Errorf("%s: %v, and trimmed %v", name, plain, err)
			}
		}
	}
	data := pictest.PNG(t, busy(60, 40))
	req := request(10, 10)
	req.Trim = true
	req.Limits.Pixels = 60*40 - 1
	var limit *LimitError
	if _, err := Resize(t.Context(), Bytes(data), req); !errors.As(err, &limit) || limit.What != "pixels" {
		t.Error(err)
	}
	req.Limits.Pixels = 0
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	whole, _ := smallOriginals(t)
	for name, data := range whole {
		p, err := Open(t.Context(), Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := new(Resizer).part(ctx, p, req); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTrimAnyOrder: a used Resizer trims as a fresh one, with broken originals between.
func TestTrimAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(35, 36))
	whole, lacking := smallOriginals(t)
	with, _ := bordered(t, random)
	var all []*made
	for _, originals := range []map[string][]byte{whole, lacking, with} {
		for name, data := range originals {
			for _, trim := range []bool{true, false} {
				req := requestFor(t, data)
				req.Trim, req.Largest = trim, true
				v, err := Resize(t.Context(), Bytes(data), req)
				all = append(all, &made{name, data, req, v, err})
			}
		}
	}
	slices.SortFunc(all, func(a, b *made) int { return bytes.Compare(a.data, b.data) })
	var used Resizer
	for range 2 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, m := range all {
			m.check(t, &used)
		}
	}
}

// TestTrimOnce: the border is looked for once, however often the variant is tried.
func TestTrimOnce(t *testing.T) {
	data := pictest.PNG(t, inBorder(busy(40, 30), color.NRGBA{255, 255, 255, 255}, 9, 8, 7, 6))
	p, err := Open(t.Context(), Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	req := request(1, 1)
	req.Trim = true
	ctx, cancel := context.WithCancel(t.Context())
	first, err := new(Resizer).part(ctx, p, req)
	cancel()
	again, againErr := new(Resizer).part(ctx, p, req)
	if err != nil || againErr != nil || first != again || first.Min != image.Pt(9, 8) {
		t.Errorf("%v, %v; then %v, %v", first, err, again, againErr)
	}
}
