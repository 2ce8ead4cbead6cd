package prepare

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/bucketregion"
	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
)

// planBucketPolicy plans a statement that lets CloudFront read the origin's bucket for
// this distribution.
func (w *work) planBucketPolicy(ctx context.Context) (err error) {
	if w.region == "" {
		if w.region, err = bucketregion.Of(ctx, w.s3, w.bucket); err != nil {
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
		// Further statements have an "x" more each.
		want["Sid"] = sid
		rights, err := want.read()
		if err != nil {
			return err
		}
		i := policy.index(sid)
		if i >= 0 {
			var have any
			if json.Unmarshal(policy.Statement[i], &have) == nil && same(have, want) {
				sid += "x"
				continue
			}
		} else if policy.lets(rights, w.isForTarget) {
			continue
		} else if part := policy.part(rights, w.isForTarget); len(part) > 0 {
			w.note("the policy of the bucket %s lets CloudFront read %s for distribution %s, but not all of %s: this command did not write that statement and leaves it alone; `go run ./deploy doctor` says how to allow the rest",
				w.bucket, strings.Join(part, " and "), w.id, inWords(w.bucket, w.originKeys()))
			continue
		} else if w.before[accessKey] != "" && !policy.lets(rights, iampolicy.Statement.IsForEverybody) {
			w.note("the policy of the bucket %s does not let everybody read %s: viewers of distribution %s will be able to read all of it", w.bucket, inWords(w.bucket, w.originKeys()), w.id)
		}
		w.before[statementKey] = w.bucket
		name := sid
		w.will(func(ctx context.Context) error { return w.writeBucketPolicy(ctx, w.bucket, w.region, name, want) },
			"bucket %s: add the statement %s to its policy, which lets CloudFront read %s for distribution %s", w.bucket, name, inWords(w.bucket, w.originKeys()), w.id)
		sid += "x"
	}
	return nil
}

// isForTarget reports whether a statement is for CloudFront on behalf of the
// distribution.
func (t target) isForTarget(s iampolicy.Statement) bool {
	if !s.IsFor("cloudfront.amazonaws.com") {
		return false
	}
	for _, operator := range s.Condition {
		for key, values := range operator {
			is := func(pattern iampolicy.Value) bool {
				return strings.EqualFold(key, "aws:SourceArn") && iampolicy.Matches(string(pattern), t.distributionARN()) ||
					strings.EqualFold(key, "aws:SourceAccount") && string(pattern) == t.account
			}
			if !slices.ContainsFunc(values, is) {
				return false
			}
		}
	}
	return true
}

// statements returns the statements that can be decoded.
func (b *bucketPolicy) statements() (statements []iampolicy.Statement) {
	for _, text := range b.Statement {
		var s iampolicy.Statement
		if json.Unmarshal(text, &s) == nil {
			statements = append(statements, s)
		}
	}
	return statements
}

// lets reports whether the policy already allows all that want allows, in statements
// for which whom returns true.
func (b *bucketPolicy) lets(want iampolicy.Statement, whom func(iampolicy.Statement) bool) bool {
	for _, action := range want.Action {
		for _, resource := range want.Resource {
			if !slices.ContainsFunc(b.statements(), func(s iampolicy.Statement) bool { return s.Allows(action) && s.Covers(resource) && whom(s) }) {
				return false
			}
		}
	}
	return true
}

// part returns the resources of want that the policy already lets be read, in
// statements that are not ours and for which whom returns true.
func (b *bucketPolicy) part(want iampolicy.Statement, whom func(iampolicy.Statement) bool) (resources []string) {
	for _, resource := range want.Resource {
		folder := strings.TrimSuffix(resource, "*")
		for _, s := range b.statements() {
			if strings.HasPrefix(s.Sid, sidPrefix) || !s.Allows("s3:GetObject") || !whom(s) {
				continue
			}
			for _, has := range s.Resource {
				if strings.HasPrefix(has, folder) {
					resources = append(resources, strings.TrimPrefix(has, "arn:aws:s3:::"))
				}
			}
		}
	}
	return resources
}
