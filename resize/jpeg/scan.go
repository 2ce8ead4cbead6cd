package jpeg

import "context"

// rowsPerCheck is how many rows of MCUs are decoded between checks of the
// context.
const rowsPerCheck = 16

// maxLow is the highest position of the lowest bit of a scan (Al).
const maxLow = 13

// scan is what a scan header says (ITU-T T.81, B.2.3).
type scan struct {
	components []scanComponent

	// For a progressive picture: the first and last coefficient, in coded order,
	// and the position of the lowest bit in the scan before and in this one (Ss,
	// Se, Ah, Al).
	first, last int
	high, low   uint

	eobRun int // blocks that an end-of-band run has yet to skip (G.1.2.2)
}

// scanComponent is a component in a scan.
type scanComponent struct {
	index            int   // in the frame
	dcTable, acTable uint8 // selectors
	unitsX, unitsY   int   // blocks in an MCU

	*component
	dc, ac    *huffTable
	predicted int32 // DC coefficient of the previous block (F.2.1.3.1)
}

// parseScan reads a scan header.
func (h *header) parseScan(p []byte) (*scan, error) {
	if len(p) < 6 || p[0] < 1 || p[0] > 4 || len(p) != 4+2*int(p[0]) {
		return nil, formatError("the scan header has the wrong length")
	}
	n := int(p[0])
	s := &scan{components: make([]scanComponent, n), last: 63}
	blocks := 0
	for i := range s.components {
		sc, err := h.parseScanComponent(s.components[:i], p[1+2*i], p[2+2*i])
		if err != nil {
			return nil, err
		}
		s.components[i] = sc
		blocks += sc.unitsX * sc.unitsY
	}
	if n == 1 {
		s.components[0].unitsX, s.components[0].unitsY = 1, 1
	} else if blocks > 10 {
		return nil, formatError("more than 10 blocks in an MCU")
	}
	if !h.Progressive {
		return s, nil // the rest means nothing; some encoders write anything there
	}
	p = p[1+2*n:]
	s.first, s.last = int(p[0]), int(p[1])
	s.high, s.low = uint(p[2]>>4), uint(p[2]&15)
	return s, s.checkProgression()
}

// parseScanComponent reads the component with identifier id and its table
// selectors. before are the components read so far.
func (h *header) parseScanComponent(before []scanComponent, id, tables uint8) (scanComponent, error) {
	for _, other := range before {
		if h.Components[other.index].ID == id {
			return scanComponent{}, formatError("a component appears twice in a scan")
		}
	}
	for i, c := range h.Components {
		if c.ID != id {
			continue
		}
		sc := scanComponent{index: i, dcTable: tables >> 4, acTable: tables & 15, unitsX: c.H, unitsY: c.V}
		if most := max(sc.dcTable, sc.acTable); most > 3 || h.baseline && most > 1 {
			return scanComponent{}, formatError("Huffman table selector out of range")
		}
		return sc, nil
	}
	return scanComponent{}, formatError("a scan of an unknown component")
}

// checkProgression checks the parameters of a progressive scan (G.1.1.1).
func (s *scan) checkProgression() error {
	switch {
	case s.first > s.last || s.last > 63, s.first == 0 && s.last != 0:
		return formatError("spectral selection out of range")
	case s.first > 0 && len(s.components) > 1:
		return formatError("a scan has AC coefficients of several components")
	case s.low > maxLow, s.high != 0 && s.high != s.low+1:
		return formatError("successive approximation out of range")
	}
	return nil
}

// blockDecoder decodes the next block, at column bx and row by of the component's
// blocks. The block may lie beyond the component, to fill an MCU.
type blockDecoder func(s *scan, c *scanComponent, bx, by int) error

// nextScan decodes a scan if it is needed. It returns the offset at which to look
// for the next segment.
func (d *decoder) nextScan(in *input, seg segment) (next int, err error) {
	s, err := d.header.parseScan(seg.params)
	if err != nil {
		return 0, err
	}
	if err := d.checkOrder(s); err != nil {
		return 0, err
	}
	if err := d.quantise(s); err != nil {
		return 0, err
	}
	needed := d.needs(s)
	if d.advance(s) {
		in.source.Expect(in.source.Len()) // the last bits come last, and are most of the file
	}
	if !needed {
		return seg.end, nil
	}
	return d.decodeScan(in, s, seg.end)
}

// quantise gives each component of s its quantisation table, as defined at the
// component's first scan (B.2.4.1), even if that scan is not needed.
func (d *decoder) quantise(s *scan) error {
	for i := range s.components {
		c := &d.components[s.components[i].index]
		if c.quantised {
			continue
		}
		q := &d.quant[c.Quant]
		if !q.defined {
			return formatError("missing quantisation table")
		}
		c.setDequant(q)
		c.quantised = true
	}
	return nil
}

// decodeScan decodes the scan whose entropy-coded data begins at offset. It
// returns the offset of what follows.
func (d *decoder) decodeScan(in *input, s *scan, offset int) (next int, err error) {
	if err := d.bind(s); err != nil {
		return 0, err
	}
	if err := d.count(s); err != nil {
		return 0, err
	}
	d.track(s)
	d.bits.start(in, offset)
	if err := d.eachBlock(in.ctx, s, d.decoderOf(s)); err != nil {
		return 0, err
	}
	return d.bits.next, nil
}

// decoderOf returns the function that decodes the blocks of s.
func (d *decoder) decoderOf(s *scan) blockDecoder {
	switch {
	case !d.header.Progressive:
		return d.sequentialBlock
	case s.first == 0 && s.high == 0:
		return d.firstDC
	case s.first == 0:
		return d.refineDC
	case s.high == 0:
		return d.firstAC
	default:
		return d.refineAC
	}
}

// bind sets the components and tables of s.
func (d *decoder) bind(s *scan) error {
	needDC := s.first == 0 && s.high == 0
	needAC := s.last > 0
	for i := range s.components {
		sc := &s.components[i]
		sc.component = &d.components[sc.index]
		sc.dc, sc.ac = &d.huffman[0][sc.dcTable], &d.huffman[1][sc.acTable]
		if needDC && !sc.dc.defined || needAC && !sc.ac.defined {
			return formatError("missing Huffman table")
		}
		if needDC {
			sc.dc.prepare()
		}
		if needAC {
			sc.ac.prepare()
		}
		if s.first == 0 {
			sc.coded, sc.openDC = true, s.low
		}
	}
	return nil
}

// eachBlock calls decode for the blocks of s in coded order (A.2).
func (d *decoder) eachBlock(ctx context.Context, s *scan, decode blockDecoder) error {
	mcusX, mcusY := d.mcus(s)
	left := d.restart // MCUs up to the next restart marker
	nextRestart := byte(markerRST0)
	for my := range mcusY {
		if my%rowsPerCheck == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for mx := range mcusX {
			if d.restart > 0 {
				if left == 0 {
					if err := d.restartScan(s, nextRestart); err != nil {
						return err
					}
					nextRestart = markerRST0 + (nextRestart+1)&7
					left = d.restart
				}
				left--
			}
			if err := d.decodeMCU(s, decode, mx, my); err != nil {
				return err
			}
		}
	}
	if d.bits.overrun() {
		return errTruncated
	}
	return nil
}

// count adds the blocks of s to d.scanned, and returns an error beyond
// maxScanned.
func (d *decoder) count(s *scan) error {
	all := 0
	for i := range d.components {
		all += d.components[i].blocksX * d.components[i].blocksY
	}
	for _, sc := range s.components {
		d.scanned += sc.blocksX * sc.blocksY
	}
	if d.scanned > maxScanned(all) {
		return unsupportedError("too many scans for its size")
	}
	return nil
}

// mcus returns how many MCUs s has across and down; if it has one component, each
// block is one.
func (d *decoder) mcus(s *scan) (x, y int) {
	if len(s.components) == 1 {
		c := s.components[0]
		return c.blocksX, c.blocksY
	}
	maxH, maxV := d.header.sampling()
	return ceilDiv(d.header.Width, 8*maxH), ceilDiv(d.header.Height, 8*maxV)
}

// decodeMCU calls decode for the blocks of MCU mx, my.
func (d *decoder) decodeMCU(s *scan, decode blockDecoder, mx, my int) error {
	for i := range s.components {
		c := &s.components[i]
		for v := range c.unitsY {
			for u := range c.unitsX {
				if !d.bits.ready() {
					return d.bits.failure()
				}
				if err := decode(s, c, mx*c.unitsX+u, my*c.unitsY+v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// restartScan continues after a restart marker (F.2.1.3.1, G.1.2.2). It skips
// bytes before the marker that the interval did not need, as other decoders do.
func (d *decoder) restartScan(s *scan, want byte) error {
	if d.bits.overrun() {
		return errTruncated
	}
	m, at, err := d.bits.in.nextMarker(d.bits.next)
	if err != nil {
		return err
	}
	if m != want {
		return formatError("restart marker missing")
	}
	d.bits.start(d.bits.in, at+1)
	s.eobRun = 0
	for i := range s.components {
		s.components[i].predicted = 0
	}
	return nil
}
