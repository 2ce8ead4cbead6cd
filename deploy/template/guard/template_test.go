package guard

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// TestRulesRefuse checks which parameters the rules refuse together.
func TestRulesRefuse(t *testing.T) {
	template := parsed(t)
	tests := []struct {
		name  string
		given map[string]string
		want  string // part of the one refusal; "" for none
	}{
		{"nothing", nil, ""},
		{"another region", map[string]string{"AWS::Region": "eu-west-1"}, "us-east-1"},
		{"a domain alone", domain, "needs HostedZoneId"},
		{"a domain and its zone", merged(domain, zone), ""},
		{"a domain and its certificate", merged(domain, certificate), ""},
		{"a zone without a domain", zone, "need DomainName"},
		{"a certificate without a domain", certificate, "need DomainName"},
		{"a second domain without a first", other, "needs DomainName"},
		{"two domains", merged(domain, zone, other), ""},
		{"two domains, closed", merged(domain, zone, other, closed), "would close OtherDomainName"},
		{"closed without another domain", closed, "needs DomainName"},
		{"closed", merged(domain, zone, closed), ""},
		{"a page for what is missing", merged(missing, page), ""},
		{"a page for what is not said to be missing", page, "needs MissingKey=404"},
		{"a page in the place of a site's", merged(missing, page, map[string]string{"SiteDomainName": "alb.example.com", "SiteSecret": "s"}), "the site's own error pages"},
		{"a topic and an address", merged(email, topic), "Give AlarmEmail or AlarmTopicArn"},
		{"a topic and a channel", topic, ""},
		{"a site open to all", map[string]string{"SiteDomainName": "alb.example.com"}, "needs SiteSecret"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := newResolver(t, template, merged(code, tt.given)).refusals()
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)) {
				t.Errorf("refused for %q, want %q", got, tt.want)
			}
		})
	}
}

// TestParametersAllow checks the values that the parameters' patterns allow and refuse.
func TestParametersAllow(t *testing.T) {
	declared := parsed(t)["Parameters"].(object)
	tests := []struct {
		parameter    string
		allowed, not []string
	}{
		{"CodeKey", []string{codeKey, codeKey[len("edgeresize/"):], "a/b/" + codeKey}, []string{"edgeresize.zip", codeKey + "x", "/" + codeKey}},
		{"CodeSha256", []string{"", codeSha256}, []string{codeSha256[1:], codeSha256 + "=", strings.Repeat("0", 64)}},
		{"CodeSigningConfigArn", []string{"", signed["CodeSigningConfigArn"]}, []string{"csc-0123456789abcdefg",
			"arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0123456789abcdefg", signed["CodeSigningConfigArn"] + "0"}},
		{"BucketRegion", []string{"eu-west-1", "ap-southeast-4", "us-gov-west-1"}, []string{"", "eu-west"}},
		{"KeyPrefix", []string{"", "media", "a/b.c/d_e-f"}, []string{"/media", "media/", "a//b", "a*", "${x}", "a'b"}},
		{"UrlPrefix", []string{"", "/wp-content/uploads"}, []string{"/", "uploads", "/uploads/", "/a'b", `/a\b`, "/${x}"}},
		{"NotFoundPage", []string{"", "404.html", "errors/404.html"}, []string{"/404.html", "a//b", "errors/", "${x}", "a b"}},
		{"RateLimit", []string{"0", "10", "2000", "999999999"}, []string{"", "1", "9", "-10", "010", "1000000000", "1e3"}},
		{"Sizes", []string{"", "500x300", "640x", "x200", "1x1,65535x,x9"}, []string{"x", "0x1", "500", "500x300,", "500x300, 640x", "500X300", "123456x"}},
		{"Formats", []string{"none", "avif", "webp", "avif,webp", "webp,avif"}, []string{"", "none,avif", "avif,avif", "jpeg", "avif, webp", ",", "avif,"}},
		{"DomainName", []string{"", "img.example.com"}, []string{"img", "IMG.example.com", "img.example.com.", "*.example.com", "a'.b"}},
		{"SiteSecret", []string{"", "origin-secret", "a/b:SecretString:key", "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-b1c2d3"}, []string{"a}", "{{a", "a b"}},
		{"OtherDomainName", []string{"", "example.com"}, []string{"com", "*.example.com", "EXAMPLE.com"}},
		{"AlarmEmail", []string{"", "a.b+c@example.com"}, []string{"a", "@b", "a@", "a b@c", "a@b@c"}},
		{"AlarmTopicArn", []string{"", "arn:aws:sns:us-east-1:111122223333:ops"}, []string{"ops", "arn:aws:sns:eu-west-1:111122223333:ops", "arn:aws:sns:us-east-1:111122223333:ops:1"}},
		{"SlackChannel", []string{"", "T0123ABCD/C0123ABCD", "T0/G1"}, []string{"C0123ABCD", "T0123ABCD/", "general", "C0/T0"}},
		{"ImagePath", []string{"/wp-content/uploads/*", "*.jpg", "/a?/b"}, []string{"", "/a b", "/a\\"}},
	}
	for _, tt := range tests {
		pattern := regexp.MustCompile(declared[tt.parameter].(object)["AllowedPattern"].(string))
		for _, value := range tt.allowed {
			if !pattern.MatchString(value) {
				t.Errorf("%s may not be %q", tt.parameter, value)
			}
		}
		for _, value := range tt.not {
			if pattern.MatchString(value) {
				t.Errorf("%s may be %q", tt.parameter, value)
			}
		}
	}
}

// TestCombinationsHoldTogether checks that every combination refers only to resources
// and origins that it has, and makes no resource that nothing uses.
func TestCombinationsHoldTogether(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		resources := resolved["Resources"].(object)
		used := map[string]bool{}
		references(resolved, func(name string) {
			used[name] = true
			if resources[name] == nil {
				t.Errorf("no resource %s", name)
			}
		})
		for name, resource := range resources {
			standsAlone := slices.Contains([]any{"AWS::S3::BucketPolicy", "AWS::Route53::RecordSet", "AWS::IAM::Policy", "AWS::Events::Rule", "AWS::CloudWatch::Alarm",
				"AWS::CloudWatch::Dashboard", "AWS::CloudFormation::StackSet", "AWS::Chatbot::SlackChannelConfiguration"}, resource.(object)["Type"])
			if !used[name] && !standsAlone {
				t.Errorf("nothing uses %s", name)
			}
		}
		var ids []any
		for _, origin := range property(resolved, "Distribution", "DistributionConfig", "Origins").([]any) {
			ids = append(ids, at(origin, "Id"))
		}
		for _, b := range behaviours(resolved) {
			if !slices.Contains(ids, at(b, "TargetOriginId")) {
				t.Errorf("no origin %v among %v", at(b, "TargetOriginId"), ids)
			}
		}
	})
}

// references calls use with the name in every Ref, Fn::GetAtt and Fn::Sub of value.
func references(value any, use func(name string)) {
	switch function, argument := cfn.Intrinsic(value); function {
	case "Ref":
		use(argument.(string))
		return
	case "Fn::GetAtt":
		use(argument.([]any)[0].(string))
		return
	case "Fn::Sub":
		os.Expand(argument.(string), func(variable string) string {
			name, _, _ := strings.Cut(variable, ".")
			use(name)
			return ""
		})
		return
	}
	switch v := value.(type) {
	case object:
		for _, item := range v {
			references(item, use)
		}
	case []any:
		for _, item := range v {
			references(item, use)
		}
	}
}

// behaviours returns the default behaviour and then the others.
func behaviours(resolved object) []any {
	others, _ := property(resolved, "Distribution", "DistributionConfig", "CacheBehaviors").([]any)
	return append([]any{property(resolved, "Distribution", "DistributionConfig", "DefaultCacheBehavior")}, others...)
}

// TestImagesAndSite checks the images' behaviour, and that a site does not change it.
func TestImagesAndSite(t *testing.T) {
	images := map[string]object{} // the images' behaviour, by the other choices
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		all := behaviours(resolved)
		image := maps.Clone(all[len(all)-1].(object))
		if at(image, "TargetOriginId") != "images" || at(image, "LambdaFunctionAssociations", 0, "EventType") != "origin-response" {
			t.Errorf("the images' behaviour is %v", image)
		}
		if filter := at(image, "FunctionAssociations", 0, "FunctionARN"); !reflect.DeepEqual(filter, object{"Fn::GetAtt": []any{"ImageRequests", "FunctionARN"}}) {
			t.Errorf("the images' requests are filtered by %v", filter)
		}
		if varies := property(resolved, "ResponseHeadersPolicy", "ResponseHeadersPolicyConfig", "CustomHeadersConfig") != nil; varies != (given["Formats"] != "none") {
			t.Errorf("Vary: %v, with the formats %q", varies, given["Formats"])
		}
		if given["SiteDomainName"] == "" {
			if len(all) != 1 {
				t.Errorf("%d behaviours without a site", len(all))
			}
		} else {
			if image["PathPattern"] != "/wp-content/uploads/*" {
				t.Errorf("the images are at %v", image["PathPattern"])
			}
			delete(image, "PathPattern")
			checkSite(t, given, resolved, all)
		}
		without := maps.Clone(given)
		for _, name := range []string{"SiteDomainName", "MissingKey", "NotFoundPage", "MissingSeconds", "RateLimit", "OriginShieldRegion", "AlarmEmail", "AlarmTopicArn", "SlackChannel"} {
			delete(without, name)
		}
		if other, ok := images[named(without)]; ok && !reflect.DeepEqual(other, image) {
			t.Errorf("with a site %v\nwithout %v", image, other)
		}
		images[named(without)] = image
	})
}

// checkSite checks the behaviour and the origin of the site.
func checkSite(t *testing.T, given map[string]string, resolved object, all []any) {
	site := all[0]
	if len(all) != 2 || at(site, "TargetOriginId") != "site" || at(site, "LambdaFunctionAssociations") != nil {
		t.Errorf("the site's behaviour is %v", site)
	}
	if closed := at(site, "FunctionAssociations") != nil; closed != (given["CloseDefaultDomain"] == "true") {
		t.Errorf("function on the site's requests: %v", closed)
	}
	origin := property(resolved, "Distribution", "DistributionConfig", "Origins", 1)
	if at(origin, "CustomOriginConfig", "OriginProtocolPolicy") != "https-only" {
		t.Errorf("the load balancer is asked by %v", at(origin, "CustomOriginConfig"))
	}
	if want := (object{"HeaderName": "X-Origin-Verify", "HeaderValue": "{{resolve:secretsmanager:origin-secret}}"}); !reflect.DeepEqual(at(origin, "OriginCustomHeaders", 0), want) {
		t.Errorf("the load balancer is told %v", at(origin, "OriginCustomHeaders"))
	}
}

// TestOriginals checks that the origin, the role and the bucket's policy agree on where
// the originals are.
func TestOriginals(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		bucket, region, keys, path := "${Bucket}", "us-east-1", "*", ""
		if given["BucketName"] != "" {
			bucket, region = "old-originals", "eu-west-1"
		}
		if given["KeyPrefix"] != "" {
			keys = "media/photos/*"
		}
		if given["KeyPrefix"] != "" && given["UrlPrefix"] == "" {
			path = "/media/photos"
		}
		sub := func(text string) any {
			if strings.Contains(text, "${") {
				return object{"Fn::Sub": text}
			}
			return text
		}
		origin := property(resolved, "Distribution", "DistributionConfig", "Origins", 0)
		for _, check := range []struct{ got, want any }{
			{at(origin, "DomainName"), sub(bucket + ".s3." + region + ".amazonaws.com")},
			{at(origin, "OriginPath"), path},
			{property(resolved, "Role", "Policies", 0, "PolicyDocument", "Statement", 0, "Resource"), sub("arn:aws:s3:::" + bucket + "/" + keys)},
		} {
			if !reflect.DeepEqual(check.got, check.want) {
				t.Errorf("got %v, want %v", check.got, check.want)
			}
		}
		allows := property(resolved, "BucketPolicy", "PolicyDocument", "Statement", 0, "Resource")
		told := at(resolved, "Outputs", "BucketPolicyStatement", "Value", "Fn::Sub")
		if given["BucketName"] == "" {
			if !reflect.DeepEqual(allows, sub("arn:aws:s3:::${Bucket}/"+keys)) || told != nil {
				t.Errorf("the bucket's policy allows %v; output %v", allows, told)
			}
		} else if allows != nil || told == nil || !strings.Contains(told.(string), `"arn:aws:s3:::old-originals/`+keys+`"`) {
			t.Errorf("the bucket's policy allows %v; output %v", allows, told)
		}
	})
}

// TestDomain checks the aliases, the certificate and the DNS records.
func TestDomain(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		config := property(resolved, "Distribution", "DistributionConfig")
		var aliases, arn any
		url := any(object{"Fn::Sub": "https://${Distribution.DomainName}"})
		if given["DomainName"] != "" {
			aliases, url = []any{"img.example.com"}, "https://img.example.com"
			arn = object{"Ref": "Certificate"}
			if given["CertificateArn"] != "" {
				arn = given["CertificateArn"]
			}
			if given["OtherDomainName"] != "" {
				aliases = []any{"img.example.com", "example.com"}
			}
		}
		if got := at(config, "Aliases"); !reflect.DeepEqual(got, aliases) {
			t.Errorf("aliases %v, want %v", got, aliases)
		}
		if got := at(config, "ViewerCertificate", "AcmCertificateArn"); !reflect.DeepEqual(got, arn) {
			t.Errorf("certificate %v, want %v", got, arn)
		}
		if got := at(resolved, "Outputs", "Url", "Value"); !reflect.DeepEqual(got, url) {
			t.Errorf("URL %v, want %v", got, url)
		}
		for _, record := range []struct{ resource, kind string }{{"AddressIPv4", "A"}, {"AddressIPv6", "AAAA"}} {
			var want any
			if given["HostedZoneId"] != "" {
				want = record.kind
			}
			if got := property(resolved, record.resource, "Type"); got != want {
				t.Errorf("%s is %v, want %v", record.resource, got, want)
			}
			if given["OtherDomainName"] == "" {
				want = nil
			}
			if got := property(resolved, "Other"+record.resource, "Type"); got != want {
				t.Errorf("Other%s is %v, want %v", record.resource, got, want)
			}
		}
		// ACM validates each name by a record.
		if names, _ := property(resolved, "Certificate", "DomainValidationOptions").([]any); names != nil && len(names) != len(aliases.([]any)) {
			t.Errorf("validated are %v of %v", names, aliases)
		}
	})
}

// TestVersionFollowsTheFunction checks that each change of the function changes the
// version's Description, for which a version is published: see the template.
func TestVersionFollowsTheFunction(t *testing.T) {
	template := parsed(t)
	description := func(given map[string]string) string {
		return property(newResolver(t, template, merged(code, given)).resolved(), "Version", "Description").(string)
	}
	before := description(nil)
	// Lambda publishes nothing, and CloudFormation fails, where $LATEST equals the
	// version that was published last, even one published by hand.
	latest := newResolver(t, template, merged(code, map[string]string{"MemorySize": "1024"})).resolved()
	if got := property(latest, "Function", "Description"); got != property(latest, "Version", "Description") {
		t.Errorf("the function's description is %q: a version may be published without a change of it", got)
	}
	for name, given := range map[string]map[string]string{
		"package": {"CodeKey": strings.Replace(codeKey, "0123", "4567", 1)},
		"memory":  {"MemorySize": "1024"},
		"pin":     pinned,
	} {
		if description(given) == before {
			t.Errorf("another %s publishes no version", name)
		}
	}
	function := property(newResolver(t, template, code).resolved(), "Function").(object)
	if !strings.Contains(before, function["Runtime"].(string)) {
		t.Errorf("%q does not name the runtime %s", before, function["Runtime"])
	}
	if longest := 200 + len(description(merged(pinned, map[string]string{"MemorySize": "10240"}))) - len(codeKey); longest > 256 {
		t.Errorf("a description may have %d characters, more than Lambda's 256", longest)
	}
}
