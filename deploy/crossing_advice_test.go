package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// breakage is something that is taken away from a site.
type breakage struct {
	name string
	do   func(t *testing.T, m *madeSite)
}

var breakages = []breakage{
	{"the role reads nothing", withoutAction("s3:GetObject")},
	{"the role writes no logs", withoutAction("logs:PutLogEvents")},
	{"the role is Lambda's alone", func(t *testing.T, m *madeSite) {
		role := m.role(t)
		trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		if _, err := iam.NewFromConfig(m.settings).UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: &trust}); err != nil {
			t.Fatal(err)
		}
	}},
	{"CloudFront reads nothing", func(_ *testing.T, m *madeSite) {
		m.buckets.Bucket(m.bucket, m.region, policyOf(fmt.Sprintf(otherStatement, m.bucket)))
	}},
	{"the bucket has no policy", func(_ *testing.T, m *madeSite) { m.buckets.Bucket(m.bucket, m.region, "") }},
	{"another cache policy", behaviourWith("CachePolicyId", sdk.String("658327ea-f89d-4fab-a63d-7e88639e58f6"))},
	{"no origin request policy", behaviourWith("OriginRequestPolicyId", (*string)(nil))},
	{"no response headers policy", behaviourWith("ResponseHeadersPolicyId", (*string)(nil))},
	{"no viewer-request function", behaviourWith("FunctionAssociations", &types.FunctionAssociations{Quantity: sdk.Int32(0)})},
	{"an older viewer-request function", func(t *testing.T, m *madeSite) { olderViewerRequest(t, m, true) }},
	{"no tag header", changed(func(c *types.DistributionConfig) {
		c.Origins.Items[0].CustomHeaders = &types.CustomHeaders{Quantity: sdk.Int32(0)}
	})},
	{"no tags", changed(func(c *types.DistributionConfig) { c.CacheTagConfig = nil })},
	{"no function", func(_ *testing.T, m *madeSite) { m.must("detach") }},
	{"no access control", changed(func(c *types.DistributionConfig) { c.Origins.Items[0].OriginAccessControlId = sdk.String("") })},
}

// changed returns a breakage that changes the distribution's config. The pictures' origin
// comes first in it.
func changed(change func(*types.DistributionConfig)) func(*testing.T, *madeSite) {
	return func(t *testing.T, m *madeSite) {
		t.Helper()
		client := cloudfront.NewFromConfig(m.settings)
		out, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: &m.distribution})
		if err != nil {
			t.Fatal(err)
		}
		change(out.DistributionConfig)
		_, err = client.UpdateDistribution(t.Context(), &cloudfront.UpdateDistributionInput{Id: &m.distribution, IfMatch: out.ETag, DistributionConfig: out.DistributionConfig})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// behaviourWith returns a breakage that sets a field of the pictures' behaviour.
func behaviourWith(field string, value any) func(*testing.T, *madeSite) {
	return func(t *testing.T, m *madeSite) {
		t.Helper()
		changed(func(c *types.DistributionConfig) {
			behaviour := reflect.ValueOf(c.DefaultCacheBehavior)
			if m.pattern() != "" {
				behaviour = reflect.ValueOf(&c.CacheBehaviors.Items[0])
			}
			behaviour.Elem().FieldByName(field).Set(reflect.ValueOf(value))
		})(t, m)
	}
}

// role returns the name of the function's role.
func (m *madeSite) role(t *testing.T) string {
	t.Helper()
	line := linesWith(m.functions.String(), ":function:"+m.function+" $LATEST")
	_, rest, _ := strings.Cut(line, ":role/")
	end := strings.IndexFunc(rest, func(c rune) bool {
		return !strings.ContainsRune("-_", c) && !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')
	})
	if end <= 0 {
		t.Fatalf("no role in %s", line)
	}
	return rest[:end]
}

// withoutAction returns a breakage that removes the statements with an action from the
// role's policies.
func withoutAction(action string) func(*testing.T, *madeSite) {
	return func(t *testing.T, m *madeSite) {
		t.Helper()
		ctx, client, role := t.Context(), iam.NewFromConfig(m.settings), m.role(t)
		listed, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &role})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range listed.PolicyNames {
			policy, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
			if err != nil {
				t.Fatal(err)
			}
			var document struct {
				Version   string
				Statement []map[string]any
			}
			if err := json.Unmarshal([]byte(unescaped(t, policy.PolicyDocument)), &document); err != nil {
				t.Fatal(err)
			}
			document.Statement = slices.DeleteFunc(document.Statement, func(s map[string]any) bool { return strings.Contains(fmt.Sprint(s["Action"]), action) })
			if len(document.Statement) == 0 {
				_, err = client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &name})
			} else {
				text, _ := json.Marshal(document) // it was read from JSON
				_, err = client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: sdk.String(string(text))})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// olderViewerRequest replaces the viewer-request function by an older checkout's, or by
// this checkout's.
func olderViewerRequest(t *testing.T, m *madeSite, older bool) {
	t.Helper()
	const mark = "// older\n"
	ctx, client, name := t.Context(), cloudfront.NewFromConfig(m.settings), m.function+"-images"
	now, err := client.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	about, err := client.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	code := strings.TrimSuffix(string(now.FunctionCode), mark)
	if older {
		code += mark
	}
	_, err = client.UpdateFunction(ctx, &cloudfront.UpdateFunctionInput{Name: &name, IfMatch: about.ETag, FunctionConfig: about.FunctionSummary.FunctionConfig, FunctionCode: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	if about, err = client.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PublishFunction(ctx, &cloudfront.PublishFunctionInput{Name: &name, IfMatch: about.ETag}); err != nil {
		t.Fatal(err)
	}
}

// advisable are the beginnings of advice that a shell can carry out.
var advisable = []string{"aws ", "go run ./deploy ", "sed ", "make site "}

// advised returns what doctor says of a site, and the commands that it advises.
func (m *madeSite) advised() (said string, advice []string) {
	_, said, _ = m.run("doctor")
	for line := range strings.Lines(said) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "-> ")
		if !ok || !slices.ContainsFunc(advisable, func(c string) bool { return strings.HasPrefix(text, c) }) {
			continue
		}
		// Remarks, which a reader leaves out.
		text, _, _ = strings.Cut(text, " (")
		advice = append(advice, strings.Replace(text, " followed by the path of a picture", " "+m.path("photo.jpg"), 1))
	}
	return said, advice
}

// carryOut runs advice in a shell.
func (m *madeSite) carryOut(tools, advice string) error {
	scratch := m.t.TempDir() + "/"
	advice = regexp.MustCompile(`/tmp/([A-Za-z0-9-]+\.js)`).ReplaceAllString(advice, scratch+"$1")
	cmd := exec.CommandContext(m.t.Context(), "bash", "-e", "-o", "pipefail", "-c", advice)
	cmd.Env = append(os.Environ(), "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"), "EDGE="+m.address)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// adviceRows returns sites with a breakage each. Any two of the breakages and of the
// options that advice depends on meet in one of them.
func adviceRows(t *testing.T) (all []siteChoice, broken []breakage) {
	t.Helper()
	depends := []string{"bucket in Ireland", "KeyPrefix", "UrlPrefix", "Sizes", "keep-ratio", "no formats", "closed", "site"}
	var values []int
	var numbers [][]int // of the ways that are taken, by option
	for _, ways := range options {
		taken := []int{0}
		for n, w := range ways {
			if slices.Contains(depends, w.name) {
				taken = append(taken, n)
			}
		}
		values, numbers = append(values, len(taken)), append(numbers, taken)
	}
	values = append(values, len(breakages))
	ways := func(row []int) []int {
		chosen := make([]int, len(options))
		for option := range options {
			if chosen[option] = -1; row[option] >= 0 {
				chosen[option] = numbers[option][row[option]]
			}
		}
		return chosen
	}
	for _, row := range pairs.CoverAllowed(values, func(row []int) bool { return goTogether(ways(row)) }) {
		all, broken = append(all, choiceOf(t, ways(row))), append(broken, breakages[row[len(options)]])
	}
	return all, broken
}

// doctor's advice about what is missing mends it, carried out in the order in which doctor
// prints it, and gives nobody more access than before.
func TestAdviceCrossed(t *testing.T) {
	for _, name := range []string{"bash", "jq", "sed"} {
		peer.Program(t, "JQ", name, name)
	}
	tools := tools(t)
	sites, broken := adviceRows(t)
	for n, s := range sites {
		t.Run(broken[n].name+"/"+s.name, func(t *testing.T) {
			w := newWorld(t)
			m := w.make("edgeresize", s)
			role, bucket := m.rights(t)
			broken[n].do(t, m)
			if m.config.CacheTagHeader != "" && broken[n].name == "no tag header" {
				m.checkDoctor(t) // the config says it
				return
			}
			m.follow(t, tools)
			m.checkServed(t)
			roleNow, bucketNow := m.rights(t)
			for _, s := range slices.Concat(beyond(roleNow, role), beyond(bucketNow, bucket)) {
				t.Errorf("it is allowed now that %v", s)
			}
		})
	}
}

// follow carries out doctor's first advice until doctor has none.
func (m *madeSite) follow(t *testing.T, tools string) {
	t.Helper()
	var done []string
	for range 5 {
		said, advice := m.advised()
		if len(advice) == 0 {
			if strings.Contains(said, "problem ") || strings.Contains(said, "note ") || len(done) == 0 {
				t.Errorf("after\n%s\ndoctor advises no command:\n%s", strings.Join(done, "\n"), said)
			}
			return
		}
		if strings.HasPrefix(advice[0], "make site ") && len(done) == 0 {
			// The stack has the function, and its resources are made anew here.
			olderViewerRequest(t, m, false)
		} else if err := m.carryOut(tools, advice[0]); err != nil {
			t.Errorf("%s\n%v", advice[0], err)
			return
		}
		done = append(done, advice[0])
	}
	t.Errorf("there is no end to it:\n%s", strings.Join(done, "\n"))
}

// rights returns the statements of the role's policies and of the bucket's.
func (m *madeSite) rights(t *testing.T) (role, bucket []any) {
	t.Helper()
	return m.roleStatements(t, m.role(t)), statementsOf(t, m.buckets.Policy(m.bucket))
}

// beyond returns the statements that allow more than others do.
func beyond(statements, others []any) (more []any) {
	for _, s := range statements {
		if !slices.ContainsFunc(others, func(o any) bool { return within(s.(map[string]any), o.(map[string]any)) }) {
			more = append(more, s)
		}
	}
	return more
}

// within reports whether o allows all that s allows.
func within(s, o map[string]any) bool {
	actions, _ := o["action"].([]string)
	resources, _ := o["resource"].([]string)
	for _, action := range s["action"].([]string) {
		if !slices.Contains(actions, action) {
			return false
		}
	}
	for _, resource := range s["resource"].([]string) {
		if !slices.ContainsFunc(resources, func(pattern string) bool {
			prefix, all := strings.CutSuffix(pattern, "*")
			return resource == pattern || all && strings.HasPrefix(resource, prefix)
		}) {
			return false
		}
	}
	for _, part := range []string{"effect", "principal", "condition"} {
		if !reflect.DeepEqual(s[part], o[part]) {
			return false
		}
	}
	return true
}
