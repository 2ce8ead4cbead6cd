package vp8l

// group is the five codes of a tile (RFC 9649 section 3.7.2).
type group struct {
	green, red, blue, alpha, distance code
	// plain says that a literal has but one red, blue and alpha, those of rest.
	plain bool
	rest  uint32
}

// groupBits is how many bits a group takes at least: five codes of one symbol.
const groupBits = 5 * 4

// keptEntries is how many entries of tables are kept at a time, and keptGroups of how
// many groups: a picture that has more of them reads them again.
const (
	keptEntries = 2 << 20
	keptGroups  = 4096
)

// groups are the codes of an image. Where each begins is known, and as many are
// kept as tables as there is room for.
type groups struct {
	reader    codeReader
	data      []byte
	cacheSize int
	// Of the groups that a tile names, where they begin, in bits of data, and which
	// of built they are.
	starts []int
	kept   []int32
	tables []uint16
	built  []group

	fewer int // than keptEntries, in tests
}

// notKept is where a group has no tables.
const notKept = -1

// begin readies g for codes in data with a colour cache of a size, forgetting
// others.
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

// read reads the next group, and keeps it if it is wanted.
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

// build makes the tables of group i, which r is at, and leaves r behind it.
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
			// Those of this group are built again, with room for them.
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

// at returns group i, whose codes have been read without an error before. It is
// valid until the next call.
func (g *groups) at(i int) *group {
	if g.kept[i] == notKept {
		r := newBitReader(g.data, g.starts[i])
		if err := g.build(&r, i); err != nil {
			panic(err) // it was read without one
		}
	}
	return &g.built[g.kept[i]]
}
