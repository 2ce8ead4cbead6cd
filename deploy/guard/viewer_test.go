package guard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

// maxFunction is the size of the longest CloudFront Function in bytes. CloudFront
// Developer Guide, "Quotas on CloudFront Functions".
const maxFunction = 10 * 1024

func TestTemplateHoldsTheViewerFunction(t *testing.T) {
	source, err := os.ReadFile("checked/viewer-request.js")
	if err != nil {
		t.Fatal(err)
	}
	held := at(parsed(t), "Mappings", "ViewerRequest", "Function", "Code").(string)
	if strings.TrimRight(held, "\n") != strings.TrimRight(string(source), "\n") {
		t.Error("copy deploy/viewer-request.js into the template's mapping ViewerRequest: they differ")
	}
}

func TestViewerFunctionIsShortEnough(t *testing.T) {
	longest := merged(code, domain, zone, closed, map[string]string{
		"UrlPrefix": strings.Repeat("u", 1000), "KeyPrefix": strings.Repeat("k", 1000), "Sizes": strings.Repeat("9", 1000)})
	longest["DomainName"] = strings.Repeat("d", 253)
	if n := len(viewerCode(t, "ImageRequests", longest)); n > maxFunction {
		t.Errorf("%d bytes, more than %d", n, maxFunction)
	}
}

// viewerCode is the code of a CloudFront Function of the template.
func viewerCode(t *testing.T, resource string, given map[string]string) string {
	t.Helper()
	code, ok := property(newResolver(t, parsed(t), given).resolved(), resource, "FunctionCode").(string)
	if !ok {
		t.Fatalf("no code of %s with %v", resource, given)
	}
	return code
}

// engines run a script of which the last value is a string.
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
		njs, err := exec.LookPath("njs")
		if err != nil && os.Getenv("NJS") == "required" {
			t.Fatal(err)
		} else if err != nil {
			t.Skip("needs njs: apt-get install njs")
		}
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

// viewed is what a CloudFront Function makes of a request: what it returns.
// CloudFront Developer Guide, "CloudFront Functions event structure".
func viewed(t *testing.T, engine, code, host, path, query string) object {
	t.Helper()
	event, err := json.Marshal(object{
		"version": "1.0",
		"context": object{"distributionDomainName": "d111111abcdef8.cloudfront.net", "eventType": "viewer-request"},
		"viewer":  object{"ip": "198.51.100.11"},
		"request": object{
			"method": "GET", "uri": path, "querystring": parameters(query), "cookies": object{},
			"headers": object{"host": object{"value": host}},
		},
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

// parameters is a query string as the event has it: raw values, the last one
// of a name, and all of them where there are several.
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

func TestViewerFunction(t *testing.T) {
	const host = "img.example.com"
	prefix := map[string]string{"UrlPrefix": "/wp-content/uploads"}
	folder := map[string]string{"KeyPrefix": "media/photos"}
	sizes := map[string]string{"Sizes": "500x300,300x500,1200x800,640x,320x,x200"}
	closedSite := merged(domain, zone, closed)
	everything := merged(closedSite, prefix, sizes)
	same := func(given map[string]string, path, query string) viewerTest {
		return viewerTest{given, host, path, query, path, query}
	}
	tests := []viewerTest{
		// the host
		{closedSite, "d111111abcdef8.cloudfront.net", "/a.jpg", "", "403", ""},
		{closedSite, "D111111ABCDEF8.CLOUDFRONT.NET.:443", "/a.jpg", "", "403", ""},
		{closedSite, "img.example.com.evil.example", "/a.jpg", "", "403", ""},
		{closedSite, "IMG.Example.com:443", "/a.jpg", "width=5", "/a.jpg", "width=5"},
		same(closedSite, "/a.jpg", "width=asdf&height=3&x=1"),
		{merged(domain, zone, prefix), "d111111abcdef8.cloudfront.net", "/a.jpg", "", "/a.jpg", ""},
		{everything, "d111111abcdef8.cloudfront.net", "/wp-content/uploads/a.jpg", "width=500&height=300", "403", ""},

		// the path
		{prefix, host, "/wp-content/uploads/2024/a%20b.jpg", "width=5&height=6", "/2024/a%20b.jpg", "width=5&height=6"},
		{prefix, host, "/wp-content/uploads/wp-content/uploads/a.jpg", "", "/wp-content/uploads/a.jpg", ""},
		{prefix, host, "/wp-content/uploads/", "", "/", ""},
		{merged(prefix, folder), host, "/wp-content/uploads/a.jpg", "", "/media/photos/a.jpg", ""},
		same(merged(prefix, folder), "/media/photos/a.jpg", ""),
		same(merged(sizes, folder), "/a.jpg", ""),
		same(prefix, "/wp-content/uploads", ""),
		same(prefix, "/wp-content/uploads-old/a.jpg", ""),
		same(prefix, "/WP-content/uploads/a.jpg", ""),
		same(prefix, "/x/wp-content/uploads/a.jpg", ""),
		{everything, host, "/wp-content/uploads/a.jpg", "width=499&height=301", "/a.jpg", "width=500&height=300"},

		// the size
		same(sizes, "/a.jpg", ""),
		same(sizes, "/a.jpg", "width=500&height=300"),
		same(sizes, "/a.jpg", "width=640"),
		same(sizes, "/a.jpg", "height=200"),
		{sizes, host, "/a.jpg", "height=310&width=490", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=310&height=490", "/a.jpg", "width=300&height=500"},
		{sizes, host, "/a.jpg", "width=1&height=1", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=400&height=400", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=99999&height=99999", "/a.jpg", "width=1200&height=800"},
		{sizes, host, "/a.jpg", "width=480", "/a.jpg", "width=640"},
		{sizes, host, "/a.jpg", "width=479", "/a.jpg", "width=320"},
		{sizes, host, "/a.jpg", "height=9999", "/a.jpg", "height=200"},
		{sizes, host, "/a.jpg", "width=00500&height=0300", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=%35%30%30&height=300", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=500&height=300&width=500", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=500&height=300&token=1", "/a.jpg", "width=500&height=300"},
		{sizes, host, "/a.jpg", "width=500&height=300&width=501", "/a.jpg", ""},
		{sizes, host, "/a.jpg", "width=500&height=", "/a.jpg", ""},
		{sizes, host, "/a.jpg", "width=500&height", "/a.jpg", ""},
		{sizes, host, "/a.jpg", "Width=500&Height=300", "/a.jpg", ""},
		{map[string]string{"Sizes": "500x300"}, host, "/a.jpg", "width=500", "/a.jpg", ""},
		{map[string]string{"Sizes": "640x"}, host, "/a.jpg", "width=640&height=300", "/a.jpg", ""},
	}
	for _, bad := range []string{"asdf", "0", "000", "-5", "+5", "1.5", "5e2", "0x10", "%EF%BC%95", "%", "%FF", "100000", "123456789012345678901234567890", "__proto__"} {
		tests = append(tests, viewerTest{sizes, host, "/a.jpg", "width=" + bad + "&height=300", "/a.jpg", ""})
	}
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			for _, tt := range tests {
				tt.check(t, engine)
			}
		})
	}
}

// viewerTest is a request and what becomes of it; wantPath "403" is a refusal.
type viewerTest struct {
	given               map[string]string
	host, path, query   string
	wantPath, wantQuery string
}

func (tt viewerTest) check(t *testing.T, engine string) {
	t.Helper()
	got := viewed(t, engine, viewerCode(t, "ImageRequests", merged(code, tt.given)), tt.host, tt.path, tt.query)
	if tt.wantPath == "403" {
		if got["statusCode"] != 403.0 || got["uri"] != nil {
			t.Errorf("%s%s: got %v, want a refusal", tt.host, tt.path, got)
		}
		return
	}
	if got["uri"] != tt.wantPath || !reflect.DeepEqual(got["querystring"], parameters(tt.wantQuery)) || got["method"] != "GET" {
		t.Errorf("%s%s?%s with %v: got %v, want %s?%s", tt.host, tt.path, tt.query, tt.given, got, tt.wantPath, tt.wantQuery)
	}
}

// The site's requests are changed by nothing but the host.
func TestViewerFunctionOfTheSite(t *testing.T) {
	given := merged(code, domain, zone, closed, map[string]string{"UrlPrefix": "/wp", "KeyPrefix": "k", "Sizes": "5x5", "SiteDomainName": "alb.example.com", "SiteSecret": "s"})
	site := viewerCode(t, "SiteRequests", given)
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			got := viewed(t, engine, site, "img.example.com", "/wp/post", "width=7&x=1")
			if got["uri"] != "/wp/post" || !reflect.DeepEqual(got["querystring"], parameters("width=7&x=1")) {
				t.Errorf("got %v", got)
			}
			if got := viewed(t, engine, site, "d111111abcdef8.cloudfront.net", "/wp/post", ""); got["statusCode"] != 403.0 {
				t.Errorf("the default domain gets %v", got)
			}
		})
	}
}

// The order of width and height in the cache key is the same each time.
func TestViewerFunctionOrdersParameters(t *testing.T) {
	code := viewerCode(t, "ImageRequests", merged(code, map[string]string{"Sizes": "500x300"}))
	for engine, run := range engines {
		t.Run(engine, func(t *testing.T) {
			got := run(t, code+"\nJSON.stringify(Object.keys(handler({request: {headers: {}, uri: '/', querystring: {height: {value: '300'}, width: {value: '500'}}}}).querystring))")
			if strings.TrimSpace(got) != `["width","height"]` {
				t.Errorf("got %s", got)
			}
		})
	}
}
