package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakestack"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/edge"
)

// TestSignedSite wants of the template this checkout's viewer-request function, with a
// key value store where the config wants signatures.
func TestSignedSite(t *testing.T) {
	for _, parameters := range [][]string{nil, {"signature"}, {"fit", "preset", "signature"}} {
		c := newCloud(t)
		cfg := edge.DefaultConfig()
		cfg.Parameters = parameters
		template, err := cfn.Read("template/template.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for section, kept := range map[string][]string{"Resources": {"ImageRequests", "SigningKeys"}, "Outputs": {"SigningKeys"}} {
			all := template.Document[section].(cfn.Object)
			for name := range all {
				if !slices.Contains(kept, name) {
					delete(all, name)
				}
			}
		}
		given := map[string]string{"CodeBucket": "bucket", "CodeKey": "edgeresize/" + strings.Repeat("0", 64) + ".zip"}
		for _, parameter := range viewerfunction.Parameters(cfg) {
			name, value, _ := strings.Cut(parameter, "=")
			given[name] = value
		}
		made, err := fakestack.New(c.Server, os.Getenv("AWS_ENDPOINT_URL")).Make(t.Context(), template, "site", "us-east-1", given)
		if err != nil {
			t.Fatal(err)
		}
		settings, err := loadSettings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		settings.Region = awsapi.Region
		client := cloudfront.NewFromConfig(settings)
		found, err := viewerfunction.Live(t.Context(), client, "site-images")
		if err != nil || !found.Current || found.Site.ChecksSignatures() != slices.Contains(parameters, "signature") {
			t.Errorf("%q: got %+v, %v", parameters, found, err)
		}
		store, err := viewerfunction.StoreOf(t.Context(), client, "site-images")
		if err != nil || store != made.Outputs["SigningKeys"] || (store != "") != found.Site.ChecksSignatures() {
			t.Errorf("%q: got the store %q, %v; the output is %q", parameters, store, err, made.Outputs["SigningKeys"])
		}
	}
}
