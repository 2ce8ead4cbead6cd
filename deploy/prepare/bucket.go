package prepare

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
)

// sidPrefix begins the Sids of our statements.
const sidPrefix = "Edgeresize"

// sid returns the Sid of the target's statement in the bucket's policy, of letters and
// digits.
func (t target) sid() string { return sidPrefix + strings.ReplaceAll(t.key(), "-", "") }

// bucketPolicy is a bucket's policy. Statements keep their bytes.
type bucketPolicy struct {
	Version   string `json:",omitempty"`
	ID        string `json:"Id,omitempty"`
	Statement iampolicy.List[json.RawMessage]
}

// inRegion returns an option that sends a request to S3 in region.
func inRegion(region string) func(*s3.Options) {
	return func(o *s3.Options) { o.Region = region }
}

// readBucketPolicy returns a bucket's policy, an empty one if there is none.
func (p *Preparer) readBucketPolicy(ctx context.Context, bucket, region string) (*bucketPolicy, error) {
	out, err := p.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket}, inRegion(region))
	if awsapi.Code(err) == "NoSuchBucketPolicy" {
		return &bucketPolicy{Version: "2012-10-17"}, nil
	}
	if err != nil {
		return nil, err
	}
	policy := &bucketPolicy{}
	if err := json.Unmarshal([]byte(aws.ToString(out.Policy)), policy); err != nil {
		return nil, fmt.Errorf("the policy of the bucket %s: %w", bucket, err)
	}
	return policy, nil
}

// index returns the index of the statement with a Sid, -1 if there is none.
func (b *bucketPolicy) index(sid string) int {
	return slices.IndexFunc(b.Statement, func(text json.RawMessage) bool {
		var s struct{ Sid string }
		return json.Unmarshal(text, &s) == nil && s.Sid == sid
	})
}

// writeBucketPolicy replaces the statement with a Sid in a bucket's policy by want, or
// removes it if want is nil. The other statements stay as they are.
func (p *Preparer) writeBucketPolicy(ctx context.Context, bucket, region, sid string, want statement) error {
	policy, err := p.readBucketPolicy(ctx, bucket, region)
	if err != nil {
		return err
	}
	if i := policy.index(sid); i >= 0 {
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
