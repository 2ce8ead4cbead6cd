package prepare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// sidPrefix begins the names of our statements.
const sidPrefix = "Edgeresize"

// sid is what the statement of a place is called in a bucket's policy: letters and
// digits.
func (at place) sid() string { return sidPrefix + strings.ReplaceAll(at.key(), "-", "") }

// bucketPolicy is a bucket's policy, whose statements are kept as they are written.
type bucketPolicy struct {
	Version   string            `json:",omitempty"`
	ID        string            `json:"Id,omitempty"`
	Statement []json.RawMessage `json:"Statement"`
}

// inRegion has S3 asked in a region.
func inRegion(region string) func(*s3.Options) {
	return func(o *s3.Options) { o.Region = region }
}

// readBucketPolicy reads a bucket's policy; one that has none has an empty one.
func (p *Preparer) readBucketPolicy(ctx context.Context, bucket, region string) (*bucketPolicy, error) {
	out, err := p.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket}, inRegion(region))
	if codeOf(err) == "NoSuchBucketPolicy" {
		return &bucketPolicy{Version: "2012-10-17"}, nil
	}
	if err != nil {
		return nil, err
	}
	var read struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), &read); err != nil {
		return nil, fmt.Errorf("the policy of the bucket %s: %w", bucket, err)
	}
	policy := &bucketPolicy{Version: read.Version, ID: read.ID}
	if !strings.HasPrefix(strings.TrimSpace(string(read.Statement)), "[") {
		policy.Statement = []json.RawMessage{read.Statement}
		return policy, nil
	}
	if err := json.Unmarshal(read.Statement, &policy.Statement); err != nil {
		return nil, fmt.Errorf("the policy of the bucket %s: %w", bucket, err)
	}
	return policy, nil
}

// at is the place of the statement of a name, -1 if there is none.
func (b *bucketPolicy) at(sid string) int {
	return slices.IndexFunc(b.Statement, func(text json.RawMessage) bool {
		var s struct{ Sid string }
		return json.Unmarshal(text, &s) == nil && s.Sid == sid
	})
}

// writeBucketPolicy reads a bucket's policy, puts a statement of a name in it, or
// takes it away where want is nil, and writes it. The others stay as they are.
func (p *Preparer) writeBucketPolicy(ctx context.Context, bucket, region, sid string, want statement) error {
	policy, err := p.readBucketPolicy(ctx, bucket, region)
	if err != nil {
		return err
	}
	if i := policy.at(sid); i >= 0 {
		policy.Statement = slices.Delete(policy.Statement, i, i+1)
	} else if want == nil {
		return nil
	}
	if want != nil {
		text, err := json.Marshal(want)
		if err != nil {
			return err
		}
		policy.Statement = append(policy.Statement, text)
	}
	if len(policy.Statement) == 0 {
		_, err := p.s3.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: &bucket}, inRegion(region))
		return err
	}
	text, err := json.Marshal(policy)
	if err != nil {
		return err
	}
	_, err = p.s3.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: aws.String(string(text))}, inRegion(region))
	return err
}

// planBucketPolicy has the origin's bucket let CloudFront read for this distribution.
func (w *work) planBucketPolicy(ctx context.Context) (err error) {
	if w.region == "" {
		if w.region, err = w.regionOf(ctx, w.bucket); err != nil {
			return err
		}
	}
	policy, err := w.readBucketPolicy(ctx, w.bucket, w.region)
	if err != nil {
		return err
	}
	file, err := readDocument("bucket-policy.json", w.bucket, w.originKeys(), "ACCOUNT", w.account, "DISTRIBUTION", w.id)
	if err != nil {
		return err
	}
	sid := w.sid()
	for _, want := range file.Statement {
		// Of several, the further ones are told apart by a number.
		want["Sid"] = sid
		i := policy.at(sid)
		if i >= 0 {
			var have any
			if json.Unmarshal(policy.Statement[i], &have) == nil && same(have, want) {
				sid += "x"
				continue
			}
		} else if policy.allows(want, w.distributionARN(), w.account) {
			continue
		} else if part := policy.part(want, w.distributionARN(), w.account); len(part) > 0 {
			w.note("the policy of the bucket %s lets CloudFront read %s for distribution %s, and not all of %s: that is somebody else's choice and stays, and what is beyond it unread; `go run ./deploy doctor` says how to have it read",
				w.bucket, strings.Join(part, " and "), w.id, inWords(w.bucket, w.originKeys()))
			continue
		} else if w.before[accessKey] != "" && !policy.isPublic(want) {
			w.note("the policy of the bucket %s does not let everybody read %s: what of that nobody could read before, viewers of distribution %s can from now on", w.bucket, inWords(w.bucket, w.originKeys()), w.id)
		}
		w.before[statementKey] = w.bucket
		name := sid
		w.will(func(ctx context.Context) error { return w.writeBucketPolicy(ctx, w.bucket, w.region, name, want) },
			"bucket %s: statement %s in its policy, which lets CloudFront read %s for distribution %s", w.bucket, name, inWords(w.bucket, w.originKeys()), w.id)
		sid += "x"
	}
	return nil
}

// allows reports whether a policy's statements let CloudFront do already what want
// does.
func (b *bucketPolicy) allows(want statement, distributionARN, account string) bool {
	for _, action := range texts(want["Action"]) {
		for _, resource := range texts(want["Resource"]) {
			if !slices.ContainsFunc(b.Statement, func(text json.RawMessage) bool {
				s, ok := allowing(text)
				return ok && s.toCloudFront(distributionARN, account) && s.covers(action, resource)
			}) {
				return false
			}
		}
	}
	return true
}

// part is what a policy's statements that are not ours let CloudFront read already of
// what want does, for the distribution.
func (b *bucketPolicy) part(want statement, distributionARN, account string) (resources []string) {
	for _, resource := range texts(want["Resource"]) {
		folder := strings.TrimSuffix(resource, "*")
		for _, text := range b.Statement {
			s, ok := allowing(text)
			if !ok || strings.HasPrefix(s.Sid, sidPrefix) || !s.toCloudFront(distributionARN, account) || !matchesOne(texts(s.Action), "s3:GetObject") {
				continue
			}
			for _, has := range texts(s.Resource) {
				if strings.HasPrefix(has, folder) {
					resources = append(resources, strings.TrimPrefix(has, "arn:aws:s3:::"))
				}
			}
		}
	}
	return resources
}

// isPublic reports whether a policy's statements let everybody do what want does.
func (b *bucketPolicy) isPublic(want statement) bool {
	for _, action := range texts(want["Action"]) {
		for _, resource := range texts(want["Resource"]) {
			if !slices.ContainsFunc(b.Statement, func(text json.RawMessage) bool {
				s, ok := allowing(text)
				principal, _ := s.Principal.(map[string]any)
				return ok && (s.Principal == "*" || slices.Contains(texts(principal["AWS"]), "*")) && len(s.Condition) == 0 && s.covers(action, resource)
			}) {
				return false
			}
		}
	}
	return true
}

// allowance is a statement that allows something.
type allowance struct {
	Sid, Effect      string
	Principal        any
	Action, Resource any
	Condition        map[string]map[string]any
}

// allowing reads a statement, false for one that allows nothing.
func allowing(text json.RawMessage) (s allowance, ok bool) {
	return s, json.Unmarshal(text, &s) == nil && s.Effect == "Allow"
}

// covers reports whether a statement is for an action on a resource.
func (s allowance) covers(action, resource string) bool {
	return matchesOne(texts(s.Action), action) && matchesOne(texts(s.Resource), resource)
}

// toCloudFront reports whether a statement is for CloudFront on behalf of a distribution.
func (s allowance) toCloudFront(distributionARN, account string) bool {
	principal, _ := s.Principal.(map[string]any)
	if !slices.Contains(texts(principal["Service"]), "cloudfront.amazonaws.com") {
		return false
	}
	for _, operator := range s.Condition {
		for key, values := range operator {
			switch {
			case strings.EqualFold(key, "aws:SourceArn") && matchesOne(texts(values), distributionARN):
			case strings.EqualFold(key, "aws:SourceAccount") && slices.Contains(texts(values), account):
			default:
				return false
			}
		}
	}
	return true
}

// texts is a text, or a list of them.
func texts(value any) (all []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			all = append(all, texts(one)...)
		}
	}
	return all
}

// matchesOne reports whether a pattern, with "*" at its end alone if at all, is for a
// text, in which the case of an action's letters says nothing.
func matchesOne(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		start, wild := strings.CutSuffix(pattern, "*")
		return pattern == text || strings.EqualFold(pattern, text) && strings.HasPrefix(pattern, "s3:") || wild && strings.HasPrefix(text, start)
	})
}
