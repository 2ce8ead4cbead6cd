package main

// A program is a transform as a list of operations. Each makes new values from former
// ones; no value changes.
type program struct {
	name       string
	size       int // points
	inputs     int // points after the first inputs are zero
	operations []operation
	outputs    []int // by place in T: the value at the end
	values     int   // number of values; the first ones are the inputs
}

// An operation makes value to, and with two rows of weights also value to+1.
type operation struct {
	kind    int
	to      int
	from    []int
	weights [2][]int // of a weighted sum: the factors of from, for to and for to+1, if there are any
}

const (
	sum        = iota // from[ 0 ] + from[ 1 ]
	difference        // from[ 0 ] - from[ 1 ]
	negation          // - from[ 0 ]
	weighted          // Round2( weighted sum, 12 )
)

// zero stands for a value known to be zero.
const zero = -1

// inverse returns the program of an inverse transform whose points after the first inputs
// are zero.
func inverse(name string, l list, size, inputs int) *program {
	p := newProgram(name, size, inputs)
	for _, s := range l {
		p.apply(s, false)
	}
	return p
}

// forward returns the program of the forward transform.
func forward(name string, l list, size int) *program {
	p := newProgram(name, size, size)
	for i := len(l) - 1; i >= 0; i-- {
		p.apply(l[i], true)
	}
	return p
}

func newProgram(name string, size, inputs int) *program {
	p := &program{name: name, size: size, inputs: inputs, values: inputs, outputs: make([]int, size)}
	for i := range p.outputs {
		p.outputs[i] = zero
		if i < inputs {
			p.outputs[i] = i
		}
	}
	return p
}

// add adds an operation and returns the number of its first value.
func (p *program) add(o operation) int {
	o.to = p.values
	p.values++
	if o.weights[1] != nil {
		p.values++
	}
	p.operations = append(p.operations, o)
	return o.to
}

// apply adds the operations of step s, or of its transpose.
func (p *program) apply(s step, transposed bool) {
	t := p.outputs
	switch s.kind {
	case hadamard:
		a, b := s.a, s.b
		if s.flip {
			a, b = b, a
		}
		t[a], t[b] = p.hadamard(t[a], t[b])
	case rotate:
		c, n := cos128(s.angle), sin128(s.angle)
		if transposed {
			if s.flip {
				t[s.a], t[s.b] = t[s.b], t[s.a]
			}
			t[s.a], t[s.b] = p.weigh(t[s.a], t[s.b], [2]int{c, n}, [2]int{-n, c})
			return
		}
		t[s.a], t[s.b] = p.weigh(t[s.a], t[s.b], [2]int{c, -n}, [2]int{n, c})
		if s.flip {
			t[s.a], t[s.b] = t[s.b], t[s.a]
		}
	case permute:
		moved := make([]int, len(t))
		for i, from := range s.places {
			to := i
			if transposed {
				from, to = to, from
			}
			moved[to] = t[from]
			if s.negate[i] {
				moved[to] = p.negate(t[from])
			}
		}
		copy(t, moved)
	case multiply:
		m := s.matrix
		if transposed {
			for i := range m {
				for j := range m {
					m[i][j] = s.matrix[j][i]
				}
			}
		}
		var from []int
		for i := range t {
			if t[i] != zero {
				from = append(from, t[i])
			}
		}
		n := len(from)
		first := p.add(operation{kind: weighted, from: from, weights: [2][]int{m[0][:n], m[1][:n]}})
		second := p.add(operation{kind: weighted, from: from, weights: [2][]int{m[2][:n], m[3][:n]}})
		copy(t, []int{first, first + 1, second, second + 1})
	}
}

// negate returns the number of -a.
func (p *program) negate(a int) int {
	if a == zero {
		return zero
	}
	return p.add(operation{kind: negation, from: []int{a}})
}

// hadamard returns the numbers of a+b and a-b.
func (p *program) hadamard(a, b int) (plus, minus int) {
	switch {
	case b == zero:
		return a, a
	case a == zero:
		return b, p.negate(b)
	}
	return p.add(operation{kind: sum, from: []int{a, b}}), p.add(operation{kind: difference, from: []int{a, b}})
}

// weigh returns the numbers of the sums of a and b weighted by first and by second.
func (p *program) weigh(a, b int, first, second [2]int) (int, int) {
	o := operation{kind: weighted, from: []int{a, b}, weights: [2][]int{first[:], second[:]}}
	switch {
	case a == zero && b == zero:
		return zero, zero
	case b == zero:
		o.from, o.weights = []int{a}, [2][]int{first[:1], second[:1]}
	case a == zero:
		o.from, o.weights = []int{b}, [2][]int{first[1:], second[1:]}
	}
	if len(o.from) == 1 && o.weights[0][0] == o.weights[1][0] {
		o.weights[1] = nil
		to := p.add(o)
		return to, to
	}
	to := p.add(o)
	return to, to + 1
}
