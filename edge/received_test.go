package edge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// A member that the handler does not read may hold anything: the variant is
// made.
func TestHandlerGoesByWhatItUses(t *testing.T) {
	h := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet())
	const good = `{"clientIp":"203.0.113.9","headers":{},"method":"GET","querystring":"width=20&height=10","uri":"/a.jpg",
		"origin":{"s3":{"authMethod":"none","customHeaders":{},"domainName":"pics.s3.amazonaws.com","path":"","region":""}}}`
	custom := strings.Replace(good, `{"s3":{"authMethod":"none"`, `{"custom":{"port":443,"readTimeout":30,"sslProtocols":["TLSv1.2"]`, 1)
	for _, tt := range []struct{ config, request, requestID string }{
		{`{"requestId":"R"}`, good, "R"},
		{`{"requestId":"R"}`, custom, "R"},
		{`{"requestId":"R","distributionId":5,"eventType":["x"]}`, good, "R"},
		{`{"requestId":5}`, good, ""},
		{`"odd"`, good, ""},
		{`null`, good, ""},
		{`{}`, strings.Replace(good, `"203.0.113.9"`, `[203]`, 1), ""},
		{`{}`, strings.Replace(good, `"headers":{}`, `"headers":{"a":5}`, 1), ""},
		{`{}`, strings.Replace(good, `"none"`, `5`, 1), ""},
		{`{}`, strings.Replace(good, `"customHeaders":{}`, `"customHeaders":[5]`, 1), ""},
		{`{}`, strings.Replace(custom, `443`, `"443"`, 1), ""},
		{`{}`, strings.Replace(custom, `30`, `30.5`, 1), ""},
		{`{}`, strings.Replace(custom, `["TLSv1.2"]`, `"TLSv1.2"`, 1), ""},
		{`{}`, strings.Replace(custom, `"region":""`, `"region":5`, 1), ""},
	} {
		payload := fmt.Appendf(nil, `{"Records":[{"cf":{"config":%s,"request":%s,"response":%s}}]}`, tt.config, tt.request, originResponse)
		if _, out, err := h.Handle(t.Context(), payload); err != nil || out.Reason != "" || out.RequestID != tt.requestID {
			t.Errorf("%s, %s: got %q, %v (%v), %v", tt.config, tt.request, out.RequestID, out, out.Err, err)
		}
	}
}

// If one member is invalid, the others still count: a piece of the original is
// not stored.
func TestHandlerReadsWhatItCan(t *testing.T) {
	h := New(DefaultConfig(), serves(photo(t, 64, 48)), 0, quiet())
	piece := strings.Replace(originResponse, `"200"`, `"206"`, 1)
	for _, odd := range []string{
		`"method":5,"uri":"/a.jpg","querystring":"width=20&height=10"`,
		`"uri":["/a.jpg"],"querystring":"width=20&height=10"`,
		`"origin":5,"uri":"/a.jpg","querystring":"width=20&height=10"`,
		`"origin":{"s3":"odd"},"uri":"/a.jpg","querystring":"width=20&height=10"`,
		`"origin":{"s3":{"domainName":5}},"uri":"/a.jpg","querystring":"width=20&height=10"`,
		`"origin":{"s3":{"region":{}}},"uri":"/a.jpg","querystring":"width=20&height=10"`,
		`"origin":{"custom":{"path":5}},"uri":"/a.jpg","querystring":"width=20&height=10"`,
	} {
		payload := fmt.Appendf(nil, `{"Records":[{"cf":{"config":{"requestId":"R"},"request":{%s},"response":%s}}]}`, odd, piece)
		response, out, err := h.Handle(t.Context(), payload)
		if err != nil || out.Reason != BadEvent || out.Asked.Size != (Size{20, 10}) || out.RequestID != "R" ||
			out.URI != "/a.jpg" && !strings.Contains(odd, `["/a.jpg"]`) {
			t.Errorf("%s: got %+v, %v", odd, out, err)
		}
		if got := parseResponse(t, response).Headers.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: got Cache-Control %q", odd, got)
		}
	}
	payload := fmt.Appendf(nil, `{"Records":[{"cf":{"request":{"method":"GET","querystring":["width=20"]},"response":%s}}]}`, piece)
	if response, out, err := h.Handle(t.Context(), payload); err != nil || out.Reason != BadEvent || out.Asked != (Ask{}) || string(response) != piece {
		t.Errorf("got %s, %+v, %v", response, out, err)
	}
}

// The log has the request's members even if the response is invalid.
func TestHandlerLogsTheRequestOfABadResponse(t *testing.T) {
	var log bytes.Buffer
	h := New(DefaultConfig(), serves(nil), 0, slog.New(slog.NewJSONHandler(&log, nil)))
	payload := bytes.Replace(event("width=20&height=10", "200"), []byte(`"status":"200"`), []byte(`"status":200`), 1)
	if _, err := h.Invoke(t.Context(), payload); err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, &log)
	}
	if line["reason"] != string(BadEvent) || line["request_id"] != "R" || line["uri"] != "/a.jpg" || line["asked"] != "20x10" {
		t.Errorf("got %s", &log)
	}
}
