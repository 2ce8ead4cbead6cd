package png

// pairSet counts different pairs of bytes.
type pairSet struct {
	seen [1 << 16]uint8 // the last row that had each pair, by the numbers that rows have here
	row  uint8
}

// count returns how many different pairs of neighbours a row has.
func (s *pairSet) count(row []byte) int {
	s.row++
	if s.row == 0 {
		clear(s.seen[:])
		s.row = 1
	}
	n := 0
	pair := uint16(0)
	for _, v := range row {
		pair = pair<<8 | uint16(v)
		fresh := 0
		if s.seen[pair] != s.row {
			fresh = 1
		}
		n += fresh
		s.seen[pair] = s.row
	}
	return n
}

// bitCosts is how many bits each byte takes, of what it counts in the rows so far.
type bitCosts struct {
	counts tally
	costs  [256]uint32
	rows   int
}

// sum returns the bits that a row would take. Of the first rows little is known:
// for them it is the sum given.
func (c *bitCosts) sum(row []byte, otherwise int) int {
	if c.rows < bitCostRows {
		return otherwise
	}
	var even, odd uint32
	for ; len(row) >= 2; row = row[2:] {
		even += c.costs[row[0]]
		odd += c.costs[row[1]]
	}
	for _, v := range row {
		even += c.costs[v]
	}
	return int(even) + int(odd)
}

// bitCostRows is after how many rows the costs are set anew.
const bitCostRows = 16

// add counts the bytes of a row.
func (c *bitCosts) add(row []byte) {
	c.counts.addBytes(row)
	c.rows++
	if c.rows%bitCostRows == 0 {
		symbolCosts(c.costs[:], c.counts.literals[:256])
	}
}
