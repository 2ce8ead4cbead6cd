package resize

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

// TestStopwatch: stages that take turns are each charged their time, without the
// waiting.
func TestStopwatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &arrival{Original: &pictest.Pieces{Data: make([]byte, 10), Size: pictest.Always(5), Delay: 100 * time.Second}}
		var times Times
		w := newStopwatch(a)
		for range 2 {
			time.Sleep(time.Second)
			if _, err := a.First(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
			w.lap(&times.Decode)
			time.Sleep(3 * time.Second)
			w.lap(&times.Resample)
		}
		if want := (Times{Decode: 2 * time.Second, Resample: 6 * time.Second}); times != want || a.waited != 100*time.Second {
			t.Errorf("%v and %v of waiting, want %v", times, a.waited, want)
		}
	})
}
