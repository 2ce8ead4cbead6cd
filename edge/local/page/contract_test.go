package page

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

var update = flag.Bool("update", false, "write the contract into README.md")

// The README's table of requests and answers is the page's.
func TestReadmeHasTheContract(t *testing.T) {
	want := []string{"| request | answer |", "|---|---|"}
	for _, r := range (original{}).contract(edge.DefaultConfig(), true, Signer{}) {
		want = append(want, "| "+r.asked+" | "+r.answer+" |")
	}
	if *update {
		readme.Rewrite(t, "contract", want)
	}
	if got := readme.Lines(t, "contract"); !slices.Equal(got, want) {
		t.Errorf("README.md has\n%s\nwant\n%s\ngo test ./edge/local/page -run Contract -update writes it", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
