package jpeg

// plan says of each scan of a progressive picture where the next segment is if
// the scan need not be decoded, 0 if it must be: if it holds coefficients that
// the scale needs, or is one without which the former cannot be read. It also
// notes which components are refined.
func (l *layout) plan(data []byte, h *Header, o Options) (skipTo []int, err error) {
	scans, ends, err := h.scans(data)
	if err != nil {
		return nil, err
	}
	needed := make([]uint64, len(l.components)) // sets of coefficients in coded order
	for i := range l.components {
		needed[i] = between(0, l.components[i].last)
	}
	for i := len(scans) - 1; i >= 0; i-- {
		s := scans[i]
		if s.first == 0 {
			ends[i] = 0
			continue
		}
		index := s.components[0].index
		band := between(s.first, s.last)
		if needed[index]&band == 0 || s.high > 0 && o.SkipRefinement {
			continue
		}
		ends[i] = 0
		if s.high > 0 {
			// Which bits a refinement scan has depends on what the earlier
			// scans of all of its coefficients said (ITU-T T.81, G.1.2.3).
			needed[index] |= band
			l.components[index].refined = true
		}
	}
	return ends, nil
}

// scans reads all scan headers, up to the end of the picture. It also returns
// the offset of the segment after each scan.
func (h *Header) scans(data []byte) (scans []*scan, ends []int, err error) {
	for pos := h.SOS; ; {
		seg, err := nextSegment(data, pos)
		if err != nil {
			return nil, nil, err
		}
		if len(ends) < len(scans) {
			ends = append(ends, seg.start)
		}
		pos = seg.end
		switch seg.marker {
		case markerEOI:
			return scans, ends, nil
		case markerSOS:
			s, err := h.parseScan(seg.params)
			if err != nil {
				return nil, nil, err
			}
			if scans = append(scans, s); len(scans) > maxScans {
				return nil, nil, UnsupportedError("more than 1000 scans")
			}
		}
	}
}
