package jstest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// counting makes goja count a script's use of builtins: the calls, including
// each element for which a builtin calls a function, and the characters read
// and written.
const counting = `
const work = {calls: 0, characters: 0};
(function () {
	'use strict';
	const size = (value) => typeof value === 'string' || Array.isArray(value) ? value.length : 0;
	const count = (object, name) => {
		const builtin = object[name];
		if (typeof builtin !== 'function' || name === 'constructor') {
			return;
		}
		object[name] = function (first, second) {
			work.calls += 1 + (typeof first === 'function' && Array.isArray(this) ? this.length : 0);
			const result = new.target ? builtin(first) : Reflect.apply(builtin, this, arguments);
			work.characters += size(this) + size(first) + size(second) + size(result);
			return result;
		};
		if (builtin.prototype) {
			object[name].prototype = builtin.prototype;
		}
		Reflect.ownKeys(builtin).forEach((key) => {
			if (!(key in object[name]) && key !== 'prototype') {
				object[name][key] = builtin[key];
			}
		});
	};
	const names = Object.getOwnPropertyNames;
	const methods = names(String.prototype).map((name) => [String.prototype, name])
		.concat(names(Array.prototype).map((name) => [Array.prototype, name]))
		.concat(['keys', 'values'].map((name) => [Object, name]))
		.concat(['isInteger', 'parseInt'].map((name) => [Number, name]))
		.concat(['isNaN'].map((name) => [Number, name]))
		.concat(['floor', 'max', 'round'].map((name) => [Math, name]))
		.concat([[Object, 'assign'], [RegExp.prototype, 'test'], [String, 'fromCharCode'], [Math, 'abs']])
		.concat(['encodeURI', 'decodeURIComponent', 'parseInt', 'String', 'Number'].map((name) => [globalThis, name]));
	const each = (i) => { if (i < methods.length) { count(methods[i][0], methods[i][1]); each(i + 1); } };
	each(0);
})();
function worked(event) {
	const argument = JSON.parse(event);
	work.calls = work.characters = 0;
	handler(argument);
	return work;
}
`

// work is what the function does for a request, in calls of builtins and
// characters that these read or write.
type work struct {
	Calls      int `json:"calls"`
	Characters int `json:"characters"`
}

func counter(t *testing.T, site viewerrequest.Settings) func(viewerrequest.Request) work {
	t.Helper()
	vm := goja.New()
	vm.SetFieldNameMapper(goja.TagFieldNameMapper("json", false))
	if _, err := vm.RunString(counting + site.Script()); err != nil {
		t.Fatal(err)
	}
	call, _ := goja.AssertFunction(vm.Get("worked"))
	return func(r viewerrequest.Request) (done work) {
		t.Helper()
		got, err := call(goja.Undefined(), vm.ToValue(event(t, r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := vm.ExportTo(got, &done); err != nil {
			t.Fatal(err)
		}
		return done
	}
}

// worst returns requests of about n bytes that give the function much to do.
// The paths have about half of that: a path of more than 4,096 characters is
// refused unread.
func worst(n int) map[string]viewerrequest.Request {
	requests := map[string]viewerrequest.Request{}
	fill := func(piece string) string { return strings.Repeat(piece, n/len(piece)) }
	for _, piece := range []string{"a", "/", "%41", "%41a", "%41%20", "%20", "%e9", "%E9a", "%25", "%2541", "%2e", "%", "%4", "%zz", "~", "\"a", " ", "é", "a#", "./a", "+"} {
		requests["path "+piece] = request("/" + fill(piece)[:n/2] + "?width=5&height=6")
	}
	for _, piece := range optionPieces {
		requests["options "+piece] = request("/a?height=6&width=5&" + fill(piece))
	}
	for _, name := range append(slices.Clone(edge.Switchable), "background") {
		requests["long "+name] = request("/a?height=6&width=5&" + name + "=" + fill("0") + "1")
		requests["long spelled "+name] = request("/a?height=6&width=5&" + name + "=" + fill("%30") + "1")
		requests["commas of "+name] = request("/a?height=6&width=5&" + name + "=" + fill("0.5,"))
	}
	for _, piece := range []string{"width=5&", "width=%35&", "width=&", "width&", "width=0005&height=006&", "format=png&", "format=%70%6e%67&", "x&", "=&", "&", "%&", "width=5&x=1&"} {
		requests["query "+piece] = request("/a?height=6&width=5&" + fill(piece))
	}
	requests["zeros"] = request("/a?height=6&width=" + fill("0") + "5")
	requests["spelled zeros"] = request("/a?height=6&width=" + fill("%30") + "5")
	for _, piece := range []string{"image/avif;q=0,", "image/avif;q=0 ,", "image/avif,;q=0", "image/webp;q=0;", ",", ";", " ", "\t ", "a, ", "é", "image/", "image/avi,", ";q=0", ";q=0,"} {
		r := request("/a?width=5&height=6")
		r.Header["Accept"] = []string{"image/avif" + fill(piece)}
		requests["accept "+piece] = r
	}
	several := request("/a?width=5&height=6")
	for range n / 15 {
		several.Header["Accept"] = append(several.Header["Accept"], "image/avif;q=0")
	}
	requests["many accepts"] = several
	return requests
}

// optionPieces holds options that are given many times.
var optionPieces = []string{"fit=pad,fff&", "background=fff&", "fit=pad&background=fff&", "fit=cover&", "quality=70&", "dpr=2.2499&", "gravity=0.145,0.285&", "gravity=center&", "gravity=x&", "gravity=,&",
	"trim=true&", "sharpen=1&", "blur=1&", "w=5&h=6&", "w=5&", "preset=card&", "preset=x&", "signature=x&", "a=%62&", "blur=%31&", "quality=070&dpr=2.0&gravity=0.5,0.50&trim=true&sharpen=1&blur=1&w=5&fit=cover&"}

// The function's work grows no faster than the request. For the longest request
// that CloudFront accepts it stays within a multiple of a usual request's:
// CloudFront stops functions that compute for too long ("Quotas on CloudFront
// Functions").
func TestWorkIsBounded(t *testing.T) {
	const longest = 8100 // bytes, of CloudFront's 8,192 for a URL
	site := sites["avif"]
	site.Sizes, site.Missing = strings.TrimSuffix(strings.Repeat("500x300,", 125), ","), "keep-ratio"
	all := sites["all"]
	all.Formats, all.Sizes, all.Missing = site.Formats, site.Sizes, site.Missing
	for _, s := range []viewerrequest.Settings{sites["avif"], site, all, sites["presets"]} {
		of := counter(t, s)
		query := "width=640&height=480"
		if s.Options.OnlyPresets {
			query = "preset=card"
		}
		usual := request("/wp-content/uploads/2024/05/%EC%82%AC%EC%A7%84%20(1).jpg?"+query,
			"Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")
		plain := of(usual)
		if plain.Calls == 0 || plain.Characters == 0 {
			t.Fatalf("counted %v", plain)
		}
		long := worst(longest)
		for name, r := range worst(longest / 2) {
			half, whole := of(r), of(long[name])
			if whole.Calls > 2*half.Calls+10 || whole.Characters > 2*half.Characters+100 {
				t.Errorf("%s: half a request makes %+v, the whole %+v", name, half, whole)
			}
			if max(half.Calls, whole.Calls) > 60*plain.Calls || max(half.Characters, whole.Characters) > 60*plain.Characters {
				t.Errorf("%s: %+v and %+v of a usual %+v", name, half, whole, plain)
			}
		}
	}
}

// The script has no loops, so builtins do all its work, or it is done for one
// of their elements: TestWorkIsBounded counts all of it.
func TestNoLoops(t *testing.T) {
	program, err := parser.ParseFile(nil, "", sites["plain"].Script(), 0)
	if err != nil {
		t.Fatal(err)
	}
	walk(reflect.ValueOf(program), func(node any) bool {
		if kind := reflect.TypeOf(node).Elem().Name(); strings.HasPrefix(kind, "For") || strings.HasSuffix(kind, "WhileStatement") {
			t.Errorf("a %s", kind)
		}
		return true
	})
}
