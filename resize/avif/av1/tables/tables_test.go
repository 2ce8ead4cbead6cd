package tables

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestGenerated checks that generated.go is what gen makes of tables.json.
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

// TestDistributions checks that cumulative distributions ascend to 32768 and end with a
// count of zero.
func TestDistributions(t *testing.T) {
	text, err := os.ReadFile("tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	var look func(name string, list []any)
	look = func(name string, list []any) {
		if _, nested := list[0].([]any); nested {
			for _, v := range list {
				look(name, v.([]any))
			}
			return
		}
		n, last := len(list)-1, 0.0
		for _, v := range list[:n] {
			if v.(float64) < last {
				t.Errorf("%s: %v", name, list)
			}
			last = v.(float64)
		}
		if last != 1<<15 || list[n].(float64) != 0 {
			t.Errorf("%s: %v", name, list)
		}
	}
	for name, table := range all {
		if strings.HasSuffix(name, "_Cdf") {
			look(name, table.([]any))
		}
	}
}

// TestScans checks that a scan visits every place once.
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
