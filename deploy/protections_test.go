package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
)

// The template forbids the scripts that CloudFront on a laptop forbids.
func TestTemplateForbidsWhatTheLaptopForbids(t *testing.T) {
	template, err := os.ReadFile("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folded := strings.Join(strings.Fields(string(template)), " ")
	if !strings.Contains(folded, "ContentSecurityPolicy: >- "+canonical.ContentSecurityPolicy+" Override: true") {
		t.Errorf("the template has another policy than %q", canonical.ContentSecurityPolicy)
	}
}

// A stack of the template has Origin Shield, an answer for missing keys, the limit and the
// policy against scripts, and an update removes them.
func TestTemplateProtectionsUnderEmulation(t *testing.T) {
	newMinistack(t)
	aws(t, "s3api", "create-bucket", "--bucket", "packages")
	aws(t, "s3api", "create-bucket", "--bucket", "paris", "--region", "eu-west-3",
		"--create-bucket-configuration", "LocationConstraint=eu-west-3")
	made := makeSite(t, "guarded", "BucketName=paris", "BucketRegion=eu-west-3", "KeyPrefix=media",
		"MissingKey=404", "NotFoundPage=404.html", "MissingSeconds=30", "RateLimit=2000")
	config := at(aws(t, "cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	acl, _ := at(config, "WebACLId").(string)
	for _, check := range []struct {
		want any
		path []any
	}{
		{true, []any{"Origins", "Items", 0, "OriginShield", "Enabled"}},
		{"eu-west-2", []any{"Origins", "Items", 0, "OriginShield", "OriginShieldRegion"}},
		{404.0, []any{"CustomErrorResponses", "Items", 0, "ErrorCode"}},
		{"404", []any{"CustomErrorResponses", "Items", 0, "ResponseCode"}},
		{"/404.html", []any{"CustomErrorResponses", "Items", 0, "ResponsePagePath"}},
		{30.0, []any{"CustomErrorResponses", "Items", 0, "ErrorCachingMinTTL"}},
	} {
		if got := at(config, check.path...); got != check.want {
			t.Errorf("%v is %v, want %v", check.path, got, check.want)
		}
	}
	checkLimit(t, acl)
	checkSecurity(t, at(config, "DefaultCacheBehavior", "ResponseHeadersPolicyId").(string))
	policy := `{"Version": "2012-10-17", "Statement": [` + made["BucketPolicyStatement"] + `, ` + made["BucketListStatement"] + `]}`
	aws(t, "s3api", "put-bucket-policy", "--bucket", "paris", "--policy", policy)
	var parsed any
	if err := json.Unmarshal([]byte(policy), &parsed); err != nil {
		t.Fatal(err)
	}
	if got := at(parsed, "Statement", 1, "Condition", "StringLike", "s3:prefix"); got != "media/?*" {
		t.Errorf("what may be listed begins with %v", got)
	}

	made = makeSite(t, "guarded", "MissingKey=403", "NotFoundPage=", "RateLimit=0", "OriginShieldRegion=none")
	config = at(aws(t, "cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	shield, limit, pages := at(config, "Origins", "Items", 0, "OriginShield", "Enabled"), at(config, "WebACLId"), at(config, "CustomErrorResponses", "Items", 0)
	if shield == true || limit != nil && limit != "" || pages != nil || made["BucketListStatement"] != "" {
		t.Errorf("left are %v, %v, %v and %q", shield, limit, pages, made["BucketListStatement"])
	}
	if left := at(aws(t, "wafv2", "list-web-acls", "--scope", "CLOUDFRONT"), "WebACLs").([]any); len(left) > 0 {
		t.Errorf("left is %v, which costs", left)
	}
}

// checkLimit checks the web ACL with an ARN.
func checkLimit(t *testing.T, arn string) {
	t.Helper()
	for _, one := range at(aws(t, "wafv2", "list-web-acls", "--scope", "CLOUDFRONT"), "WebACLs").([]any) {
		if at(one, "ARN") != arn {
			continue
		}
		acl := aws(t, "wafv2", "get-web-acl", "--scope", "CLOUDFRONT", "--name", at(one, "Name").(string), "--id", at(one, "Id").(string))
		rule := at(acl, "WebACL", "Rules", 0)
		if limit := at(rule, "Statement", "RateBasedStatement", "Limit"); limit != 2000.0 && limit != "2000" ||
			at(rule, "Action", "Block", "CustomResponse", "ResponseCode") != 429.0 {
			t.Errorf("the rule is %v", rule)
		}
		return
	}
	t.Errorf("there is no web ACL %q", arn)
}

// checkSecurity checks what a response headers policy forbids.
func checkSecurity(t *testing.T, id string) {
	t.Helper()
	config := at(aws(t, "cloudfront", "get-response-headers-policy-config", "--id", id), "ResponseHeadersPolicyConfig", "SecurityHeadersConfig")
	if at(config, "ContentSecurityPolicy", "ContentSecurityPolicy") != canonical.ContentSecurityPolicy ||
		at(config, "ContentSecurityPolicy", "Override") != true || at(config, "ContentTypeOptions", "Override") != true {
		t.Errorf("it has %v", config)
	}
}
