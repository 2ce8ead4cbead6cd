package edge

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// eventFiles returns the paths of the recorded events.
func eventFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded events: %v", err)
	}
	return files
}

// The types hold all members of the recorded events, so what CloudFront on a
// laptop sends is complete.
func TestEventsSurviveARoundTrip(t *testing.T) {
	for _, file := range eventFiles(t) {
		recorded, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var event Event
		if err := decode(recorded, &event); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		back, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if filepath.Base(file) != "resize-unknown-fields.json" {
			sameJSON(t, file, back, recorded)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := Headers{"etag": {{Key: "ETag", Value: "1"}, {Key: "ETag", Value: "2"}}, "empty": nil}
	if got := h.Get("ETAG") + h.Get("empty") + h.Get("none"); got != "1" {
		t.Errorf("Get: %q", got)
	}
	h.Set("ETag", "3")
	if got := h["etag"]; len(got) != 1 || got[0].Key != "ETag" || got[0].Value != "3" {
		t.Errorf("Set: %+v", got)
	}
}

// sameJSON fails the test unless got and want mean the same.
func sameJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatalf("%s: %v in %s", what, err, want)
	}
	if !reflect.DeepEqual(g, w) {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}
