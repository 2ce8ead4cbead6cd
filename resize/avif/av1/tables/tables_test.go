package tables

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
)

// TestGenerated compares the committed tables with what gen makes.
func TestGenerated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "generated.go")
	if out, err := exec.Command("go", "run", "./gen", "tables.json", path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("generated.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("generated.go differs from what gen makes of tables.json: go generate")
	}
}

// TestDistributions looks whether cumulative distributions grow to 32768 and
// end with a count of zero.
func TestDistributions(t *testing.T) {
	var look func(name string, v reflect.Value)
	look = func(name string, v reflect.Value) {
		if v.Type().Elem().Kind() == reflect.Array {
			for i := range v.Len() {
				look(name, v.Index(i))
			}
			return
		}
		n := v.Len() - 1
		last := uint64(0)
		for i := range n {
			if p := v.Index(i).Uint(); p < last || i == n-1 && p != 1<<15 {
				t.Fatalf("%s: %v", name, v)
			} else {
				last = p
			}
		}
		if v.Index(n).Uint() != 0 {
			t.Fatalf("%s: count %v", name, v)
		}
	}
	for name, table := range map[string]any{
		"IntraFrameYModeCdf": IntraFrameYModeCdf, "UvModeCflAllowedCdf": UvModeCflAllowedCdf,
		"AngleDeltaCdf": AngleDeltaCdf, "PartitionW8Cdf": PartitionW8Cdf, "PartitionW64Cdf": PartitionW64Cdf,
		"SkipCdf": SkipCdf, "TxbSkipCdf": TxbSkipCdf, "EobPt1024Cdf": EobPt1024Cdf,
		"CoeffBaseCdf": CoeffBaseCdf, "CoeffBrCdf": CoeffBrCdf, "CoeffBaseEobCdf": CoeffBaseEobCdf,
		"IntraTxTypeSet1Cdf": IntraTxTypeSet1Cdf, "CflAlphaCdf": CflAlphaCdf, "DeltaQCdf": DeltaQCdf,
	} {
		look(name, reflect.ValueOf(table))
	}
}

// TestScans looks whether a scan visits every place once.
func TestScans(t *testing.T) {
	for _, table := range []any{Scan4x4, Scan8x8, Scan16x16, Scan32x32} {
		scan := reflect.ValueOf(table)
		seen := make([]bool, scan.Len())
		for i := range scan.Len() {
			at := scan.Index(i).Uint()
			if seen[at] {
				t.Fatalf("%d of %d twice", at, scan.Len())
			}
			seen[at] = true
		}
	}
}
