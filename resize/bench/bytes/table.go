package main

import (
	"fmt"
	"image"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// table is the printed result: figures of each encoder, for each size and for all of
// the photographs, and for the drawings if there are any.
type table struct {
	parts []part
}

// part holds the figures for the photographs of one size or of all sizes, or for the
// drawings.
type part struct {
	size     image.Point // zero for all
	drawings bool
	pictures int
	rows     []row
}

// row holds the figures of one encoder.
type row struct {
	encoder *encoder
	// at holds the bytes at each score, alike those at equal distances, as geometric
	// means of ratios to the first encoder's.
	at, alike []ratio
	cpu       float64 // milliseconds a megapixel, arithmetic mean
	// The mean score and its standard deviation over pictures, at the quality reported.
	score, spread float64
}

// ratio is a geometric mean over pictures. It leaves out those that an encoder cannot
// bring to a score.
type ratio struct {
	mean     float64
	pictures int
}

// tabulate summarises a run.
func tabulate(b *bench) table {
	var t table
	t.add(b, image.Point{}, true)
	for _, size := range append(slices.Clone(sizes), image.Point{}) {
		t.add(b, size, false)
	}
	// With a single size, the part for all would repeat it.
	if n := len(t.parts); n > 1 && t.parts[n-1].pictures == t.parts[n-2].pictures && !t.parts[n-2].drawings {
		t.parts = t.parts[:n-1]
	}
	return t
}

// add adds a part, unless there are no pictures for it.
func (t *table) add(b *bench, size image.Point, drawings bool) {
	var those [][]outcome
	for i, r := range b.pictures {
		if (r.size == size || size == (image.Point{})) && r.drawing == drawings {
			those = append(those, b.outcomes[i])
		}
	}
	if len(those) == 0 {
		return
	}
	p := part{size: size, drawings: drawings, pictures: len(those)}
	for k := range b.encoders {
		p.rows = append(p.rows, summed(&b.encoders[k], k, those))
	}
	t.parts = append(t.parts, p)
}

// summed returns the row of encoder k over pictures.
func summed(e *encoder, k int, pictures [][]outcome) row {
	r := row{encoder: e}
	for i := range scores {
		r.at = append(r.at, meanRatio(pictures, k, func(o *outcome) *sample { return o.at[i] }))
		r.alike = append(r.alike, meanRatio(pictures, k, func(o *outcome) *sample { return o.alike[i] }))
	}
	var squares float64
	n := float64(len(pictures))
	for _, outcomes := range pictures {
		r.cpu += outcomes[k].cpu / n
		r.score += outcomes[k].looks[byScore] / n
	}
	for _, outcomes := range pictures {
		squares += math.Pow(outcomes[k].looks[byScore]-r.score, 2)
	}
	r.spread = math.Sqrt(squares / (n - 1)) // NaN for one picture
	return r
}

// meanRatio returns the geometric mean of encoder k's bytes relative to the first
// encoder's.
func meanRatio(pictures [][]outcome, k int, of func(*outcome) *sample) ratio {
	sum, n := 0.0, 0
	for _, outcomes := range pictures {
		ours, theirs := of(&outcomes[k]), of(&outcomes[0])
		if ours != nil && theirs != nil {
			sum += math.Log(ours.bytes / theirs.bytes)
			n++
		}
	}
	return ratio{math.Exp(sum / float64(n)), n}
}

// mean returns the geometric mean over scores.
func mean(ratios []ratio) float64 {
	sum, n := 0.0, 0
	for _, r := range ratios {
		if r.pictures > 0 {
			sum += math.Log(r.mean)
			n++
		}
	}
	return math.Exp(sum / float64(n))
}

// print prints the table.
func (t table) print(w io.Writer) {
	fmt.Fprintf(w, "\nBytes of encodings that look alike, relative to %s (geometric means over pictures),\n"+
		"at equal SSIMULACRA 2.1 scores, and (B) at its Butteraugli distances (3-norm) for those scores.\n"+
		"CPU milliseconds per megapixel at score %g. Mean score and standard deviation over pictures at quality %d.\n",
		t.parts[0].rows[0].encoder.name, scores[middle], reported)
	partial := false
	for _, p := range t.parts {
		partial = p.print(w) || partial
	}
	if partial {
		fmt.Fprintln(w, "\n* without the pictures for which one of the two encoders does not reach that score; - if no picture is left")
	}
}

// print prints a part and reports whether a figure leaves pictures out.
func (p *part) print(w io.Writer) (partial bool) {
	title := fmt.Sprintf("%dx%d", p.size.X, p.size.Y)
	switch {
	case p.drawings:
		title = "drawings"
	case p.size == (image.Point{}):
		title = "all"
	}
	cells := []string{fmt.Sprintf("%s, pictures: %d", title, p.pictures)}
	for _, s := range scores {
		cells = append(cells, fmt.Sprintf("%g", s))
	}
	cells = append(cells, "mean")
	for _, s := range scores {
		cells = append(cells, fmt.Sprintf("B %g", s))
	}
	cells = append(cells, "B mean", "ms/MP", fmt.Sprintf("score at %d", reported), "±")
	lines := [][]string{cells}
	for _, r := range p.rows {
		cells := []string{r.encoder.name}
		for _, kind := range [][]ratio{r.at, r.alike} {
			for _, ratio := range kind {
				cells = append(cells, p.cell(ratio, &partial))
			}
			cells = append(cells, number("%.3f", mean(kind))+mark(slices.ContainsFunc(kind, p.lacks)))
		}
		cells = append(cells, number("%.1f", r.cpu), number("%.1f", r.score), number("%.2f", r.spread))
		lines = append(lines, cells)
	}
	fmt.Fprintln(w)
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, cells := range lines {
		fmt.Fprintln(aligned, strings.Join(cells, "\t")+"\t")
	}
	aligned.Flush()
	return partial
}

// lacks reports whether a ratio leaves pictures out.
func (p *part) lacks(r ratio) bool { return r.pictures < p.pictures }

// cell formats a ratio, with a mark if it leaves pictures out.
func (p *part) cell(r ratio, partial *bool) string {
	*partial = *partial || p.lacks(r)
	return number("%.3f", r.mean) + mark(p.lacks(r) && r.pictures > 0)
}

func mark(marked bool) string {
	if marked {
		return "*"
	}
	return ""
}

func number(format string, v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
