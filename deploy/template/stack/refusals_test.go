package stack

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// TestWrongParameters checks that wrong parameters are refused before anything is made,
// with what is wrong and what would be right.
func TestWrongParameters(t *testing.T) {
	a := newAccount(t)
	a.buckets.Bucket("originals", tokyo, "")
	for _, tt := range []struct {
		kind       Kind
		parameters string
		want       string
	}{
		{Site, "DomianName=a.example.com", "there is no parameter DomianName: is it DomainName?"},
		{Site, "sizes=500x300", "there is no parameter sizes: is it Sizes?"},
		{Site, "Memory=1024", "there is no parameter Memory: is it MemorySize?"},
		{Site, "Colour=red", "there is no parameter Colour: want one of CodeSigningConfigArn, MemorySize, BucketName, "},
		{Site, "Sizes=500×300", `Sizes is "500×300": it must be WIDTHxHEIGHT`},
		{Site, "Sizes=500x300;640x480", "Sizes is"},
		{Site, "MemorySize=64", `MemorySize is "64": want 128 to 10240`},
		{Site, "MemorySize=1GB", `MemorySize is "1GB": want a number`},
		{Site, "MemorySize=NaN", `MemorySize is "NaN": want a number`},
		{Site, "KeyPrefix=/media/", "KeyPrefix is"},
		{Site, "KeyPrefix=" + strings.Repeat("a", 251), "want at most 250 characters, not 251"},
		{Site, "CloseDefaultDomain=yes", `CloseDefaultDomain is "yes": want one of false, true`},
		{Site, "CloseDefaultDomain=true", "CloseDefaultDomain needs DomainName"},
		{Site, "DomainName=a.example.com", "DomainName needs HostedZoneId, CertificateArn, or both"},
		{Site, "HostedZoneId=Z2FDTNDATAQYW2", "HostedZoneId and CertificateArn need DomainName"},
		{Site, "SiteDomainName=alb.example.com", "SiteDomainName needs SiteSecret"},
		{Site, "BucketName=nowhere", `BucketName is "nowhere": there is no such bucket`},
		{Site, "BucketName=originals BucketRegion=us-east-1", `BucketRegion is "us-east-1": the bucket originals is in ap-northeast-1; leave BucketRegion out`},
		{Site, "MaxWidth=3000", `MaxWidth is "3000", but "4096" follows from the config edge/config.json: choose another config with CONFIG=FILE, and leave MaxWidth out`},
		{Site, "Formats=none", `Formats is "none", but "avif,webp" follows from the config`},
		{Site, "CodeBucket=packages", "CodeBucket cannot be given as a parameter: give CODE_BUCKET=BUCKET"},
		{Site, "CodeKey=a.zip", "CodeKey cannot be given as a parameter"},
		{Site, "CodeSha256=", "CodeSha256 cannot be given as a parameter: give nothing, the package determines it"},
		{Site, "CodeSigningConfigArn=csc-0123456789abcdefg", "must be the ARN of a code signing configuration in us-east-1"},
		{Site, "Sizes=0x0 Colour=red", "there is no parameter Colour: want one of"},
		{Site, "Sizes=0x0 Colour=red", `; Sizes is "0x0"`},
		{Site, "Sizes=500x300,640x,x200", `Sizes is "500x300,640x,x200", but 640x has one side, and missing is "original" in the config: leave that size out, or name with CONFIG=FILE`},
		{Site, "Sizes=x200", "but x200 has one side"},
		{Purge, "", "DistributionId has no value: give PARAMETERS='DistributionId=…'"},
		{Purge, "DistributionId=e1abc", `DistributionId is "e1abc": it must be a distribution's id, such as E1ABCDEFGHIJKL`},
		{Purge, "DistributionId=E1 Bucket=originals", "there is no parameter Bucket: is it BucketName?"},
		{Purge, "DistributionId=E1 Mode=tags", `Mode is "tags": want one of tag, each, adaptive, all`},
		{Purge, "DistributionId=E1 MonthlyPaths=0", `MonthlyPaths is "0": want at least 1`},
		{Purge, "DistributionId=E1 WindowSeconds=3601", "want 0 to 3600"},
		{Purge, "DistributionId=E1 InvokerRole=invoker", "InvokerRole is"},
		{Purge, "DistributionId=E1 Architecture=x86_64", "Architecture cannot be given as a parameter: give ARCH="},
		{Purge, "DistributionId=E1 BucketName=originals", "the bucket originals is in ap-northeast-1 and the function would be in us-east-1, where it gets no events of the bucket: run AWS_REGION=ap-northeast-1 make purge …"},
		{Invoker, "Mode=invoke", "Purge has no value"},
		{Invoker, "Mode=assume-role Purge=arn:aws:iam::222222222222:role/a", "assume-role needs DistributionId"},
		{Invoker, "Mode=invoke Purge=arn:aws:iam::222222222222:role/a", `Purge is "arn:aws:iam::222222222222:role/a": with Mode=invoke it must be the ARN of a function`},
		{Invoker, "Mode=assume-role DistributionId=E1 Purge=arn:aws:lambda:eu-west-1:222222222222:function:a", "with Mode=assume-role it must be the ARN of a role"},
		{Invoker, "Mode=assume Purge=arn:aws:iam::222222222222:role/a", "want one of invoke, assume-role"},
	} {
		_, err := a.deploy(t, virginia, order(t, tt.kind, "edgeresize", tt.parameters))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s, %s: %v, want %q", tt.kind.Name, tt.parameters, err, tt.want)
		}
	}
	for _, kind := range []Kind{Site, Purge, Invoker} {
		for _, name := range []string{"UPPER", "a", "s3://packages", "packages/"} {
			o := order(t, kind, "edgeresize", map[string]string{"site": "", "purge": "DistributionId=E1", "invoker": "Mode=invoke Purge=arn:aws:lambda:eu-west-1:222222222222:function:a"}[kind.Name])
			o.CodeBucket = name
			if _, err := a.deploy(t, virginia, o); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("CODE_BUCKET is %q: it must be a bucket's name", name)) {
				t.Errorf("%s by %s: got %v", kind.Name, name, err)
			}
		}
	}
	for text, want := range map[string]string{
		"Sizes":               `the parameter "Sizes": want Name=Value`,
		"Suffixes=.jpg, .gif": `the parameter ".gif"`,
		"=1":                  "want Name=Value",
		"Mode=tag Mode=all":   "the parameter Mode is given twice",
	} {
		if _, err := ParseParameters(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if made := a.Writes(); len(made) > 0 {
		t.Errorf("made %v", made)
	}
}

// TestParametersOfBefore checks that a stack's parameter is refused where a newer
// template no longer accepts its value.
func TestParametersOfBefore(t *testing.T) {
	a := newAccount(t)
	a.mustDeploy(t, virginia, order(t, Site, "edgeresize", "MemorySize=128"))
	o := order(t, Site, "edgeresize", "")
	stricter := *o.Template
	stricter.Parameters = maps.Clone(o.Template.Parameters)
	o.Template = &stricter
	least := 256.0
	memory := o.Template.Parameters["MemorySize"]
	memory.MinValue = &least
	o.Template.Parameters["MemorySize"] = memory
	if _, err := a.deploy(t, virginia, o); err == nil || !strings.Contains(err.Error(), `MemorySize is "128": want 256 to 10240`) {
		t.Errorf("got %v", err)
	}
}

// TestWrongNames checks the names of sites and of buckets for code that are refused.
func TestWrongNames(t *testing.T) {
	a := newAccount(t)
	for _, tt := range []struct {
		kind  Kind
		site  string
		right bool
	}{
		{Site, "a", true}, {Site, strings.Repeat("a", 50), true}, {Site, strings.Repeat("a", 51), false},
		{Site, "", false}, {Site, "1a", false}, {Site, "a_b", false}, {Site, "a b", false}, {Site, "a.b", false},
		{Purge, strings.Repeat("a", 58), true}, {Purge, strings.Repeat("a", 59), false},
		{Invoker, strings.Repeat("a", 56), true}, {Invoker, strings.Repeat("a", 57), false},
	} {
		parameters := map[string]string{"site": "", "purge": "DistributionId=E1", "invoker": "Mode=invoke Purge=arn:aws:lambda:eu-west-1:222222222222:function:a"}[tt.kind.Name]
		if _, err := a.deploy(t, virginia, order(t, tt.kind, tt.site, parameters)); (err == nil) != tt.right {
			t.Errorf("%s of %q: %v", tt.kind.Name, tt.site, err)
		}
	}
}

// TestConfigAgrees crosses the config's place of the originals with the template's
// parameters: the function may only read what its role and the distribution allow.
func TestConfigAgrees(t *testing.T) {
	for _, bucket := range []string{"", "originals", "others"} {
		for _, region := range []string{"", virginia, tokyo} {
			for _, prefix := range []string{"", "media", "other/"} {
				for _, header := range []string{"", "edgeresize-cache-tag", "X-Tag"} {
					for _, values := range []map[string]string{
						{"BucketName": "", "BucketRegion": virginia},
						{"BucketName": "originals", "BucketRegion": virginia},
						{"BucketName": "originals", "BucketRegion": tokyo, "KeyPrefix": "media"},
						{"BucketName": "originals", "BucketRegion": tokyo, "KeyPrefix": "media", "UrlPrefix": "/img"},
					} {
						cfg := edge.DefaultConfig()
						cfg.Bucket, cfg.Region, cfg.KeyPrefix, cfg.CacheTagHeader = bucket, region, prefix, header
						want := 0
						if bucket != "" && bucket != values["BucketName"] {
							want++
						}
						if region != "" && region != values["BucketRegion"] {
							want++
						}
						if prefix != "" && (prefix != values["KeyPrefix"] || values["UrlPrefix"] != "") {
							want++
						}
						if header == "X-Tag" {
							want++
						}
						if got := Agree(cfg, values); len(got) != want {
							t.Errorf("bucket %q, region %q, key_prefix %q, cache_tag_header %q and %v: got %q, want %d", bucket, region, prefix, header, values, got, want)
						}
					}
				}
			}
		}
	}
	cfg := edge.DefaultConfig()
	cfg.Formats, cfg.MaxWidth, cfg.Missing = []resize.Format{resize.WebP}, 2560, edge.MissingKeepRatio
	if got := ConfigParameters(cfg); got["Formats"] != "webp" || got["MaxWidth"] != "2560" || got["MaxHeight"] != "4096" || got["Missing"] != "keep-ratio" ||
		got["RequestParameters"] != "none" || got["RequestSettings"] != "{}" || got["SignedUrls"] != "false" || len(got) != 7 {
		t.Errorf("got %v", got)
	}
}

// TestFallbackKeyAgrees checks that the function may read the fallback picture.
func TestFallbackKeyAgrees(t *testing.T) {
	for _, tt := range []struct {
		fallback, key, url string
		refused            bool
	}{
		{"none.jpg", "", "", false},
		{"none.jpg", "media", "", false}, // the key is media/none.jpg
		{"none.jpg", "", "/img", false},
		{"none.jpg", "media", "/img", true},
		{"media/none.jpg", "media", "/img", false},
		{"media.jpg", "media", "/img", true},
		{"", "media", "/img", false},
	} {
		cfg := edge.DefaultConfig()
		cfg.FallbackKey = tt.fallback
		if got := Agree(cfg, map[string]string{"KeyPrefix": tt.key, "UrlPrefix": tt.url}); len(got) > 0 != tt.refused {
			t.Errorf("%+v: got %q", tt, got)
		}
	}
}

// TestRequestParameters checks that the template takes what follows from configs, and
// nothing that would change the meaning of the function's first line.
func TestRequestParameters(t *testing.T) {
	template, err := ReadTemplate(filepath.Join("..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	refusal := func(name, value string) string { return template.Parameters[name].Refusal(value) }
	for _, names := range [][]string{{}, {"w"}, {"fit"}, {"blur", "fit"}, {"gravity", "preset"}, edge.Switchable} {
		cfg := edge.DefaultConfig()
		cfg.Parameters = names
		if slices.Contains(names, "preset") {
			cfg.Presets, cfg.OnlyPresets = map[string]string{"a": "width=1&height=2", "b-2_c": "height=1&width=2&format=png"}, true
		}
		for name, value := range ConfigParameters(cfg) {
			if got := refusal(name, value); got != "" {
				t.Errorf("%q: %s is %s: %s", names, name, value, got)
			}
		}
	}
	for name, values := range map[string][]string{
		"RequestParameters": {"", "fit,", ",fit", ",quality", "fit,,dpr", "fit,fit", "quality,fit", "fitquality", "none,fit", "width", "fit dpr", "*"},
		"RequestSettings": {"", "{", "{}}", `{}; evil()`, `{"parameters":[]}`, `{"fit":"cover"}`, `{"parameters":["fit"],"fit":'a'}`, `{"parameters":["fit"]}, x: {}`,
			`{"parameters":["preset"],"presets":{"a":"b\"c"}}`, `{"parameters":["preset"],"presets":{"A":"b"}}`, `{"parameters":["preset"],"presets":{"a":"${Host}"}}`,
			`{"parameters":["fit"],"quality":"80"}`, "{\n}", `{"parameters":["preset"],"only_presets":false}`},
	} {
		for _, value := range values {
			if refusal(name, value) == "" {
				t.Errorf("%s may be %s", name, value)
			}
		}
	}
}

// TestLongFunctions checks that a site is refused whose viewer-request function would be
// longer than CloudFront takes.
func TestLongFunctions(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Parameters, cfg.Presets = []string{"preset"}, map[string]string{}
	for n := range 40 {
		cfg.Presets[fmt.Sprint("preset-", n)] = "width=500&height=300"
	}
	if got := Agree(cfg, map[string]string{}); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	if got := Agree(cfg, map[string]string{"Sizes": strings.Repeat("1000x1000,", 99) + "1x1"}); len(got) != 1 || !strings.Contains(got[0], "fewer presets") {
		t.Errorf("got %q", got)
	}
}

// TestImagePathAgrees checks that ImagePath may have images with the prefixes given.
func TestImagePathAgrees(t *testing.T) {
	for _, tt := range []struct {
		site, key, url, images string
		refused                bool
	}{
		{"alb.example.com", "media", "/wp-content/uploads", "/wp-content/uploads/*", false},
		{"alb.example.com", "media", "/wp-content/uploads", "wp-content/uploads/2026/*.jpg", false},
		{"alb.example.com", "media", "/wp-content/uploads", "*.jpg", false},
		{"alb.example.com", "media", "/wp-content/uploads", "/wp-conten?/*", false},
		{"alb.example.com", "media", "/wp-content/uploads", "/img/*", true},
		{"alb.example.com", "media", "/img", "/wp-content/uploads/*", true},
		{"alb.example.com", "media", "/img", "/img.jpg", true},
		{"alb.example.com", "media", "", "/img/*", false}, // the key is media/img/…
		{"alb.example.com", "", "", "/img/*", false},
		{"", "media", "/img", "/wp-content/uploads/*", false}, // without a site ImagePath has no effect
	} {
		values := map[string]string{"SiteDomainName": tt.site, "KeyPrefix": tt.key, "UrlPrefix": tt.url, "ImagePath": tt.images}
		if got := Agree(edge.DefaultConfig(), values); len(got) > 0 != tt.refused {
			t.Errorf("%v: got %q", values, got)
		}
	}
}

// TestCodeBucket crosses the owner, the region and the existence of the bucket for
// code.
func TestCodeBucket(t *testing.T) {
	own := map[string]string{virginia: "edgeresize-123456789012-us-east-1", tokyo: "edgeresize-123456789012-ap-northeast-1"}
	for _, region := range []string{virginia, tokyo} {
		for _, given := range []string{"", "packages"} {
			name := given
			if name == "" {
				name = own[region]
			}
			for _, there := range []string{"", virginia, tokyo, "foreign", "foreign and open"} {
				a := newAccount(t)
				switch there {
				case "":
				case "foreign", "foreign and open":
					a.buckets.Foreign(name, region, there == "foreign and open")
				default:
					a.buckets.Bucket(name, there, "")
				}
				o := order(t, Purge, "edgeresize", "DistributionId=E1")
				o.CodeBucket = given
				_, err := a.deploy(t, region, o)
				switch {
				case strings.HasPrefix(there, "foreign"):
					if err == nil || !strings.Contains(err.Error(), "the code bucket "+name+" belongs to another account than 123456789012") {
						t.Errorf("%s, a bucket %s of another account: %v", region, name, err)
					}
				case there != "" && there != region:
					if err == nil || !strings.Contains(err.Error(), "the code bucket "+name+" is in "+there+", and the stack is in "+region+": leave CODE_BUCKET out") {
						t.Errorf("%s, a bucket %s in %s: %v", region, name, there, err)
					}
				case err != nil || a.stacks.Stack(region, "edgeresize-purge").Parameters["CodeBucket"] != name:
					t.Errorf("%s, a bucket %s in %q: %v", region, name, there, err)
				case (there == "") != strings.Contains(a.progress.String(), "bucket "+name+": creating it in "+region+", private, for packages"):
					t.Errorf("%s, a bucket %s in %q: told %s", region, name, there, &a.progress)
				}
				if writes := a.Writes(); err != nil && len(writes) > 0 {
					t.Errorf("%s, a bucket %s in %q: made %v", region, name, there, writes)
				}
			}
		}
	}
}
