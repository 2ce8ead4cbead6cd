package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestPrintShield: the table has a row for each price, with the costs of each column.
func TestPrintShield(t *testing.T) {
	var b strings.Builder
	if err := printShield(&b, 5.60); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"in $ per million requests 1 2 5 13",
		"us-east-1 us-east-2 us-west-2 0.75 5.60 → 6.35 11.20 → 7.10 28.00 → 9.35 72.80 → 15.35",
		"eu-central-1 eu-west-1 eu-west-2 0.90 5.60 → 6.50",
		"sa-east-1 1.60 5.60 → 7.20",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
}

// TestResizePrice: the price is of the memory size, or else of the first format.
func TestResizePrice(t *testing.T) {
	rows := []row{{memory: 256, ms: 1}, {memory: 512, killed: "a.jpg"}, {memory: 512, ms: 200}, {memory: 512, ms: 400}}
	byFormat := []formatRow{{memory: 512, ms: 100}}
	for _, tt := range []struct {
		rows     []row
		byFormat []formatRow
		want     float64
	}{
		{rows, byFormat, rows[2].dollars()}, {rows[:2], byFormat, byFormat[0].dollars()}, {nil, byFormat, byFormat[0].dollars()}, {nil, nil, 0},
	} {
		if got, ok := resizePrice(tt.rows, tt.byFormat, 512); got != tt.want || ok != (tt.want > 0) {
			t.Errorf("got %v, %v, want %v", got, ok, tt.want)
		}
	}
}

// TestReadmeOnShield: README's numbers on Origin Shield follow from its price of a million
// resizes.
func TestReadmeOnShield(t *testing.T) {
	table := strings.Join(readme.Lines(t, "cost"), "\n")
	m := regexp.MustCompile(`\| \*\*512 MB\*\* \| \*\*[0-9]+\*\* \| \*\*[0-9]+ MiB\*\* \| \*\*([0-9.]+)\*\*`).FindStringSubmatch(table)
	if m == nil {
		t.Fatal("README has no price of 512 MB")
	}
	resizes, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(strings.Join(readme.Lines(t, "origin-shield"), " ")), " ")
	requests, _ := originshield.DollarsPerMillion("eu-west-1")
	for _, want := range []string{
		fmt.Sprintf("$%.2f for a million requests", requests),
		fmt.Sprintf("through 5 of its %d regional caches cost $%.2f with it instead of $%.2f", len(originshield.Regions()), withShield(5, resizes, requests), withoutShield(5, resizes)),
		fmt.Sprintf("through one $%.2f instead of $%.2f", withShield(1, resizes, requests), withoutShield(1, resizes)),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("README does not say %q", want)
		}
	}
}
