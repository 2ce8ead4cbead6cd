package vp8l

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// TestEffort checks that less effort is spent if the deadline is near.
func TestEffort(t *testing.T) {
	now := time.Now()
	start := now.Add(-time.Second) // judging took a second
	far, cancel := context.WithDeadline(t.Context(), now.Add(time.Hour))
	defer cancel()
	near, cancel := context.WithDeadline(t.Context(), now.Add(20*time.Second))
	defer cancel()
	tests := []struct {
		name string
		ctx  context.Context
		want *effort
	}{
		{"no deadline", t.Context(), &thorough},
		{"far", far, &thorough},
		{"near", near, &quick},
	}
	for _, tt := range tests {
		if got := effortIn(tt.ctx, start); got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// late is a context whose deadline has passed but that is not done.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Time{}, true }

// TestQuick checks that with little time pictures stay the same, in a few more
// bytes.
func TestQuick(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	var e Encoder
	var d Decoder
	var sizes [2]int
	for _, p := range pictures {
		img := p.make(r, 190, 120)
		for i, ctx := range []context.Context{t.Context(), late{t.Context()}} {
			stream, err := e.Encode(ctx, img)
			if err != nil {
				t.Fatal(err)
			}
			sizes[i] += len(stream)
			got, err := decode(&d, stream)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			same(t, p.name, cleared(got), cleared(img))
		}
	}
	if sizes[1] == sizes[0] || sizes[1] > sizes[0]*11/10 {
		t.Errorf("%d bytes thoroughly, %d quickly", sizes[0], sizes[1])
	}
}
