package prepare

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRecords writes records into tags that AWS takes and reads them back, with
// elements of all lengths in place of a cache policy.
func TestRecords(t *testing.T) {
	at := target{id: "E1", behavior: "/img/*"}
	key := recordKey(strings.Repeat("a", 57), at)
	for n := range 400 {
		r := record{requestKey: none, headersKey: strings.Repeat("h", n%37), tagsKey: none}
		elements := older
		for i := range n {
			elements += fmt.Sprintf("<Name>X-%x</Name>", i*7919)
		}
		r.setCache("", elements)
		tags := r.tags(key)
		if tags == nil {
			if n < 100 {
				t.Errorf("%d names are too many", n)
			}
			continue
		}
		for name, value := range tags {
			if len(name) > 128 || len(value) > maxTagValue || strings.TrimSpace(value) != value {
				t.Errorf("%d: %q=%q", n, name, value)
			}
		}
		policy, read, err := readRecord(tags, key).cache()
		if policy != "" || read != elements || err != nil {
			t.Fatalf("%d: got %q, %q, %v", n, policy, read, err)
		}
		for name := range tags {
			if !slices.Contains(recordKeys(key), name) {
				t.Errorf("%s is none of its tags", name)
			}
		}
	}
}

// TestTooLongToRemember wants a note on elements that are too long for a record, and
// undo to leave the cache policy.
func TestTooLongToRemember(t *testing.T) {
	long := "<ForwardedValues><QueryString>false</QueryString><Cookies><Forward>none</Forward></Cookies><Headers><Quantity>600</Quantity><Items>"
	for i := range 600 {
		long += fmt.Sprintf("<Name>X-%x</Name>", i*i*7919)
	}
	long += "</Items></Headers></ForwardedValues><MinTTL>0</MinTTL>"
	b := newFixture(t, managed, long)
	if said := b.mustPrepare(b.options); !strings.Contains(said, "note: the legacy cache settings of distribution E1, default behaviour are too long") {
		t.Errorf("it said\n%s", said)
	}
	if said := b.mustPrepare(b.options); !strings.Contains(said, "nothing to do") {
		t.Errorf("it said\n%s", said)
	}
	said, err := b.undo(t.Context(), false)
	if err != nil || !strings.Contains(said, "left: distribution E1, default behaviour keeps its cache policy") {
		t.Errorf("%v\n%s", err, said)
	}
}
