package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// domain is the first domain name of all plans.
const domain = "img.example.com"

// way is a way of taking an option, by variable of the module.
type way = map[string]any

// options are ways of taking each option of the module. The first is not to take it.
var options = [][]way{
	{{}, {"bucket_name": "old-originals", "bucket_region": "eu-west-1"}, {"bucket_name": "old-originals", "bucket_region": "ca-west-1"}, {"bucket_name": "old-originals", "bucket_region": "eu-north-1"}},
	{{}, {"key_prefix": "media/photos"}},
	{{}, {"url_prefix": "/wp-content/uploads"}},
	{{}, {"sizes": "500x300,640x480", "formats": "none"}, {"formats": "webp", "missing": "keep-ratio", "sizes": "640x", "max_width": 2560, "max_height": 1000}},
	{
		{}, {"request_parameters": "fit,quality,dpr,gravity,trim,sharpen,blur", "request_settings": allSettings},
		{"request_settings": `{"parameters":["preset"],"presets":{"10":"width=500&height=300"},"only_presets":true}`},
		{"request_settings": `{"parameters":["signature"]}`, "signed_urls": true},
		{"request_parameters": "quality,blur", "request_settings": `{"parameters":["quality","blur","w"],"quality":90,"min_quality":35}`},
	},
	{
		{}, {"domain_name": domain, "hosted_zone_id": zone}, {"domain_name": domain, "certificate_arn": certificate},
		{"domain_name": domain, "hosted_zone_id": zone, "certificate_arn": certificate},
		{"domain_name": domain, "hosted_zone_id": zone, "close_default_domain": true},
		{"domain_name": domain, "hosted_zone_id": zone, "other_domain_name": "pictures.example.com"},
	},
	{{}, {"missing_key": 404}},
	{
		{}, {"site_domain_name": "alb.example.com", "site_secret": "origin-secret"},
		{"site_domain_name": "alb.example.com", "site_secret": "s", "image_path": "/img/*"},
		{"missing_key": 404, "not_found_page": "errors/404.html", "missing_seconds": 60},
	},
	{{}, {"rate_limit": 2000}},
	{{}, {"origin_shield_region": "none"}, {"origin_shield_region": "eu-west-2"}},
	{{}, {"memory_size": 1024}},
	{{}, {"code_sha256": checksum}, {"code_signing_config_arn": signing}},
	{{}, {"alarm_email": "team@example.com"}, {"alarm_topic_arn": topic}, {"alarm_email": "team@example.com", "slack_channel": slack}, {"alarm_topic_arn": topic, "slack_channel": slack}, {"slack_channel": slack}},
}

const (
	zone        = "Z0123456789"
	certificate = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
	topic       = "arn:aws:sns:us-east-1:111122223333:alarms"
	slack       = "T0123ABCD/C0123ABCD"
	checksum    = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	allSettings = `{"parameters":["fit","quality","dpr","gravity","trim","sharpen","blur","w","h","preset"],"fit":"cover","quality":80,"min_quality":40,` +
		`"presets":{"card":"width=500&height=300&fit=pad&background=fff","placeholder":"width=32&height=32"}}`
	signing = "arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0f6c334abcdea4d8b"
)

// pairs returns combinations in which every two ways of different options occur together.
// Each combination begins with a pair that is not met yet and takes what meets the most
// others.
func pairs() (all []way) {
	type choice struct{ option, way int }
	type pair [2]choice
	open := map[pair]bool{}
	var order []pair
	for i := range options {
		for a := range options[i] {
			for j := range i {
				for b := range options[j] {
					p := pair{{j, b}, {i, a}}
					open[p], order = true, append(order, p)
				}
			}
		}
	}
	for _, first := range order {
		if !open[first] {
			continue
		}
		picked := map[int]int{first[0].option: first[0].way, first[1].option: first[1].way}
		for i := range options {
			if _, ok := picked[i]; ok {
				continue
			}
			best, most := 0, -1
			for a := range options[i] {
				met := 0
				for j, b := range picked {
					p := pair{{j, b}, {i, a}}
					if j > i {
						p[0], p[1] = p[1], p[0]
					}
					if open[p] {
						met++
					}
				}
				if met > most {
					best, most = a, met
				}
			}
			picked[i] = best
		}
		combined := way{}
		for i, a := range picked {
			maps.Copy(combined, options[i][a])
			for j, b := range picked {
				if j < i {
					delete(open, pair{{j, b}, {i, a}})
				}
			}
		}
		all = append(all, combined)
	}
	return all
}

// TestSameAsTemplate plans the module and resolves the template with pairs of options, and
// compares the resources.
func TestSameAsTemplate(t *testing.T) {
	need(t)
	ways := pairs()
	templates := resolved(t, ways)
	for i, given := range ways {
		text, err := json.Marshal(given)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(string(text), func(t *testing.T) {
			if templates[i].Refused != nil {
				t.Fatalf("the template refuses this: %s", templates[i].Refused)
			}
			for _, difference := range compare(t, planOf(t, module, given), templates[i]) {
				t.Error(difference)
			}
		})
	}
}

// TestDifferences wants the comparison to find what copies of the module do otherwise.
func TestDifferences(t *testing.T) {
	need(t)
	given := way{"alarm_email": "team@example.com", "rate_limit": 2000, "origin_shield_region": "eu-west-2", "request_parameters": "quality,blur", "request_settings": `{"parameters":["quality","blur"],"quality":80,"min_quality":40}`}
	template := resolved(t, []way{given})[0]
	for name, b := range map[string]broken{
		"a value":              {"distribution.tf", "http2and3", "http2", "Distribution: DistributionConfig.HttpVersion"},
		"another reference":    {"distribution.tf", "= aws_cloudfront_origin_access_control.images.id", "= aws_cloudfront_cache_policy.images.id", "OriginAccessControlId"},
		"an empty block":       {"policies.tf", "    allow {}", "    block {}", "RateLimits: DefaultAction.Allow"},
		"a parameter":          {"policies.tf", `split(",", var.request_parameters)`, `["fit"]`, "QueryStringsConfig.QueryStrings"},
		"the parameters":       {"viewerrequest.tf", "      var.request_settings,", "      \"{}\",", "ImageRequests: FunctionCode"},
		"a policy":             {"function.tf", "s3:GetObject", "s3:*", "Role: Policies.PolicyDocument"},
		"a missing argument":   {"policies.tf", "  max_ttl     = 31536000\n", "", "CachePolicyConfig.MaxTTL"},
		"a further argument":   {"function.tf", "    = true", "    = true\n  kms_key_arn = \"key\"", "no row for kms_key_arn"},
		"another region":       {"alarms.tf", "  region              = each.key\n  alarm_name          = \"${var.name}: errors\"", "  region              = local.home\n  alarm_name          = \"${var.name}: errors\"", "is in us-east-1"},
		"no region":            {"function.tf", "  region                  = local.home\n", "", "aws_lambda_function.images is in <nil>"},
		"no tag":               {"alarms.tf", "  name_prefix = \"${var.name}-\"\n  tags        = local.tags\n", "  name_prefix = \"${var.name}-\"\n", "aws_sns_topic.alarms[0]: managed-by is <nil>"},
		"no output":            {"outputs.tf", "output \"alarm_topic\"", "output \"topic\"", "has no output alarm_topic"},
		"a further resource":   {"outputs.tf", "output \"url\"", "resource \"aws_sns_topic\" \"more\" {}\n\noutput \"url\"", "no row for aws_sns_topic.more"},
		"a missing resource":   {"bucket.tf", "resource \"aws_s3_bucket_policy\" \"originals\" {\n  count  = local.makes_bucket ? 1 : 0", "resource \"aws_s3_bucket_policy\" \"originals\" {\n  count  = 0", "makes no BucketPolicy"},
		"an alarm's dimension": {"alarms.tf", "us-east-1.${var.name}\" }", "${var.name}\" }", "Dimensions.FunctionName"},
		"a chart's metric":     {"dashboard.tf", `["AWS/CloudFront", "Requests"]`, `["Requests", "AWS/CloudFront"]`, "Dashboard: DashboardBody"},
		"a role's trust":       {"alarms.tf", `"aws:SourceAccount" = local.account`, `"aws:SourceAccount" = "*"`, "AlarmRole: AssumeRolePolicyDocument"},
		"an output":            {"outputs.tf", "aws_lambda_function.images.qualified_arn", "aws_lambda_function.images.arn", "the output version_arn"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := b.in(t)
			found := compare(t, planOf(t, dir, given), template)
			if !strings.Contains(strings.Join(found, "\n"), b.want) {
				t.Errorf("nothing about %s in %q", b.want, found)
			}
		})
	}
}

// answer is a resolved template.
type answer struct {
	Resources map[string]any
	Outputs   map[string]any
	Refused   []string
}

// resolved returns the template resolved with each of the ways.
func resolved(t *testing.T, ways []way) []answer {
	t.Helper()
	type request struct {
		Template   string            `json:"template"`
		Parameters map[string]string `json:"parameters"`
	}
	var requests []request
	for _, given := range ways {
		parameters := map[string]string{"CodeBucket": codeBucket, "CodeKey": codeKey}
		for name, value := range given {
			parameters[parameterOf(name)] = fmt.Sprint(value)
		}
		requests = append(requests, request{"deploy/template/template.yaml", parameters})
	}
	text, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "run", "./deploy/cdk/resolved")
	command.Dir, command.Stdin = "../../..", bytes.NewReader(text)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

var word = regexp.MustCompile(`(?:^|_)([a-z])`)

// parameterOf returns the template's parameter for a variable.
func parameterOf(variable string) string {
	return word.ReplaceAllStringFunc(variable, func(start string) string { return strings.ToUpper(strings.TrimPrefix(start, "_")) })
}

// ofRegions returns the leaves of the resources that the template's stack set makes, as
// "AlarmsOfRegions REGION NAME".
func ofRegions(t *testing.T, stackSet map[string]any) map[string]leaves {
	t.Helper()
	inner, err := cfn.Parse([]byte(stackSet["TemplateBody"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]leaves{}
	group := stackSet["StackInstancesGroup"].([]any)[0].(map[string]any)
	for _, region := range group["Regions"].([]any) {
		resolver := &cfn.Resolver{Document: inner.Document, Values: cfn.Object{"AWS::Region": region, "Sender": "<AlarmRole.Arn>"}}
		for name, resource := range resolver.Section("Resources") {
			resource := resource.(cfn.Object)
			holds, err := resolver.Holds(resource)
			if err != nil {
				t.Fatal(err)
			}
			if !holds {
				continue
			}
			properties, err := resolver.Value(resource["Properties"])
			if err != nil {
				t.Fatal(err)
			}
			all[fmt.Sprintf("AlarmsOfRegions %s %s", region, name)] = leavesOf(name, properties)
		}
	}
	return all
}

// TestVersion compares how the module and the template publish versions: whenever the
// function's description changes, which names all that may change. Both pin the same code.
func TestVersion(t *testing.T) {
	need(t)
	ways := []way{{}, {"code_sha256": checksum}}
	for i, template := range resolved(t, ways) {
		version := template.Resources["Version"].(map[string]any)["Properties"].(map[string]any)
		for _, r := range planOf(t, module, ways[i]).Planned.Root.Resources {
			if r.Type != "aws_lambda_function" {
				continue
			}
			if r.Values["publish"] != true || r.Values["description"] != version["Description"] || r.Values["code_sha256"] != version["CodeSha256"] {
				t.Errorf("publish %v, %v, %v; the template's version has %v", r.Values["publish"], r.Values["description"], r.Values["code_sha256"], version)
			}
		}
	}
}

// TestRows compares the resources that rows and lacking name with the template's.
func TestRows(t *testing.T) {
	template, err := cfn.Read("../../template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	resources, _ := template.Document["Resources"].(cfn.Object)
	covered := map[string]bool{"AddressIPv4": true, "AddressIPv6": true, "OtherAddressIPv4": true, "OtherAddressIPv6": true}
	for _, row := range rows {
		name, _, _ := strings.Cut(row.logical, " ")
		covered[name] = true
	}
	for entry := range lacking {
		name, _, _ := strings.Cut(entry, " ")
		covered[name] = true
	}
	for name := range covered {
		if name != "" && resources[name] == nil {
			t.Errorf("the template has no resource %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		if !covered[name] {
			t.Errorf("no row names the template's resource %s", name)
		}
	}
}
