package avif

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestGuesses checks, over lengths that grow with quality in any way, that the guesses
// find the best quality that fits, or one that leaves less than 3% of the limit. Few
// tries must do if the lengths grow like those of photographs.
func TestGuesses(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 1))
	for _, like := range []struct {
		name  string
		grow  func(length, quantiser float64) float64 // returns the length at base_q_idx one less
		tries float64                                 // on average, at most
	}{
		{"photographs", func(length, quantiser float64) float64 {
			return length * math.Exp(slope*(0.85+0.3*random.Float64())+0.3*max(0, 20-quantiser)/100)
		}, 2.5},
		{"anything", func(length, _ float64) float64 {
			if random.IntN(3) > 0 {
				return length
			}
			return length * (1 + random.ExpFloat64()/20)
		}, 5},
	} {
		sum, n := 0, 0
		for range 3000 {
			var lengths [101]int
			length := 300 * math.Exp(5*random.Float64())
			quantiser := Quantiser(1)
			for quality := 1; quality <= 100; quality++ {
				for ; quantiser > Quantiser(quality); quantiser-- {
					length = like.grow(length, float64(quantiser))
				}
				lengths[quality] = int(length)
			}
			most := 1 + random.IntN(100)
			least := 1 + random.IntN(most)
			limit := 1 + int(float64(lengths[most])*(0.1+0.95*random.Float64()))
			guess, tries := newGuesser(limit), 0
			fitted, err := pic.FitGuessing(context.Background(), least, most, guess.next, func(quality int) ([]byte, error) {
				tries++
				guess.add(quality, lengths[quality])
				if lengths[quality] > limit {
					return nil, pic.ErrTooLong
				}
				return make([]byte, lengths[quality]), nil
			})
			sum, n = sum+tries, n+1
			if tries > 1+mostGuesses+7 {
				t.Errorf("%s: %d tries", like.name, tries)
			}
			got := len(fitted.Data)
			switch {
			case lengths[least] > limit:
				if !errors.Is(err, pic.ErrNoFit) {
					t.Fatalf("%s: %v where nothing fits", like.name, err)
				}
			case err != nil || got > limit || got != lengths[fitted.Level] || fitted.Level < least || fitted.Level > most || fitted.Hurried:
				t.Fatalf("%s: %d bytes of %d at %d, %v", like.name, got, limit, fitted.Level, err)
			case fitted.Level < most && lengths[fitted.Level+1] <= limit && float64(got) < 0.97*float64(limit):
				t.Fatalf("%s: quality %d of %d bytes, %d of %d, within %d", like.name, fitted.Level, got, fitted.Level+1, lengths[fitted.Level+1], limit)
			}
		}
		if mean := float64(sum) / float64(n); mean > like.tries {
			t.Errorf("%s: %.2f tries on average, want at most %.1f", like.name, mean, like.tries)
		} else {
			t.Logf("%s: %.2f tries on average", like.name, mean)
		}
	}
}

// TestWithin checks that a file within a limit is the best that fits, or leaves less than
// 3%.
func TestWithin(t *testing.T) {
	raster := &pic.Raster{Pixels: pictest.Scene(160, 120)}
	encode := func(b pic.Budget) pic.Encoded {
		encoded, err := Encoder{}.Encode(t.Context(), new(pic.Buffers), sequenceOf(raster), b)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	whole := encode(pic.Budget{Quality: 90, MinQuality: 90})
	for _, part := range []float64{0.9, 0.7, 0.5} {
		limit := int(part * float64(len(whole.Data)))
		got := encode(pic.Budget{Quality: 90, MinQuality: 5, MaxBytes: limit})
		better := encode(pic.Budget{Quality: got.Quality + 1, MinQuality: got.Quality + 1})
		if len(got.Data) > limit || len(better.Data) <= limit && float64(len(got.Data)) < 0.97*float64(limit) {
			t.Errorf("%d bytes at %d within %d, %d at the next quality", len(got.Data), got.Quality, limit, len(better.Data))
		}
	}
}
