package main

import "math"

// A step is one step of the specification's inverse transforms (section 7.13.2, 1D
// transforms) on the array T. The transposed steps of a list in reverse order are the
// forward transform.
type step struct {
	kind   int
	a, b   int
	angle  int
	flip   bool
	places []int     // of permute: T[ i ] becomes T[ places[ i ] ]
	negate []bool    // of permute
	matrix [4][4]int // of multiply: a row for each output
}

const (
	rotate   = iota // B( a, b, angle, flip )
	hadamard        // H( a, b, flip )
	permute
	multiply // T by a matrix of 4 x 4, in units of 1 / 4096
)

// brev reverses the lowest n bits of x.
func brev(n, x int) int {
	t := 0
	for i := range n {
		t += x >> i & 1 << (n - 1 - i)
	}
	return t
}

// A list is the steps of a transform.
type list []step

// B appends a rotation, the specification's function B.
func (l *list) B(a, b, angle, flip int) {
	*l = append(*l, step{kind: rotate, a: a, b: b, angle: angle, flip: flip == 1})
}

// H appends a sum and a difference, the specification's function H.
func (l *list) H(a, b, flip int) {
	*l = append(*l, step{kind: hadamard, a: a, b: b, flip: flip == 1})
}

// dct returns the steps of the inverse DCT process for 1 << n points, n from 2 to 5.
func dct(n int) list {
	var l list
	places := make([]int, 1<<n)
	for i := range places {
		places[i] = brev(n, i)
	}
	l = append(l, step{kind: permute, places: places, negate: make([]bool, 1<<n)})
	if n >= 5 {
		for i := range 8 {
			l.B(16+i, 31-i, 6+brev(3, 7-i)<<3, 0)
		}
	}
	if n >= 4 {
		for i := range 4 {
			l.B(8+i, 15-i, 12+brev(2, 3-i)<<4, 0)
		}
	}
	if n >= 5 {
		for i := range 8 {
			l.H(16+2*i, 17+2*i, i&1)
		}
	}
	if n >= 3 {
		for i := range 2 {
			l.B(4+i, 7-i, 56-32*i, 0)
		}
	}
	if n >= 4 {
		for i := range 4 {
			l.H(8+2*i, 9+2*i, i&1)
		}
	}
	if n >= 5 {
		for i := range 2 {
			for j := range 2 {
				l.B(30-4*i-j, 17+4*i+j, 24+j<<6+(1-i)<<5, 1)
			}
		}
	}
	for i := range 2 {
		l.B(2*i, 2*i+1, 32+16*i, 1-i)
	}
	if n >= 3 {
		for i := range 2 {
			l.H(4+2*i, 5+2*i, i)
		}
	}
	if n >= 4 {
		for i := range 2 {
			l.B(14-i, 9+i, 48+64*i, 1)
		}
	}
	if n >= 5 {
		for i := range 4 {
			for j := range 2 {
				l.H(16+4*i+j, 19+4*i-j, i&1)
			}
		}
	}
	for i := range 2 {
		l.H(i, 3-i, 0)
	}
	if n >= 3 {
		l.B(6, 5, 32, 1)
	}
	if n >= 4 {
		for i := range 2 {
			for j := range 2 {
				l.H(8+4*i+j, 11+4*i-j, i)
			}
		}
	}
	if n >= 5 {
		for i := range 4 {
			l.B(29-i, 18+i, 48+i>>1*64, 1)
		}
	}
	if n >= 3 {
		for i := range 4 {
			l.H(i, 7-i, 0)
		}
	}
	if n >= 4 {
		for i := range 2 {
			l.B(13-i, 10+i, 32, 1)
		}
	}
	if n >= 5 {
		for i := range 2 {
			for j := range 4 {
				l.H(16+i*8+j, 23+i*8-j, i)
			}
		}
	}
	if n >= 4 {
		for i := range 8 {
			l.H(i, 15-i, 0)
		}
	}
	if n >= 5 {
		for i := range 4 {
			l.B(27-i, 20+i, 32, 1)
		}
		for i := range 16 {
			l.H(i, 31-i, 0)
		}
	}
	return l
}

// adst returns the steps of the inverse ADST process for 1 << n points, n from 2 to 4.
func adst(n int) list {
	if n == 2 {
		return list{{kind: multiply, matrix: [4][4]int{
			{1321, 3344, 3803, 2482},
			{2482, 3344, -1321, -3803},
			{3344, 0, -3344, 3344},
			{3803, -3344, 2482, -1321},
		}}}
	}
	size := 1 << n
	input := step{kind: permute, places: make([]int, size), negate: make([]bool, size)}
	output := step{kind: permute, places: make([]int, size), negate: make([]bool, size)}
	for i := range size {
		input.places[i] = size - i - 1
		if i&1 == 1 {
			input.places[i] = i - 1
		}
		a, b := i>>3&1, i>>2&1^i>>3&1
		c, d := i>>1&1^i>>2&1, i&1^i>>1&1
		output.places[i] = (d<<3 | c<<2 | b<<1 | a) >> (4 - n)
		output.negate[i] = i&1 == 1
	}
	l := list{input}
	if n == 3 {
		for i := range 4 {
			l.B(2*i, 2*i+1, 60-16*i, 1)
		}
		for i := range 4 {
			l.H(i, 4+i, 0)
		}
	} else {
		for i := range 8 {
			l.B(2*i, 2*i+1, 62-8*i, 1)
		}
		for i := range 8 {
			l.H(i, 8+i, 0)
		}
		for i := range 2 {
			l.B(8+2*i, 9+2*i, 56-32*i, 1)
			l.B(13+2*i, 12+2*i, 8+32*i, 1)
		}
		for i := range 4 {
			for j := range 2 {
				l.H(8*j+i, 4+8*j+i, 0)
			}
		}
	}
	for i := range 2 {
		for j := range size / 8 {
			l.B(4+8*j+3*i, 5+8*j+i, 48-32*i, 1)
		}
	}
	for i := range 2 {
		for j := range size / 4 {
			l.H(4*j+i, 2+4*j+i, 0)
		}
	}
	for i := range size / 4 {
		l.B(2+4*i, 3+4*i, 32, 1)
	}
	return append(l, output)
}

// cos128 and sin128 return the specification's functions, rounded to the nearest integer.
func cos128(angle int) int { return int(math.Round(4096 * math.Cos(float64(angle)*math.Pi/128))) }
func sin128(angle int) int { return cos128(angle - 64) }
