package guard

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestMissingKeys checks when a missing key is a 404. CloudFront may then list, but
// only with the prefix of the originals' folder: a GET of / would list the whole
// bucket.
func TestMissingKeys(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		tells := given["MissingKey"] == "404"
		prefix := "?*"
		if given["KeyPrefix"] != "" {
			prefix = "media/photos/?*"
		}
		want := object{
			"Sid": "CloudFrontIsToldWhatIsMissing", "Effect": "Allow", "Action": "s3:ListBucket",
			"Principal": object{"Service": "cloudfront.amazonaws.com"},
			"Resource":  "arn:aws:s3:::BUCKET",
			"Condition": object{
				"StringEquals": object{"AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/DISTRIBUTION"},
				"StringLike":   object{"s3:prefix": prefix},
			},
		}
		statement := property(resolved, "BucketPolicy", "PolicyDocument", "Statement", 1)
		if given["BucketName"] != "" {
			text, _ := at(resolved, "Outputs", "BucketListStatement", "Value", "Fn::Sub").(string)
			if (text != "") != tells {
				t.Errorf("to add to the policy of one's own: %q", text)
			}
			if tells {
				if err := json.Unmarshal([]byte(strings.Replace(placeholders(text), "old-originals", "BUCKET", 1)), &statement); err != nil {
					t.Fatal(err)
				}
			}
		} else if statement != nil {
			statement = asAPI(t, statement)
		}
		if tells != (statement != nil) || tells && !reflect.DeepEqual(statement, any(want)) {
			t.Errorf("with MissingKey %q the statement is\n%v\nwant\n%v", given["MissingKey"], statement, want)
		}
		checkErrorResponses(t, given, property(resolved, "Distribution", "DistributionConfig", "CustomErrorResponses"))
		// The function reads only what CloudFront has read before, so its role needs
		// no right to list.
		if n := len(property(resolved, "Role", "Policies", 0, "PolicyDocument", "Statement").([]any)); n != 2 {
			t.Errorf("%d statements for the role", n)
		}
	})
}

// checkErrorResponses checks what the distribution makes of a 404.
func checkErrorResponses(t *testing.T, given map[string]string, responses any) {
	t.Helper()
	var want any
	switch {
	case given["NotFoundPage"] != "":
		path := "/errors/404.html"
		if given["KeyPrefix"] != "" && given["UrlPrefix"] != "" {
			path = "/media/photos/errors/404.html" // with both prefixes there is no origin path
		}
		want = []any{object{"ErrorCode": 404, "ErrorCachingMinTTL": 60, "ResponseCode": 404, "ResponsePagePath": path}}
	case given["MissingKey"] == "404":
		want = []any{object{"ErrorCode": 404, "ErrorCachingMinTTL": 10}}
	}
	if !reflect.DeepEqual(responses, want) {
		t.Errorf("errors become %v, want %v", responses, want)
	}
}

// TestRateLimit checks that a web ACL limits single addresses, and that there is none,
// to be paid for, without a limit.
func TestRateLimit(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		attached := property(resolved, "Distribution", "DistributionConfig", "WebACLId")
		made := at(resolved, "Resources", "RateLimits")
		if given["RateLimit"] == "" {
			if attached != nil || made != nil {
				t.Errorf("without a limit there is %v, and %v", attached, made)
			}
			return
		}
		if want := (object{"Fn::GetAtt": []any{"RateLimits", "Arn"}}); !reflect.DeepEqual(attached, want) {
			t.Errorf("the distribution has %v", attached)
		}
		statement := at(made, "Properties", "Rules", 0, "Statement", "RateBasedStatement")
		if want := (object{"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": "2000"}); !reflect.DeepEqual(statement, any(want)) {
			t.Errorf("the rule is %v", statement)
		}
	})
}
