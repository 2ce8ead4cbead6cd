package main

import (
	"errors"
	"math"
	"testing"
)

// steady returns a curve whose look rises evenly with quality and whose bytes grow by
// the same factor with each quality. It counts the measurements.
func steady(lowest, rise, factor float64, measured *int) *curve {
	return &curve{measure: func(quality int) (point, error) {
		*measured++
		q := float64(quality)
		return point{quality, int(math.Round(1e6 * math.Pow(factor, q))), looks{lowest + rise*q, -100 + q}}, nil
	}}
}

func begun(t *testing.T, c *curve) *curve {
	t.Helper()
	if err := c.begin(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCurveAtEqualScore(t *testing.T) {
	n := 0
	for _, want := range []float64{21, 35.5, 70, 85.25, 99.5} {
		c := begun(t, steady(20, 0.8, 1.03, &n))
		s, ok, err := c.at(byScore, want)
		if err != nil || !ok {
			t.Fatalf("score %v: %v, %v", want, ok, err)
		}
		quality := (want - 20) / 0.8
		if bytes := 1e6 * math.Pow(1.03, quality); math.Abs(s.bytes/bytes-1) > 1e-4 {
			t.Errorf("score %v: got %.0f bytes, want %.0f", want, s.bytes, bytes)
		}
		if math.Abs(s.quality-quality) > 1e-9 || math.Abs(s.looks[byScore]-want) > 1e-9 || math.Abs(s.looks[bySecond]+100-quality) > 1e-9 {
			t.Errorf("score %v: got %+v, want quality %v", want, s, quality)
		}
	}
	if most := 5 * (len(first) + 5); n > most {
		t.Errorf("measured %d encodings, want at most %d", n, most)
	}
}

// TestCurveBends: interpolation works on a curve that is not straight.
func TestCurveBends(t *testing.T) {
	score := func(q float64) float64 { return 100 - 4000/(q+40) }
	c := begun(t, &curve{measure: func(quality int) (point, error) {
		return point{quality, 1000 + quality*quality*quality, looks{score(float64(quality))}}, nil
	}})
	for _, want := range []float64{55, 65, 70.5} {
		s, ok, err := c.at(byScore, want)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		q := 4000/(100-want) - 40
		if bytes := 1000 + q*q*q; math.Abs(s.bytes/bytes-1) > 0.01 {
			t.Errorf("score %v: got %.0f bytes, want %.0f", want, s.bytes, bytes)
		}
	}
}

func TestCurveOutOfReach(t *testing.T) {
	n := 0
	c := begun(t, steady(20, 0.5, 1.03, &n))
	for _, want := range []float64{20.4, 70.1} {
		if s, ok, err := c.at(byScore, want); ok || err != nil {
			t.Errorf("score %v: got %+v, %v", want, s, err)
		}
	}
	for _, want := range []float64{20.5, 70} {
		if _, ok, err := c.at(byScore, want); !ok || err != nil {
			t.Errorf("score %v: got %v, %v", want, ok, err)
		}
	}
}

// TestCurveWavers: the search ends even if more quality does not always look better.
func TestCurveWavers(t *testing.T) {
	c := begun(t, &curve{measure: func(quality int) (point, error) {
		return point{quality, 1000 * quality, looks{float64(quality/3*3 - 2*(quality%2))}}, nil
	}})
	for want := 1.0; want < 95; want += 0.7 {
		s, ok, err := c.at(byScore, want)
		if err != nil || !ok {
			t.Fatalf("score %v: %v, %v", want, ok, err)
		}
		if math.Abs(s.quality-want) > 2*near {
			t.Errorf("score %v: got quality %v", want, s.quality)
		}
	}
}

func TestCurveFails(t *testing.T) {
	want := errors.New("no such encoder")
	c := &curve{measure: func(int) (point, error) { return point{}, want }}
	if err := c.begin(); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestFollow(t *testing.T) {
	n := 0
	theirs, err := follow(steady(0, 1, 1.03, &n), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Half the bytes at each quality, looking one better by the score and the same by
	// the second metric.
	ours, err := follow(&curve{measure: func(quality int) (point, error) {
		q := float64(quality)
		return point{quality, int(5e5 * math.Pow(1.03, q)), looks{1 + q, -100 + q}}, nil
	}}, theirs.at)
	if err != nil {
		t.Fatal(err)
	}
	if theirs.looks[byScore] != reported || ours.looks[byScore] != reported+1 {
		t.Errorf("got %v and %v at quality %d", theirs.looks, ours.looks, reported)
	}
	for i := range scores {
		if got, want := ours.at[i].bytes/theirs.at[i].bytes, 0.5/1.03; math.Abs(got-want) > 1e-3 {
			t.Errorf("at score %v: got %v, want %v", scores[i], got, want)
		}
		if got := ours.alike[i].bytes / theirs.alike[i].bytes; math.Abs(got-0.5) > 1e-3 {
			t.Errorf("as far as at score %v: got %v, want 0.5", scores[i], got)
		}
	}
}
