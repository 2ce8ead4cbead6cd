package jpeg

// plan reads the scan headers of a progressive picture and says which scans are
// to be decoded: those that hold coefficients that the scale needs, and those
// without which the former cannot be read. It also notes which components
// are refined.
func (l *layout) plan(data []byte, h *Header, o Options) ([]bool, error) {
	scans, err := h.scans(data)
	if err != nil {
		return nil, err
	}
	needed := make([]uint64, len(l.components)) // sets of coefficients in coded order
	for i := range l.components {
		needed[i] = between(0, l.components[i].last)
	}
	decode := make([]bool, len(scans))
	for i := len(scans) - 1; i >= 0; i-- {
		s := scans[i]
		if s.first == 0 {
			decode[i] = true
			continue
		}
		index := s.components[0].index
		band := between(s.first, s.last)
		if needed[index]&band == 0 || s.high > 0 && o.SkipRefinement {
			continue
		}
		decode[i] = true
		if s.high > 0 {
			// Which bits a refinement scan has depends on what the earlier
			// scans of all of its coefficients said (ITU-T T.81, G.1.2.3).
			needed[index] |= band
			l.components[index].refined = true
		}
	}
	return decode, nil
}

// scans reads all scan headers, up to the end of the picture.
func (h *Header) scans(data []byte) ([]*scan, error) {
	var scans []*scan
	for pos := h.SOS; ; {
		seg, err := nextSegment(data, pos)
		if err != nil {
			return nil, err
		}
		pos = seg.end
		switch seg.marker {
		case markerEOI:
			return scans, nil
		case markerSOS:
			s, err := h.parseScan(seg.params)
			if err != nil {
				return nil, err
			}
			if scans = append(scans, s); len(scans) > maxScans {
				return nil, UnsupportedError("more than 1000 scans")
			}
		}
	}
}
