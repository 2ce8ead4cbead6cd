package cloudfront

import (
	"reflect"
	"testing"
)

// value returns the number of a field's value.
func (r Readings) value(field int) int { return int(reflect.ValueOf(r).Field(field).Int()) }

// Every field is a knob, and any two values of any two fields occur together.
func TestPairwiseReadings(t *testing.T) {
	all := PairwiseReadings()
	if len(knobs) != reflect.TypeFor[Readings]().NumField() {
		t.Fatalf("%d knobs for %d fields", len(knobs), reflect.TypeFor[Readings]().NumField())
	}
	if all[0] != (Readings{}) || len(all) > 24 {
		t.Errorf("%d readings, the first is %+v", len(all), all[0])
	}
	for a := range knobs {
		for b := range a {
			pairs := map[[2]int]bool{}
			for _, r := range all {
				pairs[[2]int{r.value(a), r.value(b)}] = true
			}
			if len(pairs) != knobs[a].values*knobs[b].values {
				t.Errorf("fields %d and %d: %d of %d pairs", a, b, len(pairs), knobs[a].values*knobs[b].values)
			}
		}
	}
	again := PairwiseReadings()
	if !reflect.DeepEqual(all, again) {
		t.Error("the order changes")
	}
}
