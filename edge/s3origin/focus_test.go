package s3origin

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// The focus is that of the first answer that is an object. Errors have none,
// and parts that follow do not change it. S3 joins metadata that is given twice.
func TestFocus(t *testing.T) {
	focus := func(value string) http.Header { return http.Header{"X-Amz-Meta-Focus": {value}} }
	untagged := http.Header{"Etag": nil, "X-Amz-Meta-Focus": {".1,.2"}}
	for name, tt := range map[string]struct {
		replies []reply
		want    string
	}{
		"a part":                {[]reply{with(ok(picture), focus("0.3,0.7"))}, "0.3,0.7"},
		"the whole":             {[]reply{respond(200, 15, bytes.NewReader(picture), focus("0.3,0.7"))}, "0.3,0.7"},
		"of unknown length":     {[]reply{respond(200, -1, bytes.NewReader(picture), focus("0.3,0.7"))}, "0.3,0.7"},
		"none":                  {[]reply{ok(picture)}, ""},
		"none, unknown length":  {[]reply{respond(200, -1, bytes.NewReader(picture), nil)}, ""},
		"joined":                {[]reply{with(ok(picture), focus("0.3,0.7,0.3,0.7"))}, "0.3,0.7,0.3,0.7"},
		"malformed":             {[]reply{with(ok(picture), focus("=?UTF-8?Q?0.3,0.7?="))}, "=?UTF-8?Q?0.3,0.7?="},
		"behind an error":       {[]reply{with(refuse(500, "InternalError"), focus("1,1")), with(ok(picture), focus("0.3,0.7"))}, "0.3,0.7"},
		"in an error only":      {[]reply{with(refuse(500, "InternalError"), focus("1,1")), ok(picture)}, ""},
		"changes when resumed":  {[]reply{with(cutOff, focus(".1,.2")), with(ok(picture), focus("1,1"))}, ".1,.2"},
		"appears when resumed":  {[]reply{cutOff, with(ok(picture), focus("1,1"))}, ""},
		"changes, without ETag": {[]reply{with(cutOff, untagged), with(ok(picture), focus("1,1"))}, ".1,.2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{t: t, replies: tt.replies}
			l := edge.Location{Bucket: "pics", Region: "eu-west-1", Key: "a.jpg"}
			body, err := newOrigin(Options{Credentials: testCredentials}, s).Open(t.Context(), l, 1000)
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			if data, err := body.First(t.Context(), len(picture)); err != nil || !bytes.Equal(data, picture) {
				t.Fatalf("got %q, %v", data, err)
			}
			if got := body.Focus(); got != tt.want || len(s.seen) != len(tt.replies) {
				t.Errorf("got %q after %d requests, want %q", got, len(s.seen), tt.want)
			}
		})
	}
}
