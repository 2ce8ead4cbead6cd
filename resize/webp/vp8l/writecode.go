package vp8l

// written is the prefix code of an alphabet, for writing.
type written struct {
	lengths []uint8
	codes   []uint16
}

// codeWriter writes prefix codes (RFC 9649 section 3.7.2.1). Its fields are
// scratch space.
type codeWriter struct {
	huffman huffman
	runs    []run
}

// mostZeros is how many lengths of zero can be written at once.
const mostZeros = 138

// run is a symbol of the code of code lengths, and the bits that follow it.
type run struct {
	kind, more uint8
	bits       uint8
}

// write sets c to the code for counts and writes it.
func (w *codeWriter) write(out *bitWriter, c *written, counts []uint32) {
	c.lengths = sized(c.lengths, len(counts))
	c.codes = sized(c.codes, len(counts))
	w.huffman.lengths(c.lengths, counts, maxLength)
	var symbols [2]int
	n := 0
	for symbol, length := range c.lengths {
		if length > 0 {
			if n < 2 {
				symbols[n] = symbol
			}
			n++
		}
	}
	if n <= 2 && symbols[0] < literals && symbols[1] < literals {
		w.writeSimple(out, symbols, n)
	} else {
		w.writeNormal(out, c.lengths)
	}
	w.huffman.assign(c.codes, c.lengths)
	if n <= 1 {
		clear(c.lengths) // it takes no bits
	}
}

// writeSimple writes a code of n symbols, at most two (section 3.7.2.1.1).
func (w *codeWriter) writeSimple(out *bitWriter, symbols [2]int, n int) {
	out.write(1, 1)
	out.write(uint32(max(n, 1)-1), 1)
	if symbols[0] <= 1 {
		out.write(0, 1)
		out.write(uint32(symbols[0]), 1)
	} else {
		out.write(1, 1)
		out.write(uint32(symbols[0]), 8)
	}
	if n == 2 {
		out.write(uint32(symbols[1]), 8)
	}
}

// writeNormal writes lengths (section 3.7.2.1.2).
func (w *codeWriter) writeNormal(out *bitWriter, lengths []uint8) {
	out.write(0, 1)
	last := len(lengths)
	for last > 0 && lengths[last-1] == 0 {
		last--
	}
	if len(lengths)-last <= mostZeros { // one run of zeros takes no more bits
		last = len(lengths)
	}
	w.appendRuns(lengths[:last])
	var counts [lengthKinds]uint32
	for _, r := range w.runs {
		counts[r.kind]++
	}
	var kinds [lengthKinds]uint8
	var codes [lengthKinds]uint16
	w.huffman.lengths(kinds[:], counts[:], 7)
	w.huffman.assign(codes[:], kinds[:])
	n := lengthKinds
	for n > 4 && kinds[lengthOrder[n-1]] == 0 {
		n--
	}
	out.write(uint32(n-4), 4)
	used := 0
	for _, kind := range lengthOrder[:n] {
		out.write(uint32(kinds[kind]), 3)
		if kinds[kind] > 0 {
			used++
		}
	}
	if last == len(lengths) {
		out.write(0, 1)
	} else { // the number of symbols is limited
		out.write(1, 1)
		most := uint32(len(w.runs)) // at least 2: there are three symbols, or one after zeros
		width := uint(2)
		for most-2 >= 1<<width {
			width += 2
		}
		out.write(uint32(width-2)/2, 3)
		out.write(most-2, width)
	}
	for _, r := range w.runs {
		if used > 1 {
			out.write(uint32(codes[r.kind]), uint(kinds[r.kind]))
		}
		out.write(uint32(r.more), uint(r.bits))
	}
}

// appendRuns sets w.runs to the runs of lengths.
func (w *codeWriter) appendRuns(lengths []uint8) {
	w.runs = w.runs[:0]
	last := uint8(8)
	for i := 0; i < len(lengths); {
		v, n := lengths[i], 1
		for i+n < len(lengths) && lengths[i+n] == v {
			n++
		}
		i += n
		if v == 0 {
			w.appendZeros(n)
			continue
		}
		if v != last {
			w.runs = append(w.runs, run{kind: v})
			last = v
			n--
		}
		for n >= 3 {
			times := min(n, 6)
			if n == 7 || n == 8 {
				times = n - 3 // leaves 3 for the next run
			}
			w.runs = append(w.runs, run{repeatLast, uint8(times - 3), 2})
			n -= times
		}
		for ; n > 0; n-- {
			w.runs = append(w.runs, run{kind: v})
		}
	}
}

// appendZeros appends runs of n zeros.
func (w *codeWriter) appendZeros(n int) {
	for n > 0 {
		switch {
		case n < 3:
			w.runs = append(w.runs, run{})
			n--
		case n < 11:
			w.runs = append(w.runs, run{repeatZero, uint8(n - 3), 3})
			n = 0
		default:
			times := min(n, mostZeros)
			w.runs = append(w.runs, run{repeatZeros, uint8(times - 11), 7})
			n -= times
		}
	}
}
