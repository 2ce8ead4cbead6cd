package edge

import (
	"context"
	"os"
	"testing"
)

// BenchmarkHandle answers recorded events: one with the response unchanged, one
// with a response that caches keep for less time, and one with a variant.
func BenchmarkHandle(b *testing.B) {
	fails := sourceFunc(func(context.Context, Location) ([]byte, error) { return nil, Because(S3Timeout, nil) })
	for _, bm := range []struct {
		name, event string
		source      Source
		want        Reason
	}{
		{"untouched", "query-none", serves(nil), NoSize},
		{"fallback", "resize-jpeg", fails, S3Timeout},
		{"variant", "resize-jpeg", serves(photo(b, 640, 480)), ""},
	} {
		payload, err := os.ReadFile("../testdata/events/" + bm.event + ".json")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			h := New(DefaultConfig(), bm.source, 0, quiet())
			for b.Loop() {
				if _, out, err := h.Handle(b.Context(), payload); err != nil || out.Reason != bm.want {
					b.Fatal(out.Reason, out.Err, err)
				}
			}
		})
	}
}
