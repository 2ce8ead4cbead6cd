package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
)

// asked holds the columns of the table of Origin Shield: the numbers of CloudFront's regional
// caches through which a variant is asked for, the last one all of them.
var asked = []int{1, 2, 5, len(originshield.Regions())}

// withoutShield returns the dollars that a million variants cost if each is made once for
// each of the caches, and a million resizes cost resizes.
func withoutShield(caches int, resizes float64) float64 { return float64(caches) * resizes }

// withShield returns the dollars that a million variants cost if each is made once and each
// of the caches asks the shield for it. A million requests to the shield cost requests. It
// counts those from the shield's own region too, which are free.
func withShield(caches int, resizes, requests float64) float64 {
	return resizes + float64(caches)*requests
}

// printShield prints what Origin Shield costs and saves if a million resizes cost resizes.
func printShield(out io.Writer, resizes float64) error {
	fmt.Fprintf(out, "\nOrigin Shield, at $%.2f per million resizes: $ per million variants, without it → with it, by the\n"+
		"number of CloudFront's regional caches through which viewers ask for each.\n\n", resizes)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "in\t$ per million requests\t")
	for _, n := range asked {
		fmt.Fprintf(w, "%d\t", n)
	}
	fmt.Fprintln(w, "")
	for _, regions := range shieldsByPrice() {
		requests, _ := originshield.DollarsPerMillion(regions[0])
		fmt.Fprintf(w, "%s\t%.2f\t", strings.Join(regions, " "), requests)
		for _, n := range asked {
			fmt.Fprintf(w, "%.2f → %.2f\t", withoutShield(n, resizes), withShield(n, resizes, requests))
		}
		fmt.Fprintln(w, "")
	}
	return w.Flush()
}

// shieldsByPrice returns the regions of shields whose price is known: a list for each price,
// the cheapest first.
func shieldsByPrice() [][]string {
	byPrice := map[float64][]string{}
	var prices []float64
	for _, region := range originshield.Regions() {
		dollars, ok := originshield.DollarsPerMillion(region)
		if !ok {
			continue
		}
		if byPrice[dollars] == nil {
			prices = append(prices, dollars)
		}
		byPrice[dollars] = append(byPrice[dollars], region)
	}
	slices.Sort(prices)
	regions := make([][]string, len(prices))
	for i, dollars := range prices {
		regions[i] = byPrice[dollars]
	}
	return regions
}

// resizePrice returns the costs of a million resizes in the first row with memory MB, or else
// in the first row of formats. ok is false if there is neither.
func resizePrice(rows []row, byFormat []formatRow, memory int) (dollars float64, ok bool) {
	i := slices.IndexFunc(rows, func(r row) bool { return r.memory == memory && r.killed == "" })
	switch {
	case i >= 0:
		return rows[i].dollars(), true
	case len(byFormat) > 0:
		return byFormat[0].dollars(), true
	}
	return 0, false
}
