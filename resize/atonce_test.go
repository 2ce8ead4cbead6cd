package resize

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// TestResizersAtOnce: resizers share no state that changes. The race detector checks
// it.
func TestResizersAtOnce(t *testing.T) {
	whole, lacking := smallOriginals(t)
	var originals []string
	alone := map[string][]byte{}
	for name, data := range whole {
		v, err := resizeWith(new(Resizer), t.Context(), Bytes(data), request(13, 9))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		originals, alone[name] = append(originals, name), v.Data
	}
	for name, data := range lacking {
		originals, whole[name] = append(originals, name), data
	}
	slices.Sort(originals)
	var all sync.WaitGroup
	for seed := range uint64(4) {
		all.Go(func() {
			var r Resizer
			for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(originals)) {
				name := originals[i]
				v, err := resizeWith(&r, t.Context(), Bytes(whole[name]), request(13, 9))
				if want := alone[name]; want != nil && (err != nil || !bytes.Equal(v.Data, want)) {
					t.Errorf("%s: %v, or other bytes than alone", name, err)
				}
			}
		})
	}
	all.Wait()
}
