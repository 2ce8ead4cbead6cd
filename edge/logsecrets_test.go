package edge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

// TestLogsHoldNoSecrets plants secrets wherever they may occur, and looks for
// them in the log of every recorded event and of every failure of S3.
func TestLogsHoldNoSecrets(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "planted-key-id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "planted-secret-key")
	t.Setenv("AWS_SESSION_TOKEN", "planted-session-token")
	failures := map[string]http.HandlerFunc{
		"refused":         refusal(403, "AccessDenied"),
		"wrong signature": refusal(403, "SignatureDoesNotMatch"),
		"unknown key":     refusal(403, "InvalidAccessKeyId"),
		"expired token":   refusal(400, "ExpiredToken"),
		"another version": refusal(412, "PreconditionFailed"),
		"failed":          refusal(500, "InternalError"),
		"another region":  refusal(301, "PermanentRedirect"),
		"not found":       refusal(404, "NoSuchKey"),
		"no XML":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); fmt.Fprint(w, "planted-body <") },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/?planted-location", http.StatusFound)
		},
		"a broken response": func(w http.ResponseWriter, _ *http.Request) { hijack(w, "HTTP/1.1 oops\r\n\r\n") },
		"no response":       func(w http.ResponseWriter, _ *http.Request) { hijack(w, "") },
		"no picture":        func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "planted-body") },
	}
	for name, failure := range failures {
		server := httptest.NewServer(failure)
		source := s3origin.New(s3origin.Options{Endpoint: server.URL})
		var log bytes.Buffer
		h := edge.New(edge.DefaultConfig(), source, 0, slog.New(slog.NewJSONHandler(&log, nil)))
		events := readAll(t, "../testdata/events/resize-s3-*.json", 1<<20)
		if name == "wrong signature" {
			events = recordedEvents(t)
		}
		for _, event := range events {
			if _, err := h.Invoke(t.Context(), planted(t, event)); err != nil {
				t.Fatal(err)
			}
		}
		server.Close()
		if n := bytes.Count(log.Bytes(), []byte("\n")); n != len(events) {
			t.Errorf("%s: %d lines of log for %d events", name, n, len(events))
		}
		for line := range bytes.Lines(log.Bytes()) {
			// The log may cut or escape what it quotes, so look for parts.
			for _, secret := range []string{"planted", "7777777777", "203.0.113.", "Signature="} {
				if bytes.Contains(line, []byte(secret)) {
					t.Errorf("%s: %q in %s", name, secret, line)
				}
			}
		}
	}
}

// TestBadEventsAreNotQuoted checks that the log names a part of the request
// that has the wrong type, and does not quote it.
func TestBadEventsAreNotQuoted(t *testing.T) {
	event, err := os.ReadFile("../testdata/events/resize-jpeg.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"clientIp", "headers", "method", "querystring", "origin", "body"} {
		for _, value := range []any{
			"planted", json.Number("7777777777"), json.Number("7777777777e7777"), []any{"planted"}, map[string]any{"planted": "planted"},
			map[string]any{"planted": []any{map[string]any{"key": "planted", "value": []any{"planted"}}}},
		} {
			root := members(t, event)
			object(object(object(root["Records"].([]any)[0])["cf"])["request"])[name] = value
			payload, err := json.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			h := edge.New(edge.DefaultConfig(), &seen{}, 0, slog.New(slog.NewJSONHandler(&log, nil)))
			if _, err := h.Invoke(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
			if line := log.String(); !strings.Contains(line, "reason") || strings.Contains(line, "planted") || strings.Contains(line, "7777777777") {
				t.Errorf("%s %v: %s", name, value, line)
			}
		}
	}
}

// TestBadParametersAreNotQuoted checks that the log names a parameter with a bad value,
// and neither quotes the value nor any of the parameters that are not understood.
func TestBadParametersAreNotQuoted(t *testing.T) {
	event, err := os.ReadFile("../testdata/events/resize-jpeg.json")
	if err != nil {
		t.Fatal(err)
	}
	cfg := edge.DefaultConfig()
	cfg.Parameters = edge.Switchable
	const unknown = "&signature=planted&expires=7777777777&token=planted&planted"
	for query, want := range map[string]string{
		"fit=planted": edge.BadParameter.Meaning() + ": fit", "fit=pad,planted": ": fit", "background=planted": ": background", "quality=planted": ": quality",
		"dpr=7777777777": ": dpr", "gravity=planted": ": gravity", "trim=planted": ": trim", "sharpen=7777777777": ": sharpen", "blur=%25planted": ": blur",
		"preset=planted": ": preset", "w=planted": edge.BadSize.Meaning(), "h=7777777777": edge.TwoSizes.Meaning(), "format=planted": `"asked_query":"width=5&height=6"`,
		"blur=%70lanted&blur=3": ": blur",
	} {
		root := members(t, event)
		object(object(object(root["Records"].([]any)[0])["cf"])["request"])["querystring"] = "width=5&height=6&" + query + unknown
		payload, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		h := edge.New(cfg, &seen{}, 0, slog.New(slog.NewJSONHandler(&log, nil)))
		if _, err := h.Invoke(t.Context(), payload); err != nil {
			t.Fatal(err)
		}
		line := log.String()
		if !strings.Contains(line, want) || strings.Contains(line, "planted") || strings.Contains(line, "7777777777") {
			t.Errorf("%s: %s, want %s", query, line, want)
		}
	}
}

// refusal answers with an error that quotes all that S3's errors do, and more.
// Amazon S3 API Reference, "Error responses".
func refusal(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("X-Planted", "planted-header")
		w.WriteHeader(status)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>%s</Code><Message>In words.</Message><AWSAccessKeyId>%s</AWSAccessKeyId>
<StringToSign>AWS4-HMAC-SHA256 planted-string</StringToSign><SignatureProvided>planted-signature</SignatureProvided>
<CanonicalRequest>GET x-amz-security-token:%s</CanonicalRequest><Token-0>%[3]s</Token-0>
<RequestId>REQ1</RequestId><HostId>HOST1</HostId></Error>`, code, "planted-key-id", r.Header.Get("X-Amz-Security-Token"))
	}
}

// hijack writes text as the whole answer to a request, and closes the
// connection.
func hijack(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	fmt.Fprint(conn, text)
	conn.Close()
}

// planted returns event with a marker in everything that viewers send, and in
// the secrets between CloudFront and the origin.
func planted(t *testing.T, event []byte) []byte {
	t.Helper()
	root := members(t, event)
	cf := object(object(root["Records"].([]any)[0])["cf"])
	request, response := object(cf["request"]), object(cf["response"])
	request["clientIp"] = "203.0.113.77"
	secret := func(names ...string) map[string]any {
		headers := map[string]any{}
		for _, name := range names {
			headers[name] = []any{map[string]any{"key": name, "value": "planted-" + name}}
		}
		return headers
	}
	sent := secret("cookie", "authorization", "user-agent", "referer", "x-forwarded-for", "x-api-key", "accept", "x-amz-security-token")
	for name, values := range sent {
		object(request["headers"])[name] = values
	}
	for name, values := range secret("set-cookie", "x-amz-meta-owner", "www-authenticate", "location") {
		object(response["headers"])[name] = values
	}
	for _, kind := range []string{"s3", "custom"} {
		if origin, ok := object(request["origin"])[kind]; ok {
			object(origin)["customHeaders"] = secret("x-origin-secret")
		}
	}
	query, _ := request["querystring"].(string)
	switch {
	case strings.Contains(query, "asdf"):
		query = "width=planted-width&height=planted%zz"
	case len(query) > 40:
		query = "width=777777777777777777777777777777&height=5"
	}
	request["querystring"] = strings.TrimPrefix(query+"&token=planted-token&planted-name=1&%70lanted", "&")
	payload, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}
