package resize

import (
	"context"
	"errors"
	"testing"
)

// brokenOriginal is an original of which nothing arrives.
type brokenOriginal struct{ err error }

func (brokenOriginal) Len() int { return 1000 }

func (o brokenOriginal) First(context.Context, int) ([]byte, error) { return nil, o.err }

// TestOriginalBroken: what ended the arrival comes out as it was.
func TestOriginalBroken(t *testing.T) {
	want := errors.New("connection reset")
	if _, err := Inspect(t.Context(), brokenOriginal{want}); err != want {
		t.Errorf("Inspect: %v", err)
	}
	if v, err := Resize(t.Context(), brokenOriginal{want}, request(5, 5)); v != nil || err != want {
		t.Errorf("Resize: %v, %v", v, err)
	}
}
