package guard

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// TestPoliciesSayWhatTheTemplateSays compares the files for those who use the console
// or the command line with the template.
func TestPoliciesSayWhatTheTemplateSays(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, map[string]string{
		"BucketName": "BUCKET", "KeyPrefix": "PREFIX",
		"AWS::AccountId": "ACCOUNT", "AWS::StackName": "FUNCTION",
	})).resolved()
	own := newResolver(t, parsed(t), merged(code, map[string]string{
		"KeyPrefix": "PREFIX", "AWS::AccountId": "ACCOUNT",
	})).resolved()
	want := map[string]any{
		"trust-policy.json":            property(resolved, "Role", "AssumeRolePolicyDocument"),
		"role-policy.json":             property(resolved, "Role", "Policies", 0, "PolicyDocument"),
		"bucket-policy.json":           property(own, "BucketPolicy", "PolicyDocument"),
		"origin-access-control.json":   property(resolved, "OriginAccessControl", "OriginAccessControlConfig"),
		"cache-policy.json":            property(resolved, "CachePolicy", "CachePolicyConfig"),
		"origin-request-policy.json":   property(resolved, "AllQueryStrings", "OriginRequestPolicyConfig"),
		"response-headers-policy.json": property(resolved, "ResponseHeadersPolicy", "ResponseHeadersPolicyConfig"),
	}
	files, err := filepath.Glob("checked/template/policies/*.json")
	if err != nil {
		t.Fatal(err)
	}
	// deployer-policy.json is for people. The template has nothing like it.
	if len(files) != len(want)+1 {
		t.Errorf("there are the files %q", files)
	}
	for name, template := range want {
		if got, want := policyFile(t, name), asAPI(t, template); !reflect.DeepEqual(got, want) {
			t.Errorf("%s has\n%v\nthe template\n%v", name, got, want)
		}
	}
}

// TestStatementForAnExistingBucket compares the template's output with the file.
func TestStatementForAnExistingBucket(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, map[string]string{
		"BucketName": "BUCKET", "KeyPrefix": "PREFIX", "AWS::AccountId": "ACCOUNT",
	})).resolved()
	text := at(resolved, "Outputs", "BucketPolicyStatement", "Value", "Fn::Sub").(string)
	var got any
	if err := json.Unmarshal([]byte(placeholders(text)), &got); err != nil {
		t.Fatal(err)
	}
	if want := at(policyFile(t, "bucket-policy.json"), "Statement", 0); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

// policyFile returns the JSON value in a file of deploy/template/policies.
func policyFile(t *testing.T, name string) any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("checked/template/policies", name))
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}

// placeholders replaces the variables that only a stack knows by the files' words.
func placeholders(text string) string {
	return os.Expand(text, func(name string) string {
		return map[string]string{"Bucket": "BUCKET", "Distribution": "DISTRIBUTION"}[name]
	})
}

// asAPI converts a part of the template to the JSON of AWS's API, where CloudFront's
// lists have a Quantity.
func asAPI(t *testing.T, value any) any {
	t.Helper()
	var convert func(value any) any
	convert = func(value any) any {
		if function, argument := cfn.Intrinsic(value); function == "Fn::Sub" {
			return placeholders(argument.(string))
		}
		switch v := value.(type) {
		case object:
			m := object{}
			for name, item := range v {
				m[name] = convert(item)
				if list, ok := item.([]any); ok && slices.Contains([]string{"QueryStrings", "Headers", "Cookies"}, name) {
					m[name] = object{"Quantity": len(list), "Items": list}
				} else if ok && name == "Items" {
					m["Quantity"] = len(list)
				}
			}
			return m
		case []any:
			list := make([]any, len(v))
			for i, item := range v {
				list[i] = convert(item)
			}
			return list
		}
		return value
	}
	data, err := json.Marshal(convert(value))
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	return back
}
