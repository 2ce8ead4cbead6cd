package cloudfront

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge"
)

// before is an origin's answer as events have it.
var before = edge.Response{
	Status: "200",
	Headers: edge.Headers{
		"etag":              {{Key: "ETag", Value: `"e1"`}},
		"transfer-encoding": {{Key: "Transfer-Encoding", Value: "chunked"}},
		"via":               {{Key: "Via", Value: "1.1 a"}, {Key: "Via", Value: "1.1 b"}},
		// Functions do not see it, but recorded events may have it.
		"connection": {{Key: "Connection", Value: "close"}},
	},
}

const (
	untouched = `"transfer-encoding":[{"key":"Transfer-Encoding","value":"chunked"}],"via":[{"value":"1.1 a"},{"value":"1.1 b"}]`
	// blacklisted and changedReadOnly are CloudFront's words.
	blacklisted     = "The Lambda function result failed validation: The function tried to add a blacklisted header."
	changedReadOnly = "The Lambda function result failed validation: The function tried to add, delete, or change a read-only header."
)

// withHeader returns a response with one more header.
func withHeader(header string) string {
	return `{"status":"200","headers":{` + untouched + `,` + header + `}}`
}

func TestCheckTakes(t *testing.T) {
	for name, tt := range map[string]struct {
		response string
		body     string
		keeps    bool // the origin's body
	}{
		"untouched":           {response: `{"status":"200","headers":{` + untouched + `}}`, keeps: true},
		"status 599":          {response: `{"status":"599","headers":{` + untouched + `}}`, keeps: true},
		"text":                {response: `{"status":"200","body":"hé","headers":{` + untouched + `}}`, body: "hé"},
		"said to be text":     {response: `{"status":"200","body":"aGk=","bodyEncoding":"text","headers":{` + untouched + `}}`, body: "aGk="},
		"base64":              {response: `{"status":"200","body":"aGk=","bodyEncoding":"base64","headers":{` + untouched + `}}`, body: "hi"},
		"empty body":          {response: `{"status":"200","body":"","headers":{` + untouched + `}}`},
		"empty base64":        {response: `{"status":"200","body":"","bodyEncoding":"base64","headers":{` + untouched + `}}`},
		"encoding alone":      {response: `{"status":"200","bodyEncoding":"base64","headers":{` + untouched + `}}`, keeps: true},
		"description":         {response: `{"status":"200","statusDescription":"Fine","headers":{` + untouched + `}}`, keeps: true},
		"unknown member":      {response: `{"status":"200","unheardOf":{},"headers":{` + untouched + `}}`, keeps: true},
		"a header":            {response: withHeader(`"x-a":[{"key":"X-A","value":"1"},{"value":""}]`), keeps: true},
		"tab and latin":       {response: withHeader(`"x-a":[{"value":"a\tb é"}]`), keeps: true},
		"no values":           {response: withHeader(`"x-cache":[]`), keeps: true},
		"key in another case": {response: withHeader(`"etag":[{"key":"ETAG","value":"1"}]`), keeps: true},
		"forbidden, as it was": {
			response: withHeader(`"connection":[{"key":"Connection","value":"close"}]`), keeps: true},
		"almost forbidden": {response: withHeader(`"x-edge":[{"value":"1"}],"x-cached":[{"value":"1"}],"x-amz-cfx":[{"value":"1"}]`), keeps: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Check([]byte(tt.response), before)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Body) != tt.body || (got.Body == nil) != tt.keeps {
				t.Errorf("got body %q (nil: %t), want %q (nil: %t)", got.Body, got.Body == nil, tt.body, tt.keeps)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	const result = "The Lambda function result failed validation:"
	for name, tt := range map[string]struct{ response, words string }{
		"nothing":              {``, "not parsable"},
		"half an object":       {`{"status":"200"`, "not parsable"},
		"two objects":          {`{"status":"200"}{}`, "not parsable"},
		"no UTF-8":             {"{\"status\":\"200\",\"body\":\"\xff\"}", "not parsable"},
		"null":                 {`null`, "The JSON output must be an object type."},
		"array":                {`[]`, "The JSON output must be an object type."},
		"string":               {`"200"`, "The JSON output must be an object type."},
		"no status":            {`{"headers":{}}`, result},
		"Status":               {`{"Status":"200"}`, result},
		"status null":          {`{"status":null}`, result},
		"status a number":      {`{"status":200}`, result},
		"status 199":           {`{"status":"199"}`, result},
		"status 600":           {`{"status":"600"}`, result},
		"status 0200":          {`{"status":"0200"}`, result},
		"status +20":           {`{"status":"+20"}`, result},
		"status OK":            {`{"status":"OK"}`, result},
		"description":          {`{"status":"200","statusDescription":1}`, "statusDescription"},
		"body a number":        {`{"status":"200","body":1,"headers":{` + untouched + `}}`, "The body is not a string"},
		"body null":            {`{"status":"200","body":null,"headers":{` + untouched + `}}`, "The body is not a string"},
		"encoding":             {`{"status":"200","body":"","bodyEncoding":"gzip"}`, "bodyEncoding"},
		"Base64":               {`{"status":"200","body":"","bodyEncoding":"Base64"}`, "bodyEncoding"},
		"no base64":            {`{"status":"200","body":"a?==","bodyEncoding":"base64","headers":{` + untouched + `}}`, "base64"},
		"unpadded":             {`{"status":"200","body":"aGk","bodyEncoding":"base64","headers":{` + untouched + `}}`, "base64"},
		"URL's base64":         {`{"status":"200","body":"-_-_","bodyEncoding":"base64","headers":{` + untouched + `}}`, "base64"},
		"base64 in lines":      {`{"status":"200","body":"aGk=\n","bodyEncoding":"base64","headers":{` + untouched + `}}`, "base64"},
		"stray bits":           {`{"status":"200","body":"aGl=","bodyEncoding":"base64","headers":{` + untouched + `}}`, "base64"},
		"headers an array":     {`{"status":"200","headers":[]}`, "headers object"},
		"headers null":         {`{"status":"200","headers":null}`, "headers object"},
		"header a string":      {withHeader(`"x-a":"1"`), "Each header entry in the headers object must be an array."},
		"header null":          {withHeader(`"x-a":null`), "Each header entry in the headers object must be an array."},
		"value a string":       {withHeader(`"x-a":["1"]`), "headers object"},
		"value a number":       {withHeader(`"x-a":[{"value":1}]`), "headers object"},
		"value null":           {withHeader(`"x-a":[{"value":null}]`), "headers object"},
		"no value":             {withHeader(`"x-a":[{"key":"X-A"}]`), "headers object"},
		"Value":                {withHeader(`"x-a":[{"Value":"1"}]`), "headers object"},
		"key a number":         {withHeader(`"x-a":[{"key":1,"value":"1"}]`), "headers object"},
		"another key":          {withHeader(`"x-a":[{"key":"X-B","value":"1"}]`), "headers object"},
		"upper case":           {withHeader(`"X-A":[{"value":"1"}]`), "lower case"},
		"no name":              {withHeader(`"":[{"value":"1"}]`), "lower case"},
		"space in a name":      {withHeader(`"x a":[{"value":"1"}]`), "lower case"},
		"colon in a name":      {withHeader(`"x:":[{"value":"1"}]`), "lower case"},
		"line end":             {withHeader(`"x-a":[{"value":"1\r\nx-b: 2"}]`), "invalid character : '%0D' in header value, headerName : x-a"},
		"NUL":                  {withHeader(`"x-a":[{"value":"\u0000"}]`), "invalid character : '%00'"},
		"DEL":                  {withHeader(`"x-a":[{"value":"\u007f"}]`), "invalid character : '%7F'"},
		"forbidden":            {withHeader(`"x-cache":[{"value":"Hit"}]`), blacklisted},
		"forbidden by prefix":  {withHeader(`"x-edge-resize":[{"value":"1"}]`), blacklisted},
		"forbidden by prefix2": {withHeader(`"x-amz-cf-id":[{"value":"1"}]`), blacklisted},
		"read-only changed": {
			`{"status":"200","headers":{"transfer-encoding":[{"value":"gzip"}],"via":[{"value":"1.1 a"},{"value":"1.1 b"}]}}`, changedReadOnly},
		"read-only removed": {`{"status":"200","headers":{"transfer-encoding":[{"value":"chunked"}]}}`, changedReadOnly},
		"read-only added": {
			`{"status":"200","headers":{"transfer-encoding":[{"value":"chunked"},{"value":"gzip"}],"via":[{"value":"1.1 a"},{"value":"1.1 b"}]}}`, changedReadOnly},
		"read-only in another order": {
			`{"status":"200","headers":{"transfer-encoding":[{"value":"chunked"}],"via":[{"value":"1.1 b"},{"value":"1.1 a"}]}}`, changedReadOnly},
		"all headers gone": {`{"status":"200"}`, changedReadOnly},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Check([]byte(tt.response), before)
			wantViolation(t, err, tt.words)
		})
	}
}

func wantViolation(t *testing.T, err error, words string) {
	t.Helper()
	var v *Violation
	if !errors.As(err, &v) || !strings.Contains(v.Error(), words) {
		t.Errorf("got %v, want a violation that says %q", err, words)
	}
}

// Every header of the guide's list is refused, unless the origin's response has
// it.
func TestDisallowedHeaders(t *testing.T) {
	for _, name := range disallowed {
		if strings.HasSuffix(name, "-") {
			name += "anything"
		}
		response := fmt.Appendf(nil, `{"status":"200","headers":{%q:[{"value":"1"}]}}`, name)
		_, err := Check(response, edge.Response{})
		wantViolation(t, err, blacklisted)
		there := edge.Response{Headers: edge.Headers{name: {{Key: name, Value: "0"}}}}
		if _, err := Check(response, there); err != nil {
			t.Errorf("%s was there: %v", name, err)
		}
	}
}

// sized returns a response whose base64 body and whose headers have the given
// sizes in bytes.
func sized(body, headers int) []byte {
	// "x-a: " and the line end take 7 bytes.
	return fmt.Appendf(nil, `{"status":"200","body":%q,"bodyEncoding":"base64","headers":{"x-a":[{"value":%q}]}}`,
		base64.StdEncoding.EncodeToString(make([]byte, body/4*3)), strings.Repeat("v", headers-7))
}

func TestCheckLimits(t *testing.T) {
	for _, tt := range []struct {
		body, headers int
		words         string
	}{
		{MaxResponseBytes - 20_480, 20_480, ""},
		{MaxResponseBytes - 100, 100, ""},
		{MaxResponseBytes - 100, 101, "The length of the body size and header was 1048577 bytes which exceeded the CloudFront limit of 1048576 bytes"},
		{MaxResponseBytes, 10, "was 1048586 bytes"},
		{0, MaxHeaderBytes + 1, "20481 bytes which exceeded the CloudFront limit of 20480 bytes"},
	} {
		_, err := Check(sized(tt.body, tt.headers), edge.Response{})
		if tt.words != "" {
			wantViolation(t, err, tt.words)
		} else if err != nil {
			t.Errorf("%d and %d bytes: %v", tt.body, tt.headers, err)
		}
	}
}

// Whatever a function returns, Check refuses it or returns something that can
// be served unchanged.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		`{"status":"200","headers":{` + untouched + `}}`,
		withHeader(`"x-a":[{"key":"X-A","value":"1"},{"value":""}]`),
		`{"status":"200","body":"aGk=","bodyEncoding":"base64","headers":{` + untouched + `}}`,
		`{"status":"200","body":"hi","headers":{"connection":[{"value":"x"}],` + untouched + `}}`,
		`null`, `{"status":null}`, `[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, response []byte) {
		if len(response) > 1<<16 {
			return
		}
		r, err := Check(response, before)
		if err != nil {
			var v *Violation
			if !errors.As(err, &v) || v.Message == "" {
				t.Errorf("got %v, want a violation", err)
			}
			return
		}
		if r.Status < 200 || r.Status > 599 || !utf8.Valid(response) {
			t.Errorf("took status %d", r.Status)
		}
		for name, values := range r.Headers {
			if isDisallowed(name) && len(values) > 0 && len(before.Headers[name]) == 0 {
				t.Errorf("took the header %q", name)
			}
			for _, h := range values {
				if strings.ContainsAny(h.Value, "\r\n\x00") || http.CanonicalHeaderKey(name) == "" {
					t.Errorf("took %q: %q", name, h.Value)
				}
			}
		}
		if got, want := viewerHeader(r.Headers, nil).Get("Via"), ""; got != want {
			t.Errorf("the viewer sees Via %q", got)
		}
	})
}
