package png

import "math"

// pairSet counts different pairs of bytes in a row.
type pairSet struct {
	seen [1 << 16]uint8 // the number of the last row that had each pair
	row  uint8
}

// count returns how many different pairs of neighbours a row has, or any number above
// most if there are more than most.
func (s *pairSet) count(row []byte, most int) int {
	const step = 32 // bytes between comparisons with most
	s.row++
	if s.row == 0 {
		clear(s.seen[:])
		s.row = 1
	}
	n := 0
	pair := uint16(0)
	for len(row) > 0 && n <= most {
		part := row[:min(step, len(row))]
		for _, v := range part {
			pair = pair<<8 | uint16(v)
			fresh := 0
			if s.seen[pair] != s.row {
				fresh = 1
			}
			n += fresh
			s.seen[pair] = s.row
		}
		row = row[len(part):]
	}
	return n
}

// fewest returns the index of the row with the fewest pairs, the first one if several
// have as few. thought is a guess, which is counted first.
func (s *pairSet) fewest(rows *[filters][]byte, thought int) int {
	best, least := thought, s.count(rows[thought][1:], math.MaxInt)
	for i := range rows {
		switch {
		case i == thought:
		case i < best:
			if n := s.count(rows[i][1:], least); n <= least {
				best, least = i, n
			}
		default:
			if n := s.count(rows[i][1:], least-1); n < least {
				best, least = i, n
			}
		}
	}
	return best
}

// bitCosts estimates the bits that each byte takes from the rows so far.
type bitCosts struct {
	counts tally
	costs  [256]uint32
	rows   int
}

// sum returns how many bits a row would take. For the first rows, of which too little is
// known, it returns the value of otherwise.
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

// bitCostRows is after how many rows the costs are updated.
const bitCostRows = 16

// add counts the bytes of a row.
func (c *bitCosts) add(row []byte) {
	c.counts.addBytes(row)
	c.rows++
	if c.rows%bitCostRows == 0 {
		symbolCosts(c.costs[:], c.counts.literals[:256])
	}
}
