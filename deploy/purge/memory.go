package purge

import "crypto/sha256"

// remembered is how many of the latest changes a memory holds at least.
const remembered = 20_000

// memory remembers the IDs of changes that were invalidated, so that a redelivered
// change is not invalidated again. In another batch it would have another caller
// reference. It keeps the latest.
type memory struct{ recent, older map[[16]byte]struct{} }

func (m *memory) has(id string) bool {
	key := digest(id)
	_, recent := m.recent[key]
	_, older := m.older[key]
	return recent || older
}

func (m *memory) add(id string) {
	if m.recent == nil || len(m.recent) >= remembered {
		m.recent, m.older = map[[16]byte]struct{}{}, m.recent
	}
	m.recent[digest(id)] = struct{}{}
}

// digest returns a short stand-in for id, which may have a kilobyte.
func digest(id string) [16]byte {
	sum := sha256.Sum256([]byte(id))
	return [16]byte(sum[:])
}
