package purge

import "crypto/sha256"

// remembered is how many changes a memory holds at least, once it has had so many.
const remembered = 20_000

// memory remembers the changes that were invalidated, by their IDs, so that none is
// invalidated again when it is told again: among others, it would not have the same
// caller reference. The latest are kept.
type memory struct{ recent, older map[[16]byte]struct{} }

func (m *memory) has(id string) bool {
	key := short(id)
	_, recent := m.recent[key]
	_, older := m.older[key]
	return recent || older
}

func (m *memory) add(id string) {
	if m.recent == nil || len(m.recent) >= remembered {
		m.recent, m.older = map[[16]byte]struct{}{}, m.recent
	}
	m.recent[short(id)] = struct{}{}
}

// short is as good as an id, which may have a kilobyte.
func short(id string) [16]byte {
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:])
}
