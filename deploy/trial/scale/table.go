package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// setting is a way to set a site up.
type setting struct {
	name         string
	list, shield bool
}

// settings are the ways to compare.
var settings = []setting{
	{"any size", false, false},
	{"any size, shield", false, true},
	{"Sizes", true, false},
	{"Sizes, shield", true, true},
}

// count returns a number in a form that is easy to read, such as 12.3k.
func count(n float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, " B"}, {1e6, " M"}, {1e3, "k"}} {
		if n >= unit.size {
			return fmt.Sprintf("%.3g%s", n/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%.3g", n)
}

// percent returns a share of a whole as a percentage, 0 of nothing.
func percent(part, whole float64) string {
	if whole == 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", 100*part/whole)
}

// money returns dollars without cents from 100 on.
func money(d float64) string {
	if d >= 99.995 {
		return fmt.Sprintf("%.0f", d)
	}
	return fmt.Sprintf("%.2f", d)
}

// printAll prints a table of the outcomes, and the quotas that break.
func printAll(out io.Writer, o options, outcomes [][]outcome) error {
	fmt.Fprintf(out, "A month of %s pictures, %d sizes asked for or %d in Sizes, max-age %v, bucket and shield in %s.\n"+
		"Hits: of views at locations, of all views there or at regional caches and the shield.\n"+
		"Executions at a time: in the busiest hour of the busiest region, and right after everything is invalidated.\n\n",
		count(float64(o.pictures)), o.asked, o.sizes, o.maxAge, o.bucket)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "views\tsetting\thits at locations %\tall hits %\tresizes\texecutions\tinvalidated\tS3 GETs\t$ resizes\t$ shield\t$ S3\t$ delivery\t$ all\t")
	for m := range o.months {
		for i, s := range settings {
			r := outcomes[i][m]
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%.0f\t%.0f\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
				count(o.months[m]), s.name, percent(r.atLocation, r.views), percent(r.views-r.invocations, r.views),
				count(r.scale*r.invocations), math.Ceil(r.executions), math.Ceil(r.flushed), count(r.scale*r.gets),
				money(r.dollars.resizes), money(r.dollars.shield), money(r.dollars.s3),
				money(r.dollars.all()-r.dollars.ofResizing()), money(r.dollars.all()))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhat breaks, first to last, at these quotas of AWS, and what to set:")
	for i, s := range settings {
		fmt.Fprintf(out, "%s\n", s.name)
		broken := breaks(outcomes[i])
		for _, b := range broken {
			fmt.Fprintf(out, "  from %s views: %s (%g); %s\n", count(b.views), b.name, b.limit, b.advice)
		}
		if len(broken) == 0 {
			fmt.Fprintf(out, "  nothing up to %s views\n", count(o.months[len(o.months)-1]))
		}
	}
	return nil
}
