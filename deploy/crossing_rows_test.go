package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/edge"
)

// way is one way of taking an option: the parameters of deploy/template/template.yaml that
// it sets, and the fields of the config that it changes.
type way struct {
	name   string
	given  map[string]string
	config map[string]any
}

type given = map[string]string

// options are the options of a site, each with its ways, the default first. Every parameter
// of the template is in one of them.
var options = [][]way{
	{{name: "new bucket"},
		{name: "bucket in Ireland", given: given{"BucketName": "old-originals", "BucketRegion": "eu-west-1"}},
		{name: "bucket in Tokyo", given: given{"BucketName": "tokyo-originals", "BucketRegion": "ap-northeast-1"}}},
	{{}, {name: "KeyPrefix", given: given{"KeyPrefix": "media/photos"}}},
	{{}, {name: "UrlPrefix", given: given{"UrlPrefix": "/wp-content/uploads"}}},
	{{}, {name: "Sizes", given: given{"Sizes": "300x200,120x90"}}, {name: "one side", given: given{"Sizes": "320x240,160x"}}},
	{{}, {name: "keep-ratio", config: map[string]any{"missing": "keep-ratio", "max_width": 500, "max_height": 400}},
		{name: "no formats", config: map[string]any{"formats": []string{}, "cache_tag_header": "Edgeresize-Cache-Tag"}},
		{name: "key_prefix", config: map[string]any{"key_prefix": "media/photos"}},
		{name: "webp and signatures", config: map[string]any{"formats": []string{"webp"}, "quality": 70, "fit": "inside", "parameters": []string{"signature"}}},
		{name: "parameters", config: map[string]any{"parameters": []string{"fit", "quality", "dpr", "gravity", "trim", "sharpen", "blur", "w", "h", "preset"}}},
		{name: "presets", config: map[string]any{"parameters": []string{"preset", "fit"}, "only_presets": true,
			"presets": map[string]string{"card": "width=300&height=200&fit=fill"}}}},
	{{}, {name: "domain", given: given{"DomainName": "img.example.com", "HostedZoneId": "Z0123456789"}},
		{name: "certificate", given: given{"DomainName": "img.example.com",
			"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"}},
		{name: "two names", given: given{"DomainName": "img.example.com", "OtherDomainName": "pictures.example.com", "HostedZoneId": "Z0123456789"}},
		{name: "closed", given: given{"DomainName": "img.example.com", "HostedZoneId": "Z0123456789", "CloseDefaultDomain": "true"}}},
	{{}, {name: "site", given: given{"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret"}},
		{name: "site and /img/*", given: given{"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret", "ImagePath": "/img/*"}}},
	{{}, {name: "MemorySize", given: given{"MemorySize": "1024"}}},
	{{}, {name: "signed", given: given{"CodeSigningConfigArn": "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdefg"}}},
	{{}, {name: "404", given: given{"MissingKey": "404", "MissingSeconds": "30"}},
		{name: "404 page", given: given{"MissingKey": "404", "NotFoundPage": "errors/404.html"}}},
	{{}, {name: "RateLimit", given: given{"RateLimit": "100"}}},
	{{}, {name: "no shield", given: given{"OriginShieldRegion": "none"}}, {name: "shield in Frankfurt", given: given{"OriginShieldRegion": "eu-central-1"}}},
	{{}, {name: "AlarmEmail", given: given{"AlarmEmail": "ops@example.com"}},
		{name: "AlarmTopicArn", given: given{"AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:ops", "SlackChannel": "T0123ABCD/C0123ABCD"}}},
}

// fromTheConfig are the parameters that `deploy parameters` prints. fromThePackage are
// those that follow from the package.
var (
	fromTheConfig  = []string{"Formats", "Missing", "MaxWidth", "MaxHeight", "RequestParameters", "RequestSettings", "SignedUrls"}
	fromThePackage = []string{"CodeBucket", "CodeKey", "CodeSha256"}
)

// siteChoice is a site that has one way of each option.
type siteChoice struct {
	name       string
	parameters map[string]string // without those from the config and the package
	config     edge.Config
	configFile string
	keyFile    string // where URLs must be signed
}

// rows returns sites in which any two ways of any two options meet, if they go together.
func rows(t *testing.T) []siteChoice {
	t.Helper()
	var values []int
	for _, ways := range options {
		values = append(values, len(ways))
	}
	var all []siteChoice
	for _, row := range pairs.CoverAllowed(values, goTogether) {
		all = append(all, choiceOf(t, row))
	}
	return all
}

// goTogether reports whether the ways in a row make sense together. Sizes of one side need
// a config that keeps the ratio. A page for missing pictures excludes a site, which has its
// own. UrlPrefix excludes an ImagePath outside of it. A config's key_prefix stands for the
// folder in front of the whole path, so it needs KeyPrefix and excludes UrlPrefix.
func goTogether(row []int) bool {
	var one, page, site, elsewhere, prefix, noFolder, baked bool
	ratio := true
	for option, way := range row {
		if way < 0 {
			continue
		}
		w := options[option][way]
		one = one || w.name == "one side"
		page = page || w.given["NotFoundPage"] != ""
		site = site || w.given["SiteDomainName"] != ""
		elsewhere = elsewhere || w.given["ImagePath"] != ""
		prefix = prefix || w.given["UrlPrefix"] != ""
		noFolder = noFolder || way == 0 && option == folderOption
		if option == configOption {
			ratio, baked = w.name == "keep-ratio", w.name == "key_prefix"
		}
	}
	return (!one || ratio) && !(page && site) && !(elsewhere && prefix) && !(baked && (noFolder || prefix))
}

// configOption and folderOption are the indices in options of the config and of KeyPrefix.
var (
	configOption = slices.IndexFunc(options, func(ways []way) bool { return ways[len(ways)-1].config != nil })
	folderOption = slices.IndexFunc(options, func(ways []way) bool { return ways[len(ways)-1].given["KeyPrefix"] != "" })
)

// choiceOf returns the choice of a row, which has the index of a way for each option.
func choiceOf(t *testing.T, row []int) siteChoice {
	t.Helper()
	folder := t.TempDir()
	s := siteChoice{parameters: map[string]string{}, configFile: filepath.Join(folder, "config.json"), keyFile: filepath.Join(folder, "keys.txt")}
	var names []string
	changed := map[string]any{}
	for option, number := range row {
		w := options[option][number]
		maps.Copy(s.parameters, w.given)
		maps.Copy(changed, w.config)
		if number > 0 {
			names = append(names, w.name)
		}
	}
	s.name = cmp.Or(strings.Join(names, "+"), "defaults")
	content, err := json.Marshal(changed)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.configFile, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if s.config, err = edge.ParseConfig(content); err != nil {
		t.Fatal(err)
	}
	return s
}

// signs reports whether variants are made for signed URLs alone.
func (s siteChoice) signs() bool { return slices.Contains(s.config.Parameters, "signature") }

// pattern returns the path pattern of the images' behaviour, "" for the default one.
func (s siteChoice) pattern() string {
	if s.parameters["SiteDomainName"] == "" {
		return ""
	}
	if given := s.parameters["ImagePath"]; given != "" {
		return given
	}
	return "/wp-content/uploads/*"
}

// path returns where a viewer asks for a picture.
func (s siteChoice) path(name string) string {
	switch {
	case s.pattern() != "":
		return strings.TrimSuffix(s.pattern(), "*") + name
	case s.parameters["UrlPrefix"] != "":
		return s.parameters["UrlPrefix"] + "/" + name
	}
	return "/" + name
}

// key returns the key of a picture in the bucket.
func (s siteChoice) key(name string) string {
	path, prefix := s.path(name), s.parameters["KeyPrefix"]
	if urlPrefix := s.parameters["UrlPrefix"]; urlPrefix != "" {
		// A path outside of UrlPrefix gets no prefix.
		rest, ok := strings.CutPrefix(path, urlPrefix+"/")
		if !ok {
			return strings.TrimPrefix(path, "/")
		}
		path = "/" + rest
	}
	if prefix != "" {
		path = "/" + prefix + path
	}
	return strings.TrimPrefix(path, "/")
}

// Every parameter of the template is crossed with the others.
func TestEveryParameterIsCrossed(t *testing.T) {
	template, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	crossed := map[string]bool{}
	for _, name := range append(slices.Clone(fromTheConfig), fromThePackage...) {
		crossed[name] = true
	}
	for _, ways := range options {
		for _, w := range ways {
			for name := range w.given {
				crossed[name] = true
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(template.Parameters)) {
		if !crossed[name] {
			t.Errorf("%s has no row: give it one in options, in this file", name)
		}
		delete(crossed, name)
	}
	for name := range crossed {
		t.Errorf("the template has no parameter %s", name)
	}
	all := rows(t)
	t.Logf("%d sites", len(all))
	names := map[string]bool{}
	for _, s := range all {
		if names[s.name] {
			t.Errorf("%s comes twice", s.name)
		}
		names[s.name] = true
	}
	if len(all) > 40 {
		t.Errorf("%d sites: too many to try all commands on", len(all))
	}
}

func (s siteChoice) String() string { return fmt.Sprintf("%s %v", s.name, s.parameters) }
