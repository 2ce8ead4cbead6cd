package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// existing is a distribution that somebody has made for pictures, or for a site with
// pictures, without this project.
const existing = `
Parameters:
  Bucket: {Type: String}
  Region: {Type: String}
  OriginPath: {Type: String}
  DomainName: {Type: String}
  Site: {Type: String}
  Pattern: {Type: String}
Conditions:
  HasDomain: !Not [!Equals [!Ref DomainName, '']]
  HasSite: !Not [!Equals [!Ref Site, '']]
Resources:
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Comment: photos
        Aliases: !If [HasDomain, [!Ref DomainName], !Ref 'AWS::NoValue']
        Origins:
          - Id: images
            DomainName: !Sub ${Bucket}.s3.${Region}.amazonaws.com
            OriginPath: !Ref OriginPath
            S3OriginConfig: {OriginAccessIdentity: ''}
          - !If
            - HasSite
            - Id: site
              DomainName: !Ref Site
              CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
            - !Ref AWS::NoValue
        DefaultCacheBehavior:
          TargetOriginId: !If [HasSite, site, images]
          ViewerProtocolPolicy: redirect-to-https
          Compress: true
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
        CacheBehaviors: !If
          - HasSite
          - - PathPattern: !Ref Pattern
              TargetOriginId: images
              ViewerProtocolPolicy: redirect-to-https
              Compress: true
              CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
          - !Ref AWS::NoValue
Outputs:
  DistributionId: {Value: !Ref Distribution}
  DomainName: {Value: !GetAtt Distribution.DomainName}
`

// existing makes such a distribution with a site's options.
func (w *world) existing(function string, s siteChoice) *madeSite {
	w.t.Helper()
	template, err := cfn.Parse([]byte(existing))
	if err != nil {
		w.t.Fatal(err)
	}
	m := &madeSite{siteChoice: s, world: w, function: function, bucket: "own-originals", region: "us-east-1"}
	m.parameters = maps.Clone(s.parameters)
	if region := m.parameters["BucketRegion"]; region != "" {
		m.region = region
	}
	given := map[string]string{"Bucket": m.bucket, "Region": m.region, "OriginPath": "", "DomainName": "", "Site": m.parameters["SiteDomainName"], "Pattern": m.pattern()}
	if prefix := m.parameters["KeyPrefix"]; prefix != "" && m.parameters["UrlPrefix"] == "" {
		given["OriginPath"] = "/" + prefix
	}
	if m.parameters["DomainName"] != "" {
		m.parameters["DomainName"], given["DomainName"] = "own.example.com", "own.example.com"
	}
	made, err := w.maker.Make(w.t.Context(), template, "existing", "us-east-1", given)
	if err != nil {
		w.t.Fatal(err)
	}
	m.distribution, m.where = made.Outputs["DistributionId"], "https://"+made.Outputs["DomainName"]
	if m.parameters["DomainName"] != "" {
		m.where = "https://own.example.com"
	}
	w.buckets.Bucket(m.bucket, m.region, policyOf(fmt.Sprintf(otherStatement, m.bucket)))
	m.put("photo.jpg")
	return m
}

// prepareFlags returns the flags of prepare for the site's parameters of the template.
func (m *madeSite) prepareFlags() (flags []string) {
	for _, f := range []struct{ flag, value string }{
		{"-sizes", m.parameters["Sizes"]}, {"-url-prefix", m.parameters["UrlPrefix"]},
	} {
		if f.value != "" {
			flags = append(flags, f.flag, f.value)
		}
	}
	if m.parameters["KeyPrefix"] != "" && m.parameters["UrlPrefix"] != "" {
		flags = append(flags, "-key-prefix", m.parameters["KeyPrefix"])
	}
	if m.parameters["CloseDefaultDomain"] == "true" {
		flags = append(flags, "-host", m.parameters["DomainName"])
	}
	return flags
}

// notPrepared are the parameters of the template that prepare has no flags for: settings of
// the whole distribution, the function's memory, and alarms.
var notPrepared = []string{"MissingKey", "MissingSeconds", "NotFoundPage", "RateLimit", "OriginShieldRegion", "MemorySize", "OtherDomainName", "AlarmEmail", "AlarmTopicArn", "SlackChannel"}

// preparedRows returns the sites that differ in what can be prepared.
func preparedRows(t *testing.T) (all []siteChoice) {
	t.Helper()
	for _, s := range rows(t) {
		for _, name := range notPrepared {
			delete(s.parameters, name)
		}
		if !slices.ContainsFunc(all, func(o siteChoice) bool {
			return maps.Equal(o.parameters, s.parameters) && reflect.DeepEqual(o.config, s.config)
		}) {
			all = append(all, s)
		}
	}
	return all
}

// By prepare, publish and attach an existing distribution gets what the template makes for
// the same options, and by detach and teardown it loses that.
func TestPrepareCrossed(t *testing.T) {
	for _, s := range preparedRows(t) {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t)
			fromTemplate := w.make("edgeresize", s)
			m := w.existing("prepared", s)
			config, policy, templateState := string(w.distributions.Config(m.distribution)), w.buckets.Policy(m.bucket), fromTemplate.state()
			flags := m.prepareFlags()
			if wrote := w.writes(func() { m.must("prepare", append(flags, "-dry-run")...) }); len(wrote) > 0 {
				t.Errorf("a dry run wrote %q", wrote)
			}
			if status, _, stderr := m.run("prepare", append(flags, "-function", fromTemplate.function)...); status != 1 || !strings.Contains(stderr, "belongs to the stack "+fromTemplate.function) {
				t.Errorf("for a stack's function: got %d, %q", status, stderr)
			}
			said, _ := m.must("prepare", flags...)
			m.putKeys()
			m.must("publish")
			m.must("attach", "-url", m.url("photo.jpg"))
			if wrote := w.writes(func() {
				if said, _ := m.must("prepare", flags...); !strings.Contains(said, "nothing to do") {
					t.Errorf("the second time prepare says\n%s", said)
				}
				m.must("prepare") // what is not given stays
			}); len(wrote) > 0 {
				t.Errorf("prepared already, it wrote %q", wrote)
			}
			m.checkServed(t)
			m.checkDoctor(t)
			m.checkAsTemplate(t, fromTemplate, said)

			m.must("detach")
			m.must("teardown")
			if after := string(w.distributions.Config(m.distribution)); !sameButAccess(after, config) {
				t.Errorf("the distribution is left as\n%s\nand was\n%s", after, config)
			}
			if after := w.buckets.Policy(m.bucket); !sameJSON(t, after, policy) && !keepsAccess(string(w.distributions.Config(m.distribution))) {
				t.Errorf("the bucket's policy is left as\n%s\nand was\n%s", after, policy)
			}
			if after := fromTemplate.state(); after != templateState {
				t.Errorf("the other site is\n%s\nand was\n%s", after, templateState)
			}
			fromTemplate.must("canary", "-url", fromTemplate.url("photo.jpg"))
		})
	}
}

// checkDoctor checks that doctor finds nothing to mend.
func (m *madeSite) checkDoctor(t *testing.T) {
	t.Helper()
	stdout, _ := m.must("doctor")
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, " ") && !strings.Contains(line, "origin shield") {
			t.Errorf("doctor says: %s", line)
		}
	}
}

// keepsAccess reports whether a config has an origin access control, which teardown keeps
// if the bucket would be open to all without it.
func keepsAccess(config string) bool {
	return strings.Contains(config, "<OriginAccessControlId>E")
}

// sameButAccess reports whether configs are the same but for an origin access control.
func sameButAccess(after, before string) bool {
	if at := strings.Index(after, "<OriginAccessControlId>"); at >= 0 && !strings.Contains(before, "<OriginAccessControlId>") {
		end := strings.Index(after, "</OriginAccessControlId>") + len("</OriginAccessControlId>")
		after = after[:at] + after[end:]
	}
	return after == before
}

// sameJSON reports whether two texts are the same JSON.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if a == "" || b == "" {
		return a == b
	}
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		t.Fatalf("no JSON: %s or %s", a, b)
	}
	return reflect.DeepEqual(x, y)
}

// checkAsTemplate compares what was prepared for m with what the template makes for o,
// resource by resource.
func (m *madeSite) checkAsTemplate(t *testing.T, o *madeSite, said string) {
	t.Helper()
	got, want := m.resourcesOf(t), o.resourcesOf(t)
	if m.config.CacheTagHeader != "" {
		delete(want, "origin's headers") // the function knows without
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s is prepared as\n%s\nand by the template\n%s\n%s", name, got[name], want[name], said)
		}
	}
}

// resourcesOf describes a site's resources without their names.
func (m *madeSite) resourcesOf(t *testing.T) map[string]string {
	t.Helper()
	ctx, found := t.Context(), map[string]string{}
	client := cloudfront.NewFromConfig(m.settings)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: &m.distribution})
	check(err)
	config := out.DistributionConfig
	b := behaviourOf(config, m.pattern())
	cache, err := client.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: b.CachePolicyId})
	check(err)
	cache.CachePolicy.CachePolicyConfig.Name, cache.CachePolicy.CachePolicyConfig.Comment = nil, nil
	found["cache policy"] = m.nameless(cache.CachePolicy.CachePolicyConfig)
	request, err := client.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: b.OriginRequestPolicyId})
	check(err)
	request.OriginRequestPolicy.OriginRequestPolicyConfig.Name, request.OriginRequestPolicy.OriginRequestPolicyConfig.Comment = nil, nil
	found["origin request policy"] = m.nameless(request.OriginRequestPolicy.OriginRequestPolicyConfig)
	if b.ResponseHeadersPolicyId != nil {
		headers, err := client.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: b.ResponseHeadersPolicyId})
		check(err)
		c := headers.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
		c.Name, c.Comment = nil, nil
		found["response headers policy"] = m.nameless(c)
	}
	found["cache tags"] = m.nameless(config.CacheTagConfig)
	for _, a := range b.FunctionAssociations.Items {
		name := (*a.FunctionARN)[strings.LastIndexByte(*a.FunctionARN, '/')+1:]
		code, err := client.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name, Stage: types.FunctionStageLive})
		check(err)
		site, ours := viewerfunction.Parse(string(code.FunctionCode))
		if site.URLPrefix == "" {
			site.KeyPrefix = "" // which takes the place of nothing
		}
		found["function on "+string(a.EventType)] = m.nameless(fmt.Sprintf("%t %+v", ours, site))
	}
	for _, o := range config.Origins.Items {
		if *o.Id == "images" {
			found["origin's headers"] = m.nameless(o.CustomHeaders)
			access, err := client.GetOriginAccessControl(ctx, &cloudfront.GetOriginAccessControlInput{Id: o.OriginAccessControlId})
			check(err)
			c := access.OriginAccessControl.OriginAccessControlConfig
			c.Name, c.Description = nil, nil
			found["origin access control"] = m.nameless(c)
		}
	}
	function, err := lambda.NewFromConfig(m.settings).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &m.function})
	check(err)
	maps.Copy(found, m.rolesOf(t, (*function.Role)[strings.LastIndexByte(*function.Role, '/')+1:]))
	found["bucket policy"] = m.nameless(statementsOf(t, m.buckets.Policy(m.bucket)))
	return found
}

// behaviourOf returns the behaviour with a path pattern, "" for the default one.
func behaviourOf(config *types.DistributionConfig, pattern string) types.CacheBehavior {
	for _, b := range config.CacheBehaviors.Items {
		if *b.PathPattern == pattern {
			return b
		}
	}
	d := config.DefaultCacheBehavior
	return types.CacheBehavior{CachePolicyId: d.CachePolicyId, OriginRequestPolicyId: d.OriginRequestPolicyId, ResponseHeadersPolicyId: d.ResponseHeadersPolicyId,
		FunctionAssociations: d.FunctionAssociations}
}

// rolesOf describes what a role may do and who may assume it.
func (m *madeSite) rolesOf(t *testing.T, role string) map[string]string {
	t.Helper()
	ctx, client := t.Context(), iam.NewFromConfig(m.settings)
	out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: &role})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"role": m.nameless(m.roleStatements(t, role)),
		"who takes the role on": m.nameless(statementsOf(t, unescaped(t, out.Role.AssumeRolePolicyDocument)))}
}

// roleStatements returns the statements of a role's policies.
func (m *madeSite) roleStatements(t *testing.T, role string) (all []any) {
	t.Helper()
	ctx, client := t.Context(), iam.NewFromConfig(m.settings)
	listed, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range listed.PolicyNames {
		policy, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, statementsOf(t, unescaped(t, policy.PolicyDocument))...)
	}
	return all
}

// unescaped decodes a policy document as IAM returns it.
func unescaped(t *testing.T, document *string) string {
	t.Helper()
	text, err := url.QueryUnescape(sdk.ToString(document))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// statementsOf returns a policy's statements in order, without Sids and without somebody
// else's statement. Values that may be one text or a list become sorted lists.
func statementsOf(t *testing.T, policy string) (all []any) {
	t.Helper()
	var document struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatalf("%v: %s", err, policy)
	}
	for _, s := range document.Statement {
		if s["Sid"] == "Others" {
			continue
		}
		delete(s, "Sid")
		all = append(all, listed(s))
	}
	slices.SortFunc(all, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

// listed turns every text into a list, and sorts every list.
func listed(value any) any {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var texts []string
		for _, one := range v {
			texts = append(texts, fmt.Sprint(one))
		}
		slices.Sort(texts)
		return texts
	case map[string]any:
		m := map[string]any{}
		for name, one := range v {
			m[strings.ToLower(name)] = listed(one)
		}
		return m
	}
	return value
}

// nameless returns a value in which a site's own names are replaced by fixed ones.
func (m *madeSite) nameless(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		m.t.Fatal(err)
	}
	return strings.NewReplacer(m.distribution, "DISTRIBUTION", m.bucket, "BUCKET", cmp.Or(m.parameters["DomainName"], "\x00"), "DOMAIN",
		"us-east-1."+m.function, "us-east-1.FUNCTION", "/aws/lambda/"+m.function, "/aws/lambda/FUNCTION").Replace(string(text))
}
