package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakestack"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/deploy/template/stack"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// randomConfig returns a config that is not always valid.
func randomConfig(random *rand.Rand) edge.Config {
	cfg := edge.DefaultConfig()
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	for _, i := range random.Perm(len(edge.Switchable))[:random.IntN(len(edge.Switchable)+1)] {
		cfg.Parameters = append(cfg.Parameters, edge.Switchable[i])
	}
	cfg.Fit = resize.Fit(pick("cover", "fill", "inside", "pad"))
	cfg.Quality, cfg.MinQuality = 50+random.IntN(51), 1+random.IntN(50)
	cfg.Missing = pick(edge.MissingOriginal, edge.MissingKeepRatio)
	cfg.MaxWidth = 300 + random.IntN(65535-300)
	cfg.Formats = [][]resize.Format{{}, {resize.WebP}, {resize.WebP, resize.AVIF}}[random.IntN(3)]
	if slices.Contains(cfg.Parameters, "preset") {
		cfg.Presets = map[string]string{}
		for range random.IntN(4) + random.IntN(2)*random.IntN(30) {
			query := pick("width=1&height=2", "height=0%3001&width=%31", "width=10&height=20", "width=1&width=01&height=2")
			for _, name := range cfg.Parameters {
				if value := (map[string]string{"fit": "pad&background=%66FF", "quality": "50", "dpr": "1.5", "gravity": "0.25,.75", "trim": "true", "sharpen": "03", "blur": "100"})[name]; value != "" && random.IntN(3) == 0 {
					query += "&" + name + "=" + value
				}
			}
			cfg.Presets[pick("a", "9", "constructor", "x-_")+fmt.Sprint(random.IntN(99))+strings.Repeat("_", random.IntN(28))] = query + pick("", "&format=png", "&format=%61vif")
		}
		cfg.OnlyPresets = random.IntN(3) == 0
	}
	return cfg
}

// TestRandomSites wants that the template takes what follows from any valid config, and
// makes this checkout's function and cache key from it.
func TestRandomSites(t *testing.T) {
	template, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := stack.ReadTemplate(filepath.Join("template", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	resources := template.Document["Resources"].(cfn.Object)
	maps.DeleteFunc(resources, func(name string, _ any) bool {
		return name != "ImageRequests" && name != "SigningKeys" && name != "CachePolicy"
	})
	template.Document["Outputs"] = cfn.Object{}
	c := newCloud(t)
	settings, err := loadSettings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	settings.Region = awsapi.Region
	client := cloudfront.NewFromConfig(settings)
	random := rand.New(rand.NewPCG(21, 7))
	made, tooLong, asking := 0, 0, 0
	for n := range 250 {
		cfg := randomConfig(random)
		if cfg.Validate() != nil {
			continue
		}
		if _, err := viewerfunction.Code(viewerrequest.SettingsOf(cfg)); err != nil {
			if agreed := stack.Agree(cfg, map[string]string{}); len(agreed) == 0 {
				t.Errorf("%v, but Agree takes %+v", err, cfg)
			}
			tooLong++
			continue
		}
		given := stack.ConfigParameters(cfg)
		for name, value := range given {
			if why := whole.Parameters[name].Refusal(value); why != "" {
				t.Errorf("%s=%s: %s", name, value, why)
			}
		}
		given["CodeBucket"], given["CodeKey"] = "bucket", "edgeresize/"+strings.Repeat("0", 64)+".zip"
		name := fmt.Sprint("site", n)
		if _, err := fakestack.New(c.Server, os.Getenv("AWS_ENDPOINT_URL")).Make(t.Context(), template, name, awsapi.Region, given); err != nil {
			t.Errorf("%+v: %v", cfg, err)
			continue
		}
		found, err := viewerfunction.Live(t.Context(), client, name+"-images")
		if want := viewerrequest.SettingsOf(cfg); err != nil || !found.Current || found.Site.Script() != want.Script() {
			t.Errorf("got %+v, %v, want %+v", found, err, want)
		}
		policies, err := client.ListCachePolicies(t.Context(), &cloudfront.ListCachePoliciesInput{Type: types.CachePolicyTypeCustom})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range policies.CachePolicyList.Items {
			config := p.CachePolicy.CachePolicyConfig
			if keys := config.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings.Items; *config.Name == name && !slices.Equal(keys, viewerfunction.Kept(cfg)) {
				t.Errorf("the cache key has %q, want %q", keys, viewerfunction.Kept(cfg))
			}
		}
		made++
		if len(cfg.Presets) > 0 {
			asking++
		}
	}
	if made < 40 || tooLong < 1 || asking < 10 {
		t.Errorf("%d sites made, %d of them with presets, and %d whose function is too long", made, asking, tooLong)
	}
}
