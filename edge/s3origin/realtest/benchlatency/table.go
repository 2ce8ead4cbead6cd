package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// table holds the results.
type table struct {
	links []link
	rows  []row
}

// row is a picture over new or warm connections, with a cell for each link.
type row struct {
	name  string
	warm  bool
	cells []cell
}

func (r row) state() string {
	if r.warm {
		return "warm"
	}
	return "cold"
}

// print writes a line for each row: for each link the milliseconds of "fetch
// all, then decode", of the production source, and their ratio.
func (t *table) print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight|tabwriter.DiscardEmptyColumns)
	fmt.Fprint(out, "all, ours: ms\tconnections\t")
	for _, l := range t.links {
		fmt.Fprintf(out, "%v: all\tours\tratio\t", l.roundTrip)
	}
	fmt.Fprintln(out)
	for _, r := range t.rows {
		fmt.Fprintf(out, "%s\t%s\t", r.name, r.state())
		for _, c := range r.cells {
			fmt.Fprintf(out, "%.0f\t%.0f\t%.2f\t", ms(c.whole), ms(c.ours), float64(c.ours)/float64(c.whole))
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
