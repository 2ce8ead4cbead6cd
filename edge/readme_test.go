package edge

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// The README's table of the config names every field with its default.
func TestReadmeConfig(t *testing.T) {
	content, err := os.ReadFile("config.json")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]json.RawMessage{}
	if err := json.Unmarshal(content, &left); err != nil {
		t.Fatal(err)
	}
	for _, line := range readme.Lines(t, "config")[2:] {
		cells := strings.Split(line, "|")
		fields, defaults := readme.Code(cells[1]), readme.Code(cells[2])
		if len(fields) == 0 || len(defaults) == 0 {
			t.Fatalf("got %s", line)
		}
		for i, field := range fields {
			if want := defaults[min(i, len(defaults)-1)]; string(left[field]) != want {
				t.Errorf("%s is %s by default, not %s", field, left[field], want)
			}
			delete(left, field)
		}
	}
	for field := range left {
		t.Errorf("the table has no %s", field)
	}
}
