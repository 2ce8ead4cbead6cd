package main

import (
	"fmt"
	"io"
	"math"
	"strings"
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

// printAll prints tables of the outcomes, and the quotas that break.
func printAll(out io.Writer, o options, outcomes [][]outcome) error {
	fmt.Fprintf(out, "A month of %s pictures, %d sizes asked for or %d in Sizes, max-age %v, bucket and shield in %s.\n"+
		"Hits are shares of the requests that reach a location, and those that reach a regional cache; all hits of all views.\n"+
		"Executions at a time are those of the busiest hour of the busiest region, and right after everything is invalidated.\n\n",
		count(float64(o.pictures)), o.asked, o.sizes, o.maxAge, o.bucket)
	err := printTable(out, o, outcomes, "hits at locations %\tat regions %\tall %\tresizes\tS3 GETs\texecutions\tinvalidated", func(r outcome) []string {
		return []string{percent(r.atLocation, r.views), percent(r.atRegion, r.views-r.atLocation), percent(r.views-r.invocations, r.views),
			count(r.scale * r.invocations), count(r.scale * r.gets), fmt.Sprintf("%.0f", math.Ceil(r.executions)), fmt.Sprintf("%.0f", math.Ceil(r.flushed))}
	})
	if err != nil {
		return err
	}
	fmt.Fprint(out, "\nDollars. Delivery is requests and bytes to viewers, and the viewer-request function.\n\n")
	err = printTable(out, o, outcomes, "resizes\tshield\tS3\tdelivery\tall", func(r outcome) []string {
		d := r.dollars
		return []string{money(d.resizes), money(d.shield), money(d.s3), money(d.all() - d.ofResizing()), money(d.all())}
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nWhat breaks, first to last, at these quotas of AWS, and what to set:")
	for i, s := range settings {
		fmt.Fprintf(out, "%s\n", s.name)
		all := breaks(outcomes[i])
		for _, b := range all {
			fmt.Fprintf(out, "  from %s views: %s (%g); %s\n", count(b.views), b.name, b.limit, b.advice)
		}
		if len(all) == 0 {
			fmt.Fprintf(out, "  nothing up to %s views\n", count(o.months[len(o.months)-1]))
		}
	}
	return nil
}

// printTable prints a row for each number of views and setting, with the cells that cells
// returns.
func printTable(out io.Writer, o options, outcomes [][]outcome, header string, cells func(outcome) []string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "views\tsetting\t%s\t\n", header)
	for m, views := range o.months {
		for i, s := range settings {
			fmt.Fprintf(w, "%s\t%s\t%s\t\n", count(views), s.name, strings.Join(cells(outcomes[i][m]), "\t"))
		}
	}
	return w.Flush()
}
