package changes

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const recorded = "../../../testdata/events/purge"

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(recorded, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustParse(t *testing.T, name string) Batch {
	t.Helper()
	b, err := Parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// summary returns a batch in short: each key with the last digit of its message, and
// the messages that could not be read.
func summary(b Batch) string {
	var parts []string
	last := func(message string) string {
		if message == "" {
			return ""
		}
		return "@" + message[len(message)-1:]
	}
	for _, c := range b.Changes {
		part := c.Key + last(c.Message)
		if c.Redelivered {
			part += " again"
		}
		parts = append(parts, part)
	}
	for _, u := range b.Unread {
		parts = append(parts, "unread"+last(u.Message))
	}
	return strings.Join(parts, "; ")
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		queued     bool
	}{
		{"s3-put", "photos/cat.jpg", false},
		{"s3-encoded-key", "photos/red flower (a+b).jpg; 東京/café 100%.jpg", false},
		{"s3-removed", "photos/cat.jpg", false},
		{"s3-delete-marker", "photos/cat.jpg", false},
		{"s3-version-removed", "photos/cat.jpg", false},
		{"s3-multipart-and-copy", "a.jpg; b.jpg", false},
		{"s3-lifecycle", "old/a.jpg; old/b.jpg", false},
		{"s3-nothing-changed", "", false},
		{"s3-test-event", "", false},
		{"s3-bad-escape", "photos/cat.jpg; unread", false},
		{"eventbridge-created", "photos/red flower (a+b) 100%.jpg", false},
		{"eventbridge-deleted", "photos/cat.jpg", false},
		{"eventbridge-expired", "photos/cat.jpg", false},
		{"eventbridge-tags", "", false},
		{"sqs-s3", "photos/cat.jpg@1; photos/dog 1.jpg@2 again", true},
		{"sqs-eventbridge", "photos/red flower.jpg@1", true},
		{"sqs-test-event", "", true},
		{"sqs-partly-bad", "photos/cat.jpg@1; photos/dog.jpg@3; photos/bird.jpg@5; unread@2; unread@4; unread@5", true},
		{"sqs-same-key", "photos/cat.jpg@1; photos/cat.jpg@2; photos/cat.jpg@3 again", true},
	} {
		b := mustParse(t, tt.name)
		if got := summary(b); got != tt.want || b.Queued != tt.queued {
			t.Errorf("%s: got %q, queued %v; want %q, %v", tt.name, got, b.Queued, tt.want, tt.queued)
		}
		for _, u := range b.Unread {
			if u.Err == nil {
				t.Errorf("%s: unread without a reason", tt.name)
			}
		}
	}
}

// Every recorded event but those of CodePipeline is in the table above or refused
// below.
func TestParseRefuses(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(recorded, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		_, err := Parse(read(t, name))
		foreign := strings.HasPrefix(name, "none-") || strings.HasPrefix(name, "codepipeline")
		if foreign != errors.Is(err, ErrShape) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, payload := range []string{
		``, `null`, `[]`, `{`, `{}`, `"x"`, `{"Records":[{}]}`, `{"Records":[1]}`, `{"Records":{}}`,
		`{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"a"}}},{"eventSource":"aws:sqs"}]}`,
		`{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}`,
		`{"source":"aws.s3","detail-type":"Object Created","detail":{"object":{}}}`,
		`{"source":"aws.s3","detail-type":"Object Created"}`,
		`{"source":"aws.s3","detail-type":"Object Created","detail":{"object":{"key":"a"}}}`,
		`{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{}}}`,
	} {
		if b, err := Parse([]byte(payload)); !errors.Is(err, ErrShape) {
			t.Errorf("%s: got %+v, %v", payload, b, err)
		}
	}
	for _, object := range []string{`{"bucket":{"name":"b"}}`, `{"object":{"key":"a"}}`} {
		payload := `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":` + object + `}]}`
		if b, err := Parse([]byte(payload)); err != nil || len(b.Changes) > 0 || len(b.Unread) != 1 {
			t.Errorf("%s: got %+v, %v", payload, b, err)
		}
	}
	if b, err := Parse([]byte(`{"Records":[]}`)); err != nil || len(b.Changes)+len(b.Unread) != 0 {
		t.Errorf("no records: got %+v, %v", b, err)
	}
}

func TestFields(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)
	put := mustParse(t, "s3-put").Changes[0]
	if want := (Change{Bucket: "originals", Key: "photos/cat.jpg", Time: at, Sequencer: "0055AED6DCD90281E5", Event: "ObjectCreated:Put"}); put != want {
		t.Errorf("got %+v, want %+v", put, want)
	}
	bridged := mustParse(t, "eventbridge-created").Changes[0]
	if want := (Change{Bucket: "originals", Key: "photos/red flower (a+b) 100%.jpg", Time: at.Truncate(time.Second).Add(time.Second - 1),
		Sequencer: "617f08299329d189", Event: "Object Created", Version: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"}); bridged != want {
		t.Errorf("got %+v, want %+v", bridged, want)
	}
}

func TestID(t *testing.T) {
	put := mustParse(t, "s3-put").Changes[0]
	same := put
	same.Message, same.Redelivered, same.Event = "m", true, "Object Created" // by SQS and by EventBridge
	same.Sequencer = strings.ToLower(put.Sequencer) + "00"
	if put.ID() != same.ID() {
		t.Error("a change delivered again is another one")
	}
	ids := []string{put.ID()}
	for _, change := range []func(*Change){
		func(c *Change) { c.Key = "photos/cat.jpeg" },
		func(c *Change) { c.Bucket = "other" },
		func(c *Change) { c.Sequencer = "0055AED6DCD90281E6" },
		func(c *Change) { c.Sequencer = "" },
		func(c *Change) { c.Sequencer, c.Version = "", "v1" },
		func(c *Change) { c.Sequencer, c.Event = "", "ObjectRemoved:Delete" },
		func(c *Change) { c.Sequencer, c.Time = "", c.Time.Add(time.Millisecond) },
	} {
		c := put
		change(&c)
		ids = append(ids, c.ID())
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 8 {
		t.Errorf("different changes have one ID: %q", ids)
	}
}

func TestAfter(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		a, b Change
		want bool
	}{
		{Change{Sequencer: "0055AED6DCD90281E6"}, Change{Sequencer: "0055AED6DCD90281E5"}, true},
		{Change{Sequencer: "0055aed6dcd90281e6"}, Change{Sequencer: "0055AED6DCD90281E5"}, true},
		{Change{Sequencer: "0055AED6DCD90281E5"}, Change{Sequencer: "0055AED6DCD90281E5"}, false},
		{Change{Sequencer: "0055AED6DCD90281E501"}, Change{Sequencer: "0055AED6DCD90281E5"}, true},
		{Change{Sequencer: "0055AED6DCD90281E5"}, Change{Sequencer: "0055AED6DCD90281E500"}, false},
		{Change{Sequencer: "61"}, Change{Sequencer: "0055AED6DCD90281E5"}, true},
		{Change{Time: now}, Change{Time: now.Add(-1), Sequencer: "FF"}, true},
		{Change{Time: now}, Change{Time: now}, false},
	} {
		if got := tt.a.After(tt.b); got != tt.want {
			t.Errorf("%+v after %+v: got %v", tt.a, tt.b, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(recorded, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if len(payload) > 1<<16 {
			return
		}
		b, err := Parse(payload)
		if err != nil && !errors.Is(err, ErrShape) {
			t.Errorf("got %v", err)
		}
		if err != nil && len(b.Changes)+len(b.Unread) > 0 {
			t.Errorf("an error with %+v", b)
		}
		for _, c := range b.Changes {
			if c.Key == "" || c.Bucket == "" || b.Queued != (c.Message != "") || c.After(c) {
				t.Errorf("got %+v", c)
			}
		}
		for _, u := range b.Unread {
			if u.Err == nil || b.Queued != (u.Message != "") {
				t.Errorf("got %+v", u)
			}
		}
	})
}
