package release

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// siteOptions are the options of a site.
type siteOptions struct {
	sizes, missing       string
	keyPrefix, urlPrefix bool
	formats              []resize.Format
	tags                 string // "", "config" or "origin": where the header is named
	behavior             string
	maxWidth             int
	front                string // of fronts
	asks                 string // of asks: what the config says of requests
}

// asks are what configs say of requests, by names.
var asks = map[string]func(*edge.Config){
	"sizes": func(*edge.Config) {},
	"only presets": func(c *edge.Config) {
		c.Parameters, c.OnlyPresets = []string{"preset", "w"}, true
		c.Presets = map[string]string{"card": "width=100&height=80", "thumb": "w=40&height=40&format=png"}
	},
	"presets": func(c *edge.Config) {
		c.Parameters, c.Presets = []string{"preset", "quality", "h"}, map[string]string{"card": "width=100&height=80&quality=60"}
	},
	"only trimmed": func(c *edge.Config) {
		c.Parameters, c.OnlyPresets, c.Presets = []string{"preset", "trim"}, true, map[string]string{"card": "width=100&height=80&trim=true"}
	},
	"largest": func(c *edge.Config) { c.Larger = edge.LargerLargest },
	"inside":  func(c *edge.Config) { c.Fit = resize.Inside },
	"pad":     func(c *edge.Config) { c.Fit = resize.Pad },
	"dpr": func(c *edge.Config) {
		c.Parameters, c.OnlyPresets = []string{"preset", "dpr", "fit"}, true
		c.Presets = map[string]string{"a": "width=100&height=80&dpr=4&fit=fill"}
	},
}

// The fronts: what sees requests before the cache.
const (
	noFront      = "none"
	ourFront     = "ours"
	olderFront   = "another checkout's"
	deniedFront  = "ours, which may not be read"
	foreignFront = "somebody else's, which leaves requests alone"
	sizingFront  = "somebody else's, which changes sizes"
	lambdaFront  = "a Lambda function of somebody else's"
)

// The picture is of 301x227 pixels.
var optionValues = struct {
	sizes, missings, tags, behaviors, fronts []string
	formats                                  [][]resize.Format
	maxWidths                                []int
}{
	sizes:     []string{"", "150x100,120x90,4000x4000", "150x100,120x", "640x,120x,x100", "301x227,302x", "60x"},
	missings:  []string{edge.MissingOriginal, edge.MissingKeepRatio},
	tags:      []string{"", "config", "origin"},
	behaviors: []string{"", "/img/*"},
	fronts:    []string{noFront, ourFront, olderFront, deniedFront, foreignFront, sizingFront, lambdaFront},
	formats:   [][]resize.Format{{}, {resize.AVIF}, {resize.WebP}, {resize.AVIF, resize.WebP}},
	maxWidths: []int{4096, 130},
}

// everyOption returns sites in which every pair of options is crossed.
func everyOption() (all []siteOptions) {
	v := optionValues
	asked := slices.Sorted(maps.Keys(asks))
	for _, c := range pairs.Cover(len(v.sizes), len(v.missings), 2, 2, len(v.formats), len(v.tags), len(v.behaviors), len(v.maxWidths), len(v.fronts), len(asked)) {
		all = append(all, siteOptions{
			v.sizes[c[0]], v.missings[c[1]], c[2] > 0, c[3] > 0, v.formats[c[4]], v.tags[c[5]], v.behaviors[c[6]], v.maxWidths[c[7]], v.fronts[c[8]], asked[c[9]],
		})
	}
	return all
}

func (o siteOptions) String() string {
	return fmt.Sprintf("sizes %s, missing %s, prefixes %t %t, formats %v, tags %s, behaviour %s, width %d, front %s, asks %s",
		o.sizes, o.missing, o.keyPrefix, o.urlPrefix, o.formats, o.tags, o.behavior, o.maxWidth, o.front, o.asks)
}

// config returns the config that is baked in.
func (o siteOptions) config() edge.Config {
	cfg := edge.DefaultConfig()
	cfg.Missing, cfg.Formats, cfg.MaxWidth = o.missing, o.formats, o.maxWidth
	if o.tags == "config" {
		cfg.CacheTagHeader = "Edgeresize-Cache-Tag"
	}
	if change := asks[o.asks]; change != nil {
		change(&cfg)
	}
	if o.asks == "signature" {
		cfg.Parameters = []string{"signature"}
	}
	return cfg
}

// knows reports whether this project's viewer-request function is in front.
func (o siteOptions) knows() bool {
	return slices.Contains([]string{ourFront, olderFront, deniedFront}, o.front)
}

// doubtful reports whether the canary cannot rely on what it knows.
func (o siteOptions) doubtful() bool { return o.front != noFront && o.front != ourFront }

// site returns the viewer-request function's settings.
func (o siteOptions) site() viewerrequest.Settings {
	site := viewerrequest.SettingsOf(o.config())
	site.Sizes = o.sizes
	if o.urlPrefix {
		site.URLPrefix = o.folder()
	}
	if o.keyPrefix {
		site.KeyPrefix = "/media"
	}
	return site
}

// folder returns the folder of pictures in URLs that have a prefix.
func (o siteOptions) folder() string {
	if o.behavior != "" {
		return "/img"
	}
	return "/wp-content/uploads"
}

// picture returns the path of the picture.
func (o siteOptions) picture() string {
	switch {
	case o.knows() && o.urlPrefix:
		return o.folder() + "/a.jpg"
	case o.behavior != "":
		return "/img/a.jpg"
	}
	return "/a.jpg"
}

// letsSizesThrough reports whether a variant of the picture can be asked for at any size.
func (o siteOptions) letsSizesThrough() bool {
	if o.sizes == "" || o.front != ourFront && o.front != olderFront || o.config().OnlyPresets {
		return true
	}
	for size := range strings.SplitSeq(o.sizes, ",") {
		switch size {
		case "150x100":
			if o.maxWidth >= 150 {
				return true
			}
		case "120x90":
			return true
		case "120x", "60x", "x100":
			if o.missing == edge.MissingKeepRatio {
				return true
			}
		}
	}
	return false
}

// newOptionsBench sets up a site and three versions of the function: one is right, one does
// nothing and one fails.
func newOptionsBench(t *testing.T, o siteOptions) *bench {
	t.Helper()
	b := newBench(t)
	folder := t.TempDir()
	picture, err := os.ReadFile("../../testdata/originals/jpeg-420.jpg")
	must(t, err)
	for _, name := range []string{"a.jpg", "img/a.jpg", "media/a.jpg", "media/img/a.jpg"} {
		must(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755))
		must(t, os.WriteFile(filepath.Join(folder, name), picture, 0o644))
	}
	for _, text := range []string{"right", "nothing", "failing"} {
		_, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, text), Role: role, Description: Describe(o.config(), "exec")})
		must(t, err)
	}
	must(t, b.distributions.Add("E1", "d111111abcdef8.cloudfront.net", b.optionsConfig(t, o)))
	b.serving(t, folder, o.behavior).at(o.picture())
	b.site.Policy.QueryStrings = viewerfunction.Kept(o.config())
	right, marked := b.site.Handler(o.config()), b.site.Function
	b.site.Function = func(arn string) cloudfront.Function {
		switch numberIn(arn) {
		case "1":
			return right
		case "2":
			return changed(func(edge.Request, *edge.Response) {})
		}
		return broken["it fails"].function(marked(arn))
	}
	switch {
	case o.knows():
		canonical.Front(b.site.Distribution, o.site())
	case o.front == sizingFront:
		site := viewerrequest.SettingsOf(o.config())
		site.Sizes = "100x80"
		canonical.Front(b.site.Distribution, site)
	}
	if s3 := b.site.Origin.Description.S3; o.keyPrefix && !(o.knows() && o.urlPrefix) {
		s3.Path = "/media"
	}
	if o.tags != "" {
		b.site.TagHeader = "Edgeresize-Cache-Tag"
	}
	if o.tags == "origin" {
		b.site.Origin.Description.S3.CustomHeaders.Set(edge.CacheTagHeaderHeader, "Edgeresize-Cache-Tag")
	}
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		// Without a line in the logs, they are searched again and again.
		if c.Service == "logs" || o.front == deniedFront && c.Service == "cloudfront" && c.Operation == "GetFunction" {
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}}
		}
		return fakeaws.Fault{}
	}
	return b
}

// optionsConfig returns the distribution's config.
func (b *bench) optionsConfig(t *testing.T, o siteOptions) []byte {
	t.Helper()
	const none = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
	given := none
	associate := func(code string) {
		given = "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>" + b.distributions.AddFunction("in-front", code) +
			"</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>"
	}
	lambdas := noFunctions
	switch o.front {
	case ourFront, deniedFront:
		associate(o.site().Script())
	case olderFront:
		associate(o.site().Script() + "// of last year\n")
	case foreignFront, sizingFront:
		associate("function handler(event) { return event.request; }")
	case lambdaFront:
		own := b.Function
		b.Function = "login"
		_, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "login"), Role: role, MemoryMB: 128, TimeoutS: 5})
		must(t, err)
		b.Function = own
		lambdas = strings.NewReplacer(functionARN+":1", strings.Replace(functionARN, "edgeresize", "login", 1)+":1", "origin-response", "viewer-request").
			Replace(functions("1"))
	}
	before, after, found := strings.Cut(string(fakecloudfront.Example), "<CacheBehaviors>")
	if !found {
		t.Fatal("the example has no behaviours")
	}
	change := func(behavior string) string {
		return strings.NewReplacer(none, given, noFunctions, lambdas).Replace(behavior)
	}
	if o.behavior == "" {
		before = change(before)
	} else {
		after = change(after)
	}
	return []byte(before + "<CacheBehaviors>" + after)
}
