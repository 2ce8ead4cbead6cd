package av1

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// symbolDecoder does the specification's "Parsing process for symbol decoder" step by
// step.
type symbolDecoder struct {
	data         []byte
	at           int // bits
	value, width int
	maxBits      int
}

// f reads n bits (f(n)).
func (d *symbolDecoder) f(n int) int {
	v := 0
	for range n {
		v = v<<1 | int(d.data[d.at/8]>>(7-d.at%8)&1)
		d.at++
	}
	return v
}

func (d *symbolDecoder) init(data []byte) {
	*d = symbolDecoder{data: data}
	numBits := min(len(data)*8, 15)
	buf := d.f(numBits) << (15 - numBits)
	d.value, d.width, d.maxBits = (1<<15-1)^buf, 1<<15, 8*len(data)-15
}

func (d *symbolDecoder) symbol(cdf []uint16, update bool) int {
	n := len(cdf) - 1
	cur, prev, symbol := d.width, 0, -1
	for {
		symbol++
		prev = cur
		f := 1<<15 - int(cdf[symbol])
		cur = ((d.width>>8)*(f>>6))>>1 + 4*(n-symbol-1)
		if d.value >= cur {
			break
		}
	}
	d.width = prev - cur
	d.value -= cur
	shift := 16 - bits.Len(uint(d.width))
	d.width <<= shift
	numBits := min(shift, max(0, d.maxBits))
	padded := d.f(numBits) << (shift - numBits)
	d.value = padded ^ ((d.value+1)<<shift - 1)
	d.maxBits -= shift
	if update {
		rate := 3 + min(bits.Len(uint(n))-1, 2)
		if cdf[n] > 15 {
			rate++
		}
		if cdf[n] > 31 {
			rate++
		}
		tmp := 0
		for i := range n - 1 {
			if i == symbol {
				tmp = 1 << 15
			}
			if c := int(cdf[i]); tmp < c {
				cdf[i] -= uint16((c - tmp) >> rate)
			} else {
				cdf[i] += uint16((tmp - c) >> rate)
			}
		}
		if cdf[n] < 32 {
			cdf[n]++
		}
	}
	return symbol
}

func (d *symbolDecoder) literal(n int) int {
	v := 0
	for range n {
		v = v<<1 | d.symbol([]uint16{1 << 14, 1 << 15, 0}, false)
	}
	return v
}

// exit reports whether the rest of the data is a one and zeros.
func (d *symbolDecoder) exit() bool {
	if d.maxBits < -14 {
		return false
	}
	trailing := d.at - min(15, d.maxBits+15)
	for i := trailing; i < 8*len(d.data); i++ {
		if set := d.data[i/8]>>(7-i%8)&1 != 0; set != (i == trailing) {
			return false
		}
	}
	return true
}

// TestRange checks that random symbols and literals are read back as they were coded.
func TestRange(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		var cdfs [][]uint16
		for i := range 5 {
			n := 2 + random.IntN(14)
			if i == 0 {
				n = 4
			}
			cdf := make([]uint16, n+1)
			for j := range n - 1 {
				cdf[j] = uint16(random.IntN(1 << 15))
				if round%3 == 0 {
					cdf[j] |= 0x7ff0
				}
			}
			cdf[n-1] = 1 << 15
			slices.Sort(cdf[:n])
			cdfs = append(cdfs, cdf)
		}
		again := make([][]uint16, len(cdfs))
		for i := range cdfs {
			again[i] = slices.Clone(cdfs[i])
		}
		type item struct{ which, value int }
		var items []item
		var e rangeEncoder
		e.reset(nil)
		likely := random.IntN(3)
		for range random.IntN(1 << random.IntN(14)) {
			which := random.IntN(len(cdfs) + 1)
			if which == len(cdfs) {
				v := random.IntN(1 << 7)
				e.literal(uint32(v), 7)
				items = append(items, item{-1, v})
				continue
			}
			v := random.IntN(len(cdfs[which]) - 1)
			if likely > 0 && random.IntN(50) > 0 {
				v = (likely - 1) * (len(cdfs[which]) - 2)
			}
			if len(cdfs[which]) == 5 && random.IntN(2) == 0 {
				e.oneOfFour(v, (*[5]uint16)(cdfs[which]))
			} else {
				e.symbol(v, cdfs[which])
			}
			items = append(items, item{which, v})
		}
		data := e.finish()
		var d symbolDecoder
		d.init(data)
		for i, it := range items {
			var got int
			if it.which < 0 {
				got = d.literal(7)
			} else {
				got = d.symbol(again[it.which], true)
			}
			if got != it.value {
				t.Fatalf("round %d: item %d of %d: %d, want %d", round, i, len(items), got, it.value)
			}
		}
		if !d.exit() {
			t.Fatalf("round %d: %d items in %d bytes end badly", round, len(items), len(data))
		}
		for i := range cdfs {
			if !slices.Equal(cdfs[i], again[i]) {
				t.Fatalf("distribution %d: %v, want %v", i, cdfs[i], again[i])
			}
		}
	}
}
