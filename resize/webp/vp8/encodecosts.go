package vp8

import (
	"math"

	"github.com/edgeresize/edgeresize/resize/webp/vp8/tables"
)

// bitCost is the cost of one bit: costs are in 1/256 bits.
const bitCost = 256

// probCosts holds the cost of a bit by the probability of its value in 1/256.
var probCosts = func() (costs [257]uint16) {
	costs[0] = 8 * bitCost
	for p := 1; p < len(costs); p++ {
		costs[p] = uint16(math.Round(-bitCost * math.Log2(float64(p)/256)))
	}
	return costs
}()

// costOf returns the cost of a bit that is 0 with a probability of prob/256.
func costOf(bit bool, prob uint8) int {
	if bit {
		return int(probCosts[256-int(prob)])
	}
	return int(probCosts[prob])
}

// cost returns the cost of the leaf.
func (p path) cost(probs []uint8) int {
	sum := 0
	for i := range p.length {
		sum += costOf(p.bits>>i&1 != 0, probs[p.nodes[i]])
	}
	return sum
}

// Paths of the trees of modes, segments and tokens.
var (
	modePaths    = pathsOf(tables.ModeTree[:])
	chromaPaths  = pathsOf(tables.ChromaTree[:])
	submodePaths = pathsOf(tables.SubmodeTree[:])
	tokenPaths   = pathsOf(tables.TokenTree[:])
)

// Costs of modes: of whole macroblocks, of chroma, and of 4x4 blocks by the modes
// above and to the left.
var (
	modeCosts, chromaCosts = treeCosts(modePaths, tables.ModeProbs[:]), treeCosts(chromaPaths, tables.ChromaProbs[:])

	submodeCosts = func() (costs [tables.Submodes][tables.Submodes][tables.Submodes]uint16) {
		for above := range costs {
			for left := range costs[above] {
				copy(costs[above][left][:], treeCosts(submodePaths, tables.SubmodeProbs[above][left][:]))
			}
		}
		return costs
	}()
)

// treeCosts returns the costs of all leaves.
func treeCosts(paths []path, probs []uint8) []uint16 {
	costs := make([]uint16, len(paths))
	for i, p := range paths {
		costs[i] = uint16(p.cost(probs))
	}
	return costs
}

// tokenOf holds the token of each level; restCosts holds the cost of its sign and
// of the bits after the token.
var tokenOf, restCosts = func() (tokens [tables.MaxCoefficient + 1]uint8, rest [tables.MaxCoefficient + 1]uint16) {
	for level := 1; level < len(tokens); level++ {
		rest[level] = bitCost
		if level <= tables.Four {
			tokens[level] = uint8(level)
			continue
		}
		token := tables.Category1
		for token < tables.Category6 && level >= tables.Categories[token+1-tables.Category1].Base {
			token++
		}
		tokens[level] = uint8(token)
		c := tables.Categories[token-tables.Category1]
		for i, prob := range c.Probs {
			bit := (level-c.Base)>>(len(c.Probs)-1-i)&1 != 0
			rest[level] += uint16(costOf(bit, prob))
		}
	}
	return tokens, rest
}()

// contextCosts holds the costs of tokens in a context. A block cannot end after a
// zero: in that context, [tables.Zero] to [tables.Category6] cost less, without
// the bit that says that the block does not end.
type contextCosts [16]uint16 // 16, so that any index of 4 bits is in range

// tokenCosts holds the costs of tokens by kind of block, position and context.
type tokenCosts struct {
	tokens [tables.Planes][16][tables.Contexts]contextCosts
	// goesOn is the cost of not ending at the first position in context 0, which
	// tokens do not include.
	goesOn [tables.Planes]uint16
}

// set computes the costs for probs.
func (c *tokenCosts) set(probs *tables.CoefficientProbs) {
	for plane := range probs {
		var bands [tables.Bands][tables.Contexts]contextCosts
		for band := range bands {
			for context := range bands[band] {
				bands[band][context].set(&probs[plane][band][context], context == 0)
			}
		}
		for n := range c.tokens[plane] {
			c.tokens[plane][n] = bands[tables.BandOf[n]]
		}
		first := 0
		if plane == tables.PlaneLumaAC {
			first = 1
		}
		c.goesOn[plane] = uint16(costOf(true, probs[plane][tables.BandOf[first]][0][0]))
	}
}

// set computes the costs for the probabilities of a context.
func (c *contextCosts) set(p *[tables.Nodes]uint8, behindZero bool) {
	is := func(node int) int { return int(probCosts[256-int(p[node])]) }
	not := func(node int) int { return int(probCosts[p[node]]) }
	on := is(0)
	if behindZero {
		on = 0
	}
	more := on + is(1)
	low, high := more+is(2)+not(3), more+is(2)+is(3)
	below11, from11 := high+not(6), high+is(6)
	*c = contextCosts{
		tables.Zero:       uint16(on + not(1)),
		tables.One:        uint16(more + not(2)),
		tables.Two:        uint16(low + not(4)),
		tables.Three:      uint16(low + is(4) + not(5)),
		tables.Four:       uint16(low + is(4) + is(5)),
		tables.Category1:  uint16(below11 + not(7)),
		tables.Category2:  uint16(below11 + is(7)),
		tables.Category3:  uint16(from11 + not(8) + not(9)),
		tables.Category4:  uint16(from11 + not(8) + is(9)),
		tables.Category5:  uint16(from11 + is(8) + not(10)),
		tables.Category6:  uint16(from11 + is(8) + is(10)),
		tables.EndOfBlock: uint16(not(0)),
	}
}
