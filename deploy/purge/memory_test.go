package purge

import (
	"fmt"
	"testing"
)

// A memory keeps the latest changes and forgets older ones.
func TestMemory(t *testing.T) {
	var m memory
	if m.has("") {
		t.Error("an empty memory remembers")
	}
	const all = 5 * remembered
	for n := range all {
		m.add(fmt.Sprint(n))
	}
	for n := all - remembered; n < all; n++ {
		if !m.has(fmt.Sprint(n)) {
			t.Fatalf("%d of %d is forgotten", n, all)
		}
	}
	if kept := len(m.recent) + len(m.older); kept > 2*remembered || m.has("0") || m.has(fmt.Sprint(all)) {
		t.Errorf("%d are kept", kept)
	}
}
