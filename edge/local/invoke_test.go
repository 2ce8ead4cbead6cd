package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

const testEvents = "../../testdata/events"

// replayed maps reasons to the recorded events that are not resized; the names
// of the others begin with resize-.
var replayed = map[string][]string{
	"bad-original":         {"body-truncated"},
	"bad-size":             {"query-30-digits", "query-asdf", "query-empty", "query-encoded-plus-sign", "query-exponent", "query-fraction", "query-full-width-digits", "query-hexadecimal", "query-minus-sign", "query-plus-sign"},
	"bad-uri":              {"key-bad-escape", "key-none"},
	"empty-original":       {"body-empty"},
	"larger-than-original": {"query-larger-than-original"},
	"no-size":              {"query-none"},
	"not-get":              {"method-head", "method-post"},
	"one-side-missing":     {"query-only-height", "query-only-width"},
	"origin-not-200":       {"status-304", "status-403", "status-404", "status-412", "status-416", "status-500"},
	"origin-not-s3":        {"origin-load-balancer"},
	"over-maximum":         {"query-above-maximum"},
	"s3-not-found":         {"key-dot-dot", "key-double-slash"},
	"same-size":            {"query-same-size"},
	"two-sizes":            {"query-twice-different"},
	"unsupported-format":   {"body-avif", "body-heic", "body-html-called-jpg", "body-png-animated", "body-svg"},
	"zero-size":            {"query-zero"},
}

// Replays every recorded event as a user does.
func TestReplay(t *testing.T) {
	t.Parallel()
	want := map[string]string{}
	for reason, names := range replayed {
		for _, name := range names {
			want[name] = "original " + reason
		}
	}
	files, err := filepath.Glob(testEvents + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			outcome, ok := want[name]
			if strings.HasPrefix(name, "resize-") {
				outcome = "resized"
			} else if !ok {
				t.Fatal("not in the table")
			}
			delete(want, name)
			out := filepath.Join(t.TempDir(), "out")
			printed := succeed(t, "invoke", file, "-originals", testOriginals, "-out", out)
			if !strings.Contains(printed, "\noutcome:  "+outcome+"\n") {
				t.Errorf("got %s, want outcome %q", printed, outcome)
			}
			checkPrinted(t, printed)
			if outcome == "resized" {
				checkWritten(t, out, printed)
				return
			}
			because := edge.Reason(strings.TrimPrefix(outcome, "original ")).Meaning()
			if _, err := os.Stat(out); err == nil || because == "" || !strings.Contains(printed, "as the origin sent it\n") ||
				!strings.HasSuffix(printed, "\nwritten:  nothing; "+out+" is unchanged. There is no variant, because "+because+"\n") {
				t.Errorf("%v: got %s", err, printed)
			}
		})
	}
	for name := range want {
		t.Errorf("%s is in the table, but not recorded", name)
	}
}

// checkPrinted fails the test unless printed begins with a response whose body
// is cut.
func checkPrinted(t *testing.T, printed string) {
	t.Helper()
	var response struct {
		Status, Body string
		Headers      map[string]any
	}
	if err := json.NewDecoder(strings.NewReader(printed)).Decode(&response); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	if response.Status == "" || len(response.Headers) == 0 || len(response.Body) > 120 {
		t.Errorf("got %+v", response)
	}
}

// checkWritten fails the test unless the file is the picture that the printed
// outcome describes.
func checkWritten(t *testing.T, file, printed string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, format, err := pictest.DecodeFirst(t, data)
	if err != nil {
		t.Fatal(err)
	}
	line := "\n" + sprintPicture("variant: ", format, img.Bounds().Dx(), img.Bounds().Dy(), len(data))
	if !strings.Contains(printed, line) || !strings.Contains(printed, "\nwritten:  "+file+"\n") {
		t.Errorf("got %s, want %q", printed, line)
	}
}

// The outcome shows what is known of an original that is not resized.
func TestInvokeNamesTheOriginal(t *testing.T) {
	for event, want := range map[string]string{
		"body-heic": "because:  HEIC is not resized\noriginal: HEIC, 155 bytes\n", "body-avif": "\noriginal: AVIF, ",
		"body-truncated": "\noriginal: ", "query-zero": "because:  width or height is zero\nms: ",
	} {
		if printed := succeed(t, "invoke", testEvents+"/"+event+".json", "-originals", testOriginals); !strings.Contains(printed, want) || strings.Contains(printed, "0x0") {
			t.Errorf("%s: got %s", event, printed)
		}
	}
}

// If no file was asked for, the output mentions none; an existing file stays
// unchanged.
func TestInvokeWritesNothing(t *testing.T) {
	event := testEvents + "/query-zero.json"
	if printed := succeed(t, "invoke", event, "-originals", testOriginals); strings.Contains(printed, "written:") {
		t.Errorf("got %s", printed)
	}
	out := filepath.Join(newFolder(t, map[string][]byte{"a.jpg": []byte("before")}), "a.jpg")
	succeed(t, "invoke", event, "-originals", testOriginals, "-out", out)
	if got, err := os.ReadFile(out); err != nil || string(got) != "before" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestInvokeWithConfig(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(`{"max_width": 10}`), 0o644); err != nil {
		t.Fatal(err)
	}
	printed := succeed(t, "invoke", "-config", config, "-originals", testOriginals, testEvents+"/resize-jpeg.json")
	if !strings.Contains(printed, "\noutcome:  original over-maximum\n") {
		t.Errorf("got %s", printed)
	}
}

// -bucket replaces the event's bucket, which the server does not have.
func TestInvokeWithBucket(t *testing.T) {
	from := remote(t, testOriginals, nil)
	printed := succeed(t, "invoke", testEvents+"/resize-jpeg.json",
		"-bucket", from.bucket, "-region", from.region, "-s3-endpoint", from.endpoint)
	if !strings.Contains(printed, "\noutcome:  resized\n") {
		t.Errorf("got %s", printed)
	}
}

// The command says why there is no fallback picture.
func TestPrintsTheFallbackError(t *testing.T) {
	var out bytes.Buffer
	printOutcome(&out, edge.Outcome{Reason: edge.NotOK, Err: edge.Because(edge.NotOK, nil), FallbackErr: edge.Because(edge.S3Denied, nil)})
	if want := "fallback: not made: " + edge.Because(edge.S3Denied, nil).Error() + "\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want %q in it", out.String(), want)
	}
}

// A response that CloudFront refuses is an error.
func TestInvokeChecksTheResponse(t *testing.T) {
	recorded, err := os.ReadFile(testEvents + "/query-none.json")
	if err != nil {
		t.Fatal(err)
	}
	event := filepath.Join(t.TempDir(), "event.json")
	recorded = bytes.Replace(recorded, []byte(`"status": "200"`), []byte(`"status": "700"`), 1)
	if err := os.WriteFile(event, recorded, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := fail(t, 1, "invoke", event, "-originals", testOriginals); !strings.Contains(got, "CloudFront would answer 502") {
		t.Errorf("got %s", got)
	}
}
