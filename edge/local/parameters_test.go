package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
)

// What the config switches on is part of the cache key, with and without the viewer-request
// function.
func TestParametersInTheCache(t *testing.T) {
	config := everything(t, "everything.json")
	for name, s := range map[string]*site{
		"canonical": startSite(t, config, folder(testOriginals)),
		"raw":       startRaw(t, config, folder(testOriginals)),
	} {
		etags := map[string]bool{}
		for _, parameter := range []string{"", "&fit=fill", "&fit=pad,ffdd00", "&quality=60", "&dpr=2", "&gravity=left", "&trim=true", "&sharpen=3", "&blur=3"} {
			for _, xCache := range []string{"Miss", "Hit"} {
				got := get(t, s.url+"/jpeg-420.jpg?width=50&height=80"+parameter)
				expect(t, got, xCache, "resized")
				etags[got.header.Get("ETag")] = true
			}
		}
		if len(etags) != 9 {
			t.Errorf("%s: got %d variants", name, len(etags))
		}
	}
}

// The answer and the page say why a parameter was refused, although all refused requests share
// the cached original. The page names the parameter.
func TestReasonsOfParameters(t *testing.T) {
	config := everything(t, "everything.json")
	only := config
	only.OnlyPresets = true
	all, presets := startSite(t, config, folder(testOriginals)), startSite(t, only, folder(testOriginals))
	for _, tt := range []struct {
		site    *site
		query   string
		reason  edge.Reason
		because string
	}{
		{all, "width=50&height=30&gravity=middle", edge.BadParameter, "a parameter has a value that is not allowed: gravity"},
		{all, "width=50&height=30&quality=101", edge.BadParameter, "a parameter has a value that is not allowed: quality"},
		{all, "preset=none", edge.BadParameter, "a parameter has a value that is not allowed: preset"},
		{all, "width=50&height=30&w=51", edge.TwoSizes, edge.TwoSizes.Meaning()},
		{presets, "width=50&height=30", edge.NotAPreset, edge.NotAPreset.Meaning()},
		{presets, "preset=card&blur=3", edge.NotAPreset, edge.NotAPreset.Meaning()},
	} {
		got := get(t, tt.site.url+"/jpeg-420.jpg?"+tt.query)
		checkOriginal(t, got, "jpeg-420.jpg")
		if got.outcome() != "original "+string(tt.reason) || got.header.Get(requestHeader) != "/jpeg-420.jpg" {
			t.Errorf("%s: got %q for %s", tt.query, got.outcome(), got.header.Get(requestHeader))
		}
		shown := get(t, tt.site.url+"/?"+url.Values{"invocation": {got.header.Get(invocationHeader)}, "reason": {string(tt.reason)}, "query": {tt.query}}.Encode())
		if !strings.Contains(string(shown.body), `"because":"`+tt.because+`"`) {
			t.Errorf("%s: got %s", tt.query, shown.body)
		}
	}
}
