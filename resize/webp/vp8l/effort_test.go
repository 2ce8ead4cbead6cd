package vp8l

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"
)

// TestMeans: less is done where the deadline is near.
func TestMeans(t *testing.T) {
	now := time.Now()
	start := now.Add(-time.Second) // judging took a second
	far, cancel := context.WithDeadline(t.Context(), now.Add(time.Hour))
	defer cancel()
	near, cancel := context.WithDeadline(t.Context(), now.Add(20*time.Second))
	defer cancel()
	tests := []struct {
		name   string
		ctx    context.Context
		effort Effort
		want   Effort
	}{
		{"no deadline", t.Context(), Thorough, Thorough},
		{"quick", t.Context(), Quick, Quick},
		{"far", far, Thorough, Thorough},
		{"near", near, Thorough, Quick},
	}
	for _, tt := range tests {
		if got := meansIn(tt.ctx, Params{Effort: tt.effort}, start); got != &meansOf[tt.want] {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// TestQuick: with little effort pictures are what they were too, in few more bytes.
func TestQuick(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	var e Encoder
	var d Decoder
	sum := [2]int{}
	for _, p := range pictures {
		img := p.make(r, 190, 120)
		for effort := range sum {
			stream, err := e.Encode(t.Context(), img, Params{Effort: Effort(effort)})
			if err != nil {
				t.Fatal(err)
			}
			sum[effort] += len(stream)
			got, err := decode(&d, stream)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			same(t, p.name, cleared(got), cleared(img))
		}
	}
	if sum[Quick] > sum[Thorough]*11/10 {
		t.Errorf("%d bytes thoroughly, %d quickly", sum[Thorough], sum[Quick])
	}
}
