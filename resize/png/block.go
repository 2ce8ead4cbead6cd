package png

import "encoding/binary"

// codeOrder is the order in which the lengths of the codes for code lengths are stored
// (RFC 1951, 3.2.7).
var codeOrder = [lengthCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readCodes reads the codes of a dynamic block (RFC 1951, 3.2.7).
func (z *inflater) readCodes() error {
	header, err := z.take(14)
	if err != nil {
		return err
	}
	literals, distances := int(header&31)+257, int(header>>5&31)+1
	if literals > maxLiterals || distances > maxDistances {
		return errDeflate
	}
	var codes [lengthCodes]uint8
	for i := range header>>10 + 4 {
		n, err := z.take(3)
		if err != nil {
			return err
		}
		codes[codeOrder[i]] = uint8(n)
	}
	var lengths [maxLiterals + maxDistances]uint8
	// The table of literals first serves for the code lengths.
	if !z.literals.build(codes[:], lengthSymbols, literalBits) {
		return errDeflate
	}
	if err := z.readLengths(lengths[:literals+distances]); err != nil {
		return err
	}
	if !z.literals.build(lengths[:literals], literalSymbols, literalBits) ||
		!z.distances.build(lengths[literals:literals+distances], distanceSymbols, distanceBits) {
		return errDeflate
	}
	share := 0
	for _, n := range lengths[endOfBlock+1 : literals] {
		share += 1 << maxCodeBits >> n & (1<<maxCodeBits - 1) // no length 0
	}
	z.fewMatches = share < fewMatches
	z.blockStart = z.moved + z.pos
	return nil
}

// readLengths reads code lengths, which are run-length encoded.
func (z *inflater) readLengths(lengths []uint8) error {
	for i := 0; i < len(lengths); {
		if err := z.refill(); err != nil {
			return err
		}
		e := z.literals[z.buffer%(1<<literalBits)] // these codes have at most 7 bits
		if e == 0 {
			return errDeflate
		}
		z.drop(uint(e & 63))
		symbol := e >> 16
		if symbol < 16 {
			lengths[i] = uint8(symbol)
			i++
			continue
		}
		repeat := [3]struct{ base, extra uint32 }{{3, 2}, {3, 3}, {11, 7}}[symbol-16]
		n := int(repeat.base) + int(z.buffer&(1<<repeat.extra-1))
		z.drop(uint(repeat.extra))
		if n > len(lengths)-i || symbol == 16 && i == 0 {
			return errDeflate
		}
		for range n {
			if symbol == 16 {
				lengths[i] = lengths[i-1]
			}
			i++
		}
	}
	return nil
}

// decode unpacks a Huffman block until it ends or out is full.
func (z *inflater) decode() error {
	for z.block == huffmanBlock && z.written <= len(z.out)-slack {
		if err := z.fill(); err != nil {
			return err
		}
		done, err := z.decodeTwice()
		if !done {
			err = z.decodeFilled(len(z.in))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// decodeFilled does what decode does until z.pos is beyond to or z.in must be filled.
// Most of the time is spent in its loop, waiting for the table to show how long a code
// is. So everything is in local variables, and bits are loaded for as many literals at
// once as fit.
func (z *inflater) decodeFilled(to int) error {
	in, pos, buffer, held := z.in, z.pos, z.buffer, z.held
	out, w := z.out, z.written
	lastIn, lastOut := min(to, len(in)-2*spare), len(out)-slack
	var err error
	for pos <= lastIn && w <= lastOut {
		buffer |= binary.LittleEndian.Uint64(in[pos:]) << (held & 63)
		pos += int((63 - held) >> 3)
		held |= 56
		// 56 bits or more are enough for five lookups.
		to := out[w : w+5 : w+5]
		e := z.literals[buffer%(1<<literalBits)]
		if e&entryLiteral != 0 {
			to[0] = byte(e >> 16)
			w++
			buffer >>= e & 63
			held -= uint(e & 63)
			e = z.literals[buffer%(1<<literalBits)]
			if e&entryLiteral != 0 {
				to[1] = byte(e >> 16)
				w++
				buffer >>= e & 63
				held -= uint(e & 63)
				e = z.literals[buffer%(1<<literalBits)]
				if e&entryLiteral != 0 {
					to[2] = byte(e >> 16)
					w++
					buffer >>= e & 63
					held -= uint(e & 63)
					e = z.literals[buffer%(1<<literalBits)]
					if e&entryLiteral != 0 {
						to[3] = byte(e >> 16)
						w++
						buffer >>= e & 63
						held -= uint(e & 63)
						e = z.literals[buffer%(1<<literalBits)]
						if e&entryLiteral != 0 {
							to[4] = byte(e >> 16)
							w++
							buffer >>= e & 63
							held -= uint(e & 63)
							continue
						}
					}
				}
			}
		}
		// Another 56 bits: a length takes at most 20 and a distance 28.
		buffer |= binary.LittleEndian.Uint64(in[pos:]) << (held & 63)
		pos += int((63 - held) >> 3)
		held |= 56
		if e&entrySecond != 0 {
			buffer >>= literalBits
			held -= literalBits
			e = z.literals[uint64(e>>16)+buffer%(1<<(maxCodeBits-literalBits))]
			if e&entryLiteral != 0 {
				out[w] = byte(e >> 16)
				w++
				buffer >>= e & 63
				held -= uint(e & 63)
				continue
			}
		}
		if e&entryBase == 0 {
			buffer >>= e & 63
			held -= uint(e & 63)
			z.block = between
			if e&entryEnd == 0 {
				err = errDeflate
			}
			break
		}
		length := int(e>>16) + int(buffer&(1<<(e&63)-1)>>(e>>8&15))
		buffer >>= e & 63
		held -= uint(e & 63)
		e = z.distances[buffer%(1<<distanceBits)]
		if e&entrySecond != 0 {
			buffer >>= distanceBits
			held -= distanceBits
			e = z.distances[uint64(e>>16)+buffer%(1<<(maxCodeBits-distanceBits))]
		}
		distance := int(e>>16) + int(buffer&(1<<(e&63)-1)>>(e>>8&15))
		buffer >>= e & 63
		held -= uint(e & 63)
		if e&entryBase == 0 || distance > w {
			err = errDeflate
			break
		}
		copyMatch(out, w, distance, length)
		w += length
	}
	z.pos, z.buffer, z.held, z.written = pos, buffer, held, w
	return err
}

// copyMatch copies length bytes from distance before at. It may write up to spare bytes
// beyond.
func copyMatch(out []byte, at, distance, length int) {
	end := at + length
	// Of eight bytes copied only distance are right; but since these repeat, the next
	// step can copy twice as many from twice as far.
	for ; distance < 8 && at < end; distance *= 2 {
		binary.LittleEndian.PutUint64(out[at:], binary.LittleEndian.Uint64(out[at-distance:]))
		at += distance
	}
	for ; at < end; at += 8 {
		binary.LittleEndian.PutUint64(out[at:], binary.LittleEndian.Uint64(out[at-distance:]))
	}
}
