// Package jstest tests the viewer-request function, in JavaScript and in Go,
// against one contract. It is a module of its own so that only it needs goja.
package jstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// answer tells CloudFront what to do with a request: to continue with it or, if
// Status is set, to answer with that.
type answer struct {
	Status  int              `json:"statusCode"`
	Method  string           `json:"method"`
	Path    string           `json:"uri"`
	Query   any              `json:"querystring"`
	Headers map[string]field `json:"headers"`
}

func (a answer) String() string {
	if a.Status != 0 {
		return fmt.Sprint(a.Status)
	}
	return fmt.Sprintf("%s %s?%s with %v", a.Method, a.Path, a.Query, a.Headers)
}

// field is a header or a parameter. CloudFront Developer Guide, "CloudFront
// Functions event structure": multiValue has all values if there are several.
type field struct {
	Value      string  `json:"value"`
	MultiValue []field `json:"multiValue,omitempty"`
}

func fieldOf(values []string) field {
	f := field{Value: toUTF8(values[0])}
	for _, v := range values {
		f.MultiValue = append(f.MultiValue, field{Value: toUTF8(v)})
	}
	if len(values) == 1 {
		f.MultiValue = nil
	}
	return f
}

// toUTF8 converts text that is not UTF-8 as CloudFront does for functions: it
// takes it for ISO-8859-1. Same guide, "Restrictions on all edge functions".
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// headersOf returns headers as events have them.
func headersOf(header http.Header) map[string]field {
	fields := map[string]field{}
	for name, values := range header {
		fields[strings.ToLower(name)] = fieldOf(values)
	}
	return fields
}

// parameters returns a query string as events have it: raw names and values.
func parameters(query string) map[string]field {
	values := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); pair != "" {
			values[toUTF8(name)] = append(values[toUTF8(name)], value)
		}
	}
	fields := map[string]field{}
	for name, all := range values {
		fields[name] = fieldOf(all)
	}
	return fields
}

// event returns the function's argument for a request, as JSON.
func event(t testing.TB, r viewerrequest.Request) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"version": "1.0",
		"context": map[string]any{"distributionDomainName": "d111111abcdef8.cloudfront.net", "eventType": "viewer-request"},
		"viewer":  map[string]any{"ip": "198.51.100.11"},
		"request": map[string]any{
			"method": r.Method, "uri": toUTF8(r.Path), "querystring": parameters(r.Query),
			"headers": headersOf(r.Header), "cookies": map[string]any{},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// twin returns the answer of the function in Go, in the form of the JavaScript
// one's.
func twin(t testing.TB, site viewerrequest.Settings, r viewerrequest.Request) answer {
	t.Helper()
	before := headersOf(r.Header)
	r.Path = toUTF8(r.Path)
	got, _, err := site.Canonical(r)
	if !maps.EqualFunc(before, headersOf(r.Header), same) {
		t.Errorf("%v: its headers are changed", r)
	}
	if err != nil {
		refusal, ok := err.(*viewerrequest.RefusalError)
		if !ok {
			t.Fatalf("%v: %v", r, err)
		}
		return answer{Status: refusal.Status}
	}
	return answer{Method: got.Method, Path: got.Path, Query: got.Query, Headers: headersOf(got.Header)}
}

func same(a, b field) bool {
	return a.Value == b.Value && slices.EqualFunc(a.MultiValue, b.MultiValue, same)
}

func (a answer) equal(b answer) bool {
	return a.Status == b.Status && a.Method == b.Method && a.Path == b.Path && a.Query == b.Query &&
		maps.EqualFunc(a.Headers, b.Headers, same)
}

// engines run the function of a site for events, in new contexts or not: it
// keeps nothing from one to the next.
var engines = map[string]func(t testing.TB, site viewerrequest.Settings, events []string) []answer{
	"goja": func(t testing.TB, site viewerrequest.Settings, events []string) []answer {
		_, run := inGoja(t, script(site, gojaCrypto))
		answers := make([]answer, len(events))
		for i, e := range events {
			answers[i] = run(t, e)
		}
		return answers
	},
	// CloudFront's engine resembles nginx's njs.
	"njs": func(t testing.TB, site viewerrequest.Settings, events []string) []answer {
		t.Helper()
		njs := peer.Program(t, "NJS", "njs", "njs")
		list, err := json.Marshal(events)
		if err != nil {
			t.Fatal(err)
		}
		// njs cuts log lines off at 2 kB.
		dir := t.TempDir()
		// One event after the other, by promises: njs 0.7 crashes on await in a loop.
		program := fmt.Sprintf("%s\n%s.reduce((before, event) => before.then((all) => Promise.resolve(handler(JSON.parse(event))).then((a) => all.concat([a]))), "+
			"Promise.resolve([])).then((all) => require('fs').writeFileSync(%q, JSON.stringify(all)));\n",
			script(site, "require('crypto')"), list, filepath.Join(dir, "answers.json"))
		if err := os.WriteFile(filepath.Join(dir, "script.js"), []byte(program), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), njs, filepath.Join(dir, "script.js")).CombinedOutput(); err != nil {
			t.Fatalf("njs: %v\n%s", err, out)
		}
		out, err := os.ReadFile(filepath.Join(dir, "answers.json"))
		if err != nil {
			t.Fatal(err)
		}
		var answers []answer
		if err := json.Unmarshal(out, &answers); err != nil {
			t.Fatal(err)
		}
		return answers
	},
}

// inGoja loads a script, and returns its runtime and a function that runs its
// handler for an event.
func inGoja(t testing.TB, script string) (*goja.Runtime, func(t testing.TB, event string) answer) {
	t.Helper()
	vm := goja.New()
	setHMAC(t, vm)
	if _, err := vm.RunString("'use strict';\nlet left;\n" + script); err != nil {
		t.Fatal(err)
	}
	run, err := vm.RunString("(event) => { left = ''; Promise.resolve(handler(JSON.parse(event))).then((a) => { left = JSON.stringify(a); }, (e) => { left = String(e); }); }")
	if err != nil {
		t.Fatal(err)
	}
	call, _ := goja.AssertFunction(run)
	return vm, func(t testing.TB, event string) answer {
		t.Helper()
		if _, err := call(goja.Undefined(), vm.ToValue(event)); err != nil {
			t.Fatalf("%v: %s", err, event)
		}
		out, err := vm.RunString("left")
		if err != nil {
			t.Fatal(err)
		}
		var a answer
		if err := json.Unmarshal([]byte(out.String()), &a); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return a
	}
}
