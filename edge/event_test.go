package edge

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// eventFiles are the recorded events.
func eventFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded events: %v", err)
	}
	return files
}

func TestEventsSurviveARoundTrip(t *testing.T) {
	for _, file := range eventFiles(t) {
		recorded, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var event Event
		if err := json.Unmarshal(recorded, &event); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		back, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		sameJSON(t, file, back, recorded)
	}
}

func TestUnknownMembersSurviveAtEveryLevel(t *testing.T) {
	const recorded = `{"Records":[{"cf":{
		"config":{"distributionDomainName":"d","distributionId":"E","eventType":"origin-response","requestId":"r","x":1},
		"request":{"clientIp":"::1","headers":{"host":[{"key":"Host","value":"h","x":2}]},"method":"GET","querystring":"",
			"uri":"/","x":[3],"origin":{"x":4,"s3":{"authMethod":"none","customHeaders":{},"domainName":"b","path":"",
			"region":"","x":5},"custom":{"customHeaders":{},"domainName":"c","keepaliveTimeout":1,"path":"","port":443,
			"protocol":"https","readTimeout":1,"sslProtocols":[],"x":12345678901234567890}}},
		"response":{"headers":{},"status":"200","x":{"<>":null}},
		"x":6},"x":7}],"x":8}`
	var event Event
	if err := json.Unmarshal([]byte(recorded), &event); err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "event", back, []byte(recorded))
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

func FuzzEvent(f *testing.F) {
	for _, file := range eventFiles(f) {
		recorded, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(recorded)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var event Event
		if json.Unmarshal(data, &event) != nil {
			return
		}
		back, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("%q cannot be written back: %v", data, err)
		}
		var again Event
		if err := json.Unmarshal(back, &again); err != nil {
			t.Fatalf("%q was written back as %q: %v", data, back, err)
		}
	})
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
