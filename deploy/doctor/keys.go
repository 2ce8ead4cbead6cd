package doctor

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
)

// keys are the keys in a bucket that begin with a prefix.
type keys struct {
	bucket, prefix string
	// doubt says why other keys may be read too, as the rest of a sentence; "" where
	// none are.
	doubt string
}

// arn returns the ARN of the objects, as policies name them.
func (k keys) arn() string { return "arn:aws:s3:::" + k.bucket + "/" + k.prefix + "*" }

// digest returns a short hash of k for names of policies and statements.
func (k keys) digest() string {
	sum := sha256.Sum256([]byte(k.arn()))
	return hex.EncodeToString(sum[:4])
}

// keysOf returns the keys that a behaviour's requests lead to: base, which ends in "/"
// or is "", followed by the literal start of pattern. Where the viewer-request function
// replaces the URL prefix by a key prefix, so does keysOf.
func keysOf(bucket, base, pattern string, f filter) keys {
	path := literal(pattern)
	switch prefix := f.site.URLPrefix + "/"; {
	case f.site.URLPrefix == "":
	case strings.HasPrefix(path, prefix):
		path = f.site.KeyPrefix + path[len(f.site.URLPrefix):]
	case strings.HasPrefix(prefix, path):
		path = f.site.KeyPrefix + "/"
	}
	return keys{bucket, base + strings.TrimPrefix(path, "/"), f.doubt}
}

// literal returns the longest start that all paths matching pattern have in common and
// that a key spells in the same way.
func literal(pattern string) string {
	path := "/" + strings.TrimPrefix(pattern, "/")
	end := strings.IndexFunc(path, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("/._-", c))
	})
	if end < 0 {
		return path
	}
	return path[:end]
}

// allowReading returns the command that lets the role read the keys, in a policy of its
// own.
func (d *Doctor) allowReading(k keys) string {
	policy := map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Sid": "ReadOriginals", "Effect": "Allow", "Action": "s3:GetObject", "Resource": k.arn()},
	}}
	return "aws iam put-role-policy --role-name " + d.roleName() + " --policy-name edgeresize-originals-" + k.digest() +
		" --policy-document " + quoted(inJSON(policy))
}

// allowLogging returns the command that lets the role write the function's logs.
func (d *Doctor) allowLogging() string {
	group := "arn:aws:logs:*:" + accountOf(d.role) + ":log-group:" + d.logGroup
	policy := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Sid": "Log", "Effect": "Allow",
		"Action": []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": []string{group, group + ":*"}}}}
	return "aws iam put-role-policy --role-name " + d.roleName() + " --policy-name edgeresize-logs --policy-document " + quoted(inJSON(policy))
}

// showPolicies returns the commands that list the role's policies.
func (d *Doctor) showPolicies() string {
	return "look which of its policies, or of its permissions boundary's, denies that: aws iam list-role-policies --role-name " + d.roleName() +
		" && aws iam list-attached-role-policies --role-name " + d.roleName() + " && aws iam get-role --role-name " + d.roleName() + " --query Role.PermissionsBoundary"
}

// roleName returns the name in the role's ARN, which may have a path.
func (d *Doctor) roleName() string { return d.role[strings.LastIndexByte(d.role, '/')+1:] }

// letRead returns the command that adds a statement for the distribution and the keys
// to document, the bucket's policy. It keeps all other statements but those that
// without reports.
func (d *Doctor) letRead(k keys, distributionARN, document string, without func(iampolicy.Statement) bool) string {
	whole := map[string]json.RawMessage{}
	statements := iampolicy.List[json.RawMessage]{}
	if document != "" {
		if json.Unmarshal([]byte(document), &whole) != nil || json.Unmarshal(whole["Statement"], &statements) != nil {
			return "look at it: aws s3api get-bucket-policy --bucket " + k.bucket + " --query Policy --output text"
		}
	} else {
		whole["Version"] = json.RawMessage(`"2012-10-17"`)
	}
	// The Sid has the keys: another behaviour's keys may have a statement already.
	sid := "CloudFrontReads" + d.options.Distribution + k.digest()
	kept := iampolicy.List[json.RawMessage]{}
	for _, raw := range statements {
		var s iampolicy.Statement
		if json.Unmarshal(raw, &s) != nil || s.Sid != sid && !without(s) {
			kept = append(kept, raw)
		}
	}
	kept = append(kept, json.RawMessage(inJSON(map[string]any{
		"Sid": sid, "Effect": "Allow", "Principal": map[string]string{"Service": "cloudfront.amazonaws.com"},
		"Action": "s3:GetObject", "Resource": k.arn(), "Condition": map[string]any{"StringEquals": map[string]string{"AWS:SourceArn": distributionARN}},
	})))
	whole["Statement"] = json.RawMessage(inJSON([]json.RawMessage(kept)))
	return "aws s3api put-bucket-policy --bucket " + k.bucket + " --policy " + quoted(inJSON(whole))
}
