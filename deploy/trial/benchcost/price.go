package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/edgeresize/edgeresize/deploy/trial/price"
)

const million = 1e6

// gbSeconds returns the GB-seconds of a million pictures.
func (r row) gbSeconds() float64 { return million * price.GBSeconds(r.ms, r.memory) }

// dollars returns the costs of a million pictures.
func (r row) dollars() float64 { return dollars(r.ms, r.memory) }

// dollars returns the costs of a million invocations of ms in the memory of mb.
func dollars(ms float64, mb int) float64 {
	return million * price.Invocation(ms, mb)
}

// dollars returns the costs of a million resizes.
func (r formatRow) dollars() float64 { return dollars(r.ms, r.memory) }

// saved returns the dollars by which a million views of r cost less than of base, if a GB
// to viewers costs perGB.
func (r formatRow) saved(base formatRow, perGB float64) float64 {
	return million * (base.bytes - r.bytes) / price.GB * perGB
}

// paysFrom returns the least number of views after which a variant of r, made once, has cost
// no more than one of base; 0 if there is none.
func (r formatRow) paysFrom(base formatRow, perGB float64) int {
	more, saved := r.dollars()-base.dollars(), r.saved(base, perGB)
	switch {
	case more <= 0 && saved >= 0:
		return 1
	case saved <= 0:
		return 0
	}
	return max(1, int(math.Ceil(more/saved)))
}

// cheapest returns the row of a function that costs least.
func cheapest(rows []row, function string) row {
	var least row
	for _, r := range rows {
		if r.function == function && r.killed == "" && (least.function == "" || r.dollars() < least.dollars()) {
			least = r
		}
	}
	return least
}

// how describes how time was measured.
func (o options) how() string {
	if o.free {
		return "computed from processor time on one processor, as control groups cannot be had here"
	}
	return "under control groups with Lambda's limits of memory and processor time"
}

// printRows prints the table of memory sizes.
func printRows(out io.Writer, o options, pictures int, rows []row) error {
	fmt.Fprintf(out, "Warm functions, %d pictures to 500x300, %s;\nS3's first byte after %v. "+
		"Milliseconds are the mean over the pictures, and the slowest picture's.\n\n", pictures, o.how(), o.firstByte)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tMB\tms\tslowest\tpeak MiB\tGB-s per million\t$ per million\t\t")
	for _, r := range rows {
		if r.killed != "" {
			fmt.Fprintf(w, "%s\t%d\t-\t-\t-\t-\t-\tkilled by %s\t\n", r.function, r.memory, r.killed)
			continue
		}
		mark := ""
		if r == cheapest(rows, r.function) {
			mark = "cheapest"
		}
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f\t%s\t\n",
			r.function, r.memory, r.ms, r.worst, r.peakMB, r.gbSeconds(), r.dollars(), mark)
	}
	return w.Flush()
}

// printFormats prints the table of formats. It compares each row with the first one of its
// size.
func printFormats(out io.Writer, o options, rows []formatRow) error {
	fmt.Fprintf(out, "\nThe warm function in %d MB, means over %d photographs, %s;\nat quality %d, and $%g for each GB to viewers.\n\n",
		o.formatMemory, rows[0].pictures, o.how(), o.quality, o.perGB)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "size\tformat\tms\tkB\t$ per million resizes\t$ saved per million views\tpays from view\t\t")
	base := rows[0]
	for _, r := range rows {
		if r.size != base.size {
			base = r
		}
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.1f\t%.2f\t", r.size, r.format.Name(), r.ms, r.bytes/1000, r.dollars())
		if r == base {
			fmt.Fprint(w, "\t\t\t\n")
			continue
		}
		from, note := "never", ""
		if views := r.paysFrom(base, o.perGB); views > 0 {
			from = fmt.Sprint(views)
		}
		if r.got < r.pictures {
			note = fmt.Sprintf("%d came as something else", r.pictures-r.got)
		}
		fmt.Fprintf(w, "%.2f\t%s\t%s\t\n", r.saved(base, o.perGB), from, note)
	}
	return w.Flush()
}
