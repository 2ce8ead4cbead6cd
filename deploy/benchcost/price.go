package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// What Lambda@Edge costs, in US dollars (CloudFront pricing, "Lambda@Edge").
const (
	dollarsPerRequest  = 0.60 / 1e6
	dollarsPerGBSecond = 0.00005001
)

const million = 1e6

// gbSeconds are those of a million pictures. A GB is 1,024 MB.
func (r row) gbSeconds() float64 { return million * r.ms / 1000 * float64(r.memory) / 1024 }

// dollars is what a million pictures cost.
func (r row) dollars() float64 {
	return million*dollarsPerRequest + r.gbSeconds()*dollarsPerGBSecond
}

// cheapest is the row of a function that costs least.
func cheapest(rows []row, function string) row {
	var least row
	for _, r := range rows {
		if r.function == function && r.killed == "" && (least.function == "" || r.dollars() < least.dollars()) {
			least = r
		}
	}
	return least
}

// printRows prints the table.
func printRows(o options, pictures int, rows []row) {
	how := "under control groups with Lambda's limits of memory and processor time"
	if o.free {
		how = "computed from processor time on one processor, as control groups cannot be had here"
	}
	fmt.Printf("Warm functions, %d pictures to 500x300, %s;\nS3's first byte after %v. "+
		"Milliseconds are the mean over the pictures, and the slowest picture's.\n\n", pictures, how, o.firstByte)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
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
	w.Flush()
}
