package vp8l

// group is the five codes of a tile (RFC 9649 section 3.7.2).
type group struct {
	green, red, blue, alpha, distance code
	// plain says that literals have only one red, blue and alpha: those of rest.
	plain bool
	rest  uint32
}

// groupBits is the fewest bits that a group takes: five codes of one symbol.
const groupBits = 5 * 4

// keptEntries is how many entries of tables are kept at a time, and keptGroups
// for how many groups. If a picture has more, they are read again.
const (
	keptEntries = 2 << 20
	keptGroups  = 4096
)

// groups holds the codes of an image. It knows where each group begins, and keeps
// the tables of as many as there is room for.
type groups struct {
	reader    codeReader
	data      []byte
	cacheSize int
	// For each group that a tile names: where it begins, in bits of data, and its
	// index in built.
	starts []int
	kept   []int32
	tables []uint16
	built  []group

	fewer int // reduces keptEntries, in tests
}

// notKept marks a group without tables.
const notKept = -1

// begin prepares g for codes in data, with a colour cache of cacheSize colours,
// and forgets the ones before.
func (g *groups) begin(data []byte, cacheSize int) {
	g.data, g.cacheSize = data, cacheSize
	g.starts, g.kept = g.starts[:0], g.kept[:0]
	g.forget()
}

// forget drops all tables.
func (g *groups) forget() {
	g.tables, g.built = g.tables[:0], g.built[:0]
	for i := range g.kept {
		g.kept[i] = notKept
	}
}

// read reads the next group, and keeps it if wanted is set.
func (g *groups) read(r *bitReader, wanted bool) error {
	if !wanted {
		for _, span := range spans(g.cacheSize) {
			if _, err := g.reader.read(r, span[1]-span[0]); err != nil {
				return err
			}
		}
		return nil
	}
	g.starts = append(g.starts, r.bit())
	g.kept = append(g.kept, notKept)
	return g.build(r, len(g.kept)-1)
}

// build makes the tables of group i, which r is at, and moves r past it.
func (g *groups) build(r *bitReader, i int) error {
	if len(g.built) == keptGroups {
		g.forget()
	}
	var tables [codes]code
	others := len(g.tables) > 0
	for c, span := range spans(g.cacheSize) {
		table, err := g.reader.read(r, span[1]-span[0])
		if err != nil {
			return err
		}
		if len(g.tables)+len(table) > keptEntries-g.fewer && others {
			// Drop all tables to make room, and build those of this group again.
			g.forget()
			*r = newBitReader(g.data, g.starts[i])
			return g.build(r, i)
		}
		start := len(g.tables)
		g.tables = append(g.tables, table...)
		tables[c] = code{g.tables[start:len(g.tables):len(g.tables)], uint64(min(len(table), 1<<rootBits) - 1)}
	}
	built := group{green: tables[green], red: tables[red], blue: tables[blue], alpha: tables[alpha], distance: tables[distance]}
	if len(built.red.table) == 1 && len(built.blue.table) == 1 && len(built.alpha.table) == 1 {
		built.plain = true
		built.rest = uint32(built.alpha.table[0]>>4)<<24 | uint32(built.red.table[0]>>4)<<16 | uint32(built.blue.table[0]>>4)
	}
	g.kept[i] = int32(len(g.built))
	g.built = append(g.built, built)
	return nil
}

// at returns group i, which must have been read before without an error. It is
// valid until the next call.
func (g *groups) at(i int) *group {
	if g.kept[i] == notKept {
		r := newBitReader(g.data, g.starts[i])
		if err := g.build(&r, i); err != nil {
			panic(err) // it was read before without one
		}
	}
	return &g.built[g.kept[i]]
}
