package guard

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// maxFunction is the maximum size of a CloudFront Function, in bytes. CloudFront
// Developer Guide, "Quotas on CloudFront Functions".
const maxFunction = 10 * 1024

var update = flag.Bool("update", false, "copy the viewer-request function into the template")

// TestTemplateHoldsTheViewerFunction compares the template's mapping with the files
// without their comments and indentation. It reads the files through a link for the
// reason that templateFile has.
func TestTemplateHoldsTheViewerFunction(t *testing.T) {
	parts := map[string]string{"Code": "viewer-request.js", "Signed": "signed.js", "Unsigned": "unsigned.js"}
	for name, file := range parts {
		source, err := os.ReadFile("viewerrequest/" + file)
		if err != nil {
			t.Fatal(err)
		}
		parts[name] = regexp.MustCompile(`(?m)^ *(//.*\n)?`).ReplaceAllString(string(source), "")
	}
	if *update {
		copyIntoTemplate(t, parts)
	}
	for name, want := range parts {
		if held, _ := at(parsed(t), "Mappings", "ViewerRequest", "Function", name).(string); held != want {
			t.Errorf("the template's mapping ViewerRequest differs in %s from edge/viewerrequest: run this test with -update", name)
		}
	}
}

// copyIntoTemplate replaces the parts of the function in the template's mapping.
func copyIntoTemplate(t *testing.T, parts map[string]string) {
	t.Helper()
	template, err := os.ReadFile(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	const start, end = "\n  ViewerRequest:\n    Function:\n", "\nResources:\n"
	before, rest, ok := strings.Cut(string(template), start)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the template has no mapping before its resources")
	}
	var mapping strings.Builder
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		mapping.WriteString("      " + name + ": |\n")
		for line := range strings.Lines(parts[name]) {
			if line != "\n" {
				line = "        " + line
			}
			mapping.WriteString(line)
		}
	}
	if err := os.WriteFile(templateFile, []byte(before+start+mapping.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestViewerFunctionIsShortEnough checks the function's size with the longest
// parameters.
func TestViewerFunctionIsShortEnough(t *testing.T) {
	longest := merged(code, domain, zone, closed, map[string]string{"Formats": "avif,webp", "Missing": "keep-ratio", "MaxWidth": "65535", "MaxHeight": "65535"})
	declared := parsed(t)["Parameters"].(object)
	for _, name := range []string{"UrlPrefix", "KeyPrefix", "Sizes"} {
		longest[name] = strings.Repeat("9", at(declared, name, "MaxLength").(int))
	}
	longest["DomainName"] = strings.Repeat("d", 253)
	longest["RequestSettings"] = `{"parameters":["fit","quality","dpr","gravity","trim","sharpen","blur","w","h"],"fit":"inside","quality":100,"min_quality":100}`
	if n := len(viewerCode(t, "ImageRequests", longest)); n > maxFunction {
		t.Errorf("%d bytes, more than %d", n, maxFunction)
	}
}

// viewerCode returns the code that the template gives a CloudFront Function.
func viewerCode(t *testing.T, resource string, given map[string]string) string {
	t.Helper()
	code, ok := property(newResolver(t, parsed(t), given).resolved(), resource, "FunctionCode").(string)
	if !ok {
		t.Fatalf("no code of %s with %v", resource, given)
	}
	return code
}

// engines run a script and return its last value, a string.
var engines = map[string]func(t *testing.T, script string) string{
	"goja": func(t *testing.T, script string) string {
		result, err := goja.New().RunString("'use strict';\n" + script)
		if err != nil {
			t.Fatal(err)
		}
		return result.String()
	},
	// The engine of CloudFront's runtime is close to nginx's njs.
	"njs": func(t *testing.T, script string) string {
		njs := peer.Program(t, "NJS", "njs", "njs")
		file := filepath.Join(t.TempDir(), "script.js")
		at := strings.LastIndex(script, "\n") + 1
		script = script[:at] + "console.log(" + script[at:] + ")"
		if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), njs, file)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("njs: %v\n%s%s", err, out, stderr.Bytes())
		}
		return string(out)
	},
}

// viewed runs a CloudFront Function on a request and returns its result. CloudFront
// Developer Guide, "CloudFront Functions event structure".
func viewed(t *testing.T, engine, code, host, path, query string) object {
	t.Helper()
	event, err := json.Marshal(object{
		"version": "1.0",
		"context": object{"distributionDomainName": "d111111abcdef8.cloudfront.net", "eventType": "viewer-request"},
		"viewer":  object{"ip": "198.51.100.11"},
		"request": viewerRequest(host, path, query),
	})
	if err != nil {
		t.Fatal(err)
	}
	out := engines[engine](t, fmt.Sprintf("%s\nJSON.stringify(handler(%s))", code, event))
	var returned object
	if err := json.Unmarshal([]byte(out), &returned); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return returned
}

// viewerRequest returns the request of an event, from a viewer who takes AVIF and WebP
// and asks for a range.
func viewerRequest(host, path, query string) object {
	headers := object{}
	for name, value := range map[string]string{"host": host, "accept": "image/avif,image/webp,*/*;q=0.8", "range": "bytes=5-", "if-match": `"a"`} {
		headers[name] = object{"value": value}
	}
	return object{"method": "GET", "uri": path, "querystring": parameters(query), "cookies": object{}, "headers": headers}
}

// parameters returns a query string as the event has it: raw values, the last one of a
// name, and all of them where there are several.
func parameters(query string) object {
	found := object{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if pair == "" {
			continue
		}
		entry := object{"value": value}
		if before, ok := found[name].(object); ok {
			several, ok := before["multiValue"].([]any)
			if !ok {
				several = []any{object{"value": before["value"]}}
			}
			entry["multiValue"] = append(several, object{"value": value})
		}
		found[name] = entry
	}
	return found
}

// TestViewerFunction checks that the template's parameters reach the function. The
// tests in edge/viewerrequest check what the function does with them.
func TestViewerFunction(t *testing.T) {
	const host = "img.example.com"
	prefix := map[string]string{"UrlPrefix": "/wp-content/uploads"}
	folder := map[string]string{"KeyPrefix": "media/photos"}
	sizes := map[string]string{"Sizes": "500x300,640x,x200"}
	ratio := map[string]string{"Missing": "keep-ratio"}
	formats := map[string]string{"Formats": "webp,avif"}
	closedSite := merged(domain, zone, closed)
	tests := []viewerTest{
		{nil, host, "/a.jpg", "height=0300&width=500&x=1", "/a.jpg", "width=500&height=300&format=avif"},
		{nil, host, "/%61.jpg", "width=500", "/a.jpg", ""},
		{nil, "d111111abcdef8.cloudfront.net", "/a.jpg", "", "/a.jpg", ""},
		{merged(domain, zone), "d111111abcdef8.cloudfront.net", "/a.jpg", "", "/a.jpg", ""},
		{closedSite, "d111111abcdef8.cloudfront.net", "/a.jpg", "", "403", ""},
		{closedSite, host, "/a.jpg", "width=500&height=300", "/a.jpg", "width=500&height=300&format=avif"},
		{prefix, host, "/wp-content/uploads/a.jpg", "", "/a.jpg", ""},
		{folder, host, "/wp-content/uploads/a.jpg", "", "/wp-content/uploads/a.jpg", ""},
		{merged(prefix, folder), host, "/wp-content/uploads/a.jpg", "", "/media/photos/a.jpg", ""},
		{sizes, host, "/a.jpg", "width=499&height=301", "/a.jpg", "width=500&height=300&format=avif"},
		{merged(sizes, ratio), host, "/a.jpg", "width=600", "/a.jpg", "width=640&format=avif"},
		{ratio, host, "/a.jpg", "width=600", "/a.jpg", "width=600&format=avif"},
		{nil, host, "/a.jpg", "width=4096&height=4096", "/a.jpg", "width=4096&height=4096&format=avif"},
		{nil, host, "/a.jpg", "width=4097&height=4096", "/a.jpg", ""},
		{map[string]string{"MaxWidth": "5000", "MaxHeight": "50"}, host, "/a.jpg", "width=5000&height=50", "/a.jpg", "width=5000&height=50&format=avif"},
		{map[string]string{"MaxWidth": "5000", "MaxHeight": "50"}, host, "/a.jpg", "width=50&height=5000", "/a.jpg", ""},
		{nil, host, "/a.jpg", "width=5&height=6", "/a.jpg", "width=5&height=6&format=avif"},
		{formats, host, "/a.jpg", "width=5&height=6", "/a.jpg", "width=5&height=6&format=webp"},
		{map[string]string{"Formats": "none"}, host, "/a.jpg", "width=5&height=6", "/a.jpg", "width=5&height=6"},
		{nil, host, "/a.jpg", "width=5&height=6&fit=fill&blur=3", "/a.jpg", "width=5&height=6&format=avif"},
		{asking, host, "/a.jpg", "w=500&h=300&background=FFF&fit=pad&blur=0", "/a.jpg", "width=500&height=300&fit=pad,ffffff&format=avif"},
		{asking, host, "/a.jpg", "preset=card&dpr=2", "/a.jpg", "width=500&height=300&fit=pad,ffffff&dpr=2&format=avif"},
		{asking, host, "/a.jpg", "width=5&height=6&quality=99", "/a.jpg", ""},
		{presets, host, "/a.jpg", "preset=card", "/a.jpg", "width=500&height=300&format=avif"},
		{presets, host, "/a.jpg", "width=500&height=300", "/a.jpg", ""},
		{map[string]string{"Formats": "avif"}, host, "/a.jpg", "width=5&height=6", "/a.jpg", "width=5&height=6&format=avif"},
	}
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			for _, tt := range tests {
				tt.check(t, engine)
			}
		})
	}
}

// viewerTest is a request and what it should become; wantPath "403" stands for a
// refusal.
type viewerTest struct {
	given               map[string]string
	host, path, query   string
	wantPath, wantQuery string
}

// check runs the function of the images on the request.
func (tt viewerTest) check(t *testing.T, engine string) {
	t.Helper()
	got := viewed(t, engine, viewerCode(t, "ImageRequests", merged(code, tt.given)), tt.host, tt.path, tt.query)
	if tt.wantPath == "403" {
		if got["statusCode"] != 403.0 || got["uri"] != nil {
			t.Errorf("%s%s: got %v, want a refusal", tt.host, tt.path, got)
		}
		return
	}
	if got["uri"] != tt.wantPath || got["querystring"] != tt.wantQuery || got["method"] != "GET" {
		t.Errorf("%s%s?%s with %v: got %v, want %s?%s", tt.host, tt.path, tt.query, tt.given, got, tt.wantPath, tt.wantQuery)
	}
}

// TestViewerFunctionOfTheSite checks that the site's requests are left alone, unless
// the host is closed.
func TestViewerFunctionOfTheSite(t *testing.T) {
	given := merged(code, domain, zone, closed, map[string]string{"UrlPrefix": "/wp", "KeyPrefix": "k", "Sizes": "5x5",
		"Missing": "keep-ratio", "Formats": "avif", "SiteDomainName": "alb.example.com", "SiteSecret": "s"})
	site := viewerCode(t, "SiteRequests", given)
	const path, query = "/wp/../%70ost", "width=7&x=1&x=2"
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			if got := viewed(t, engine, site, "img.example.com", path, query); !reflect.DeepEqual(got, viewerRequest("img.example.com", path, query)) {
				t.Errorf("got %v", got)
			}
			if got := viewed(t, engine, site, "d111111abcdef8.cloudfront.net", path, query); got["statusCode"] != 403.0 {
				t.Errorf("the default domain gets %v", got)
			}
		})
	}
}
