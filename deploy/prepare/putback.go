package prepare

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/bucketregion"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
)

// putBack restores a distribution's targets and deletes their records.
func (u *undoing) putBack(ctx context.Context, id string) error {
	arn := target{account: u.account, id: id}.distributionARN()
	tags, err := u.tagsOf(ctx, arn)
	if err != nil {
		return err
	}
	var keys []string
	for range maxPlans {
		keys = nil
		document, err := transfer.Read(ctx, u.cloudFront, id)
		if err != nil {
			return err
		}
		config := document.Config
		patterns, err := config.Behaviors()
		if err != nil {
			return err
		}
		var words []string
		for _, pattern := range patterns {
			t, err := find(document, u.account, id, pattern)
			if errors.As(err, new(*distconfig.NoOriginError)) {
				continue
			}
			if err != nil {
				return err
			}
			key := recordKey(u.function, t)
			r := readRecord(tags, key)
			for _, name := range recordKeys(key) {
				if _, has := tags[name]; has {
					keys = append(keys, name)
				}
			}
			if err := u.takeStatement(ctx, t.sid(), r); err != nil {
				return err
			}
			back := &restoration{undoing: u, target: t, before: r, config: config}
			if config, err = back.all(); err != nil {
				return err
			}
			words = append(words, back.words...)
		}
		if len(words) == 0 {
			break
		}
		err = u.do(ctx, func(ctx context.Context) error { return document.Update(ctx, u.cloudFront, config) }, "%s", strings.Join(words, "\n"))
		if !transfer.IsStale(err) {
			if err != nil {
				return err
			}
			break
		}
		u.say("distribution %s: it changed meanwhile: planning again", id)
	}
	old, err := u.dropGone(ctx, id, tags, keys)
	if err != nil {
		return err
	}
	if keys = append(keys, old...); len(keys) == 0 {
		return nil
	}
	return u.do(ctx, func(ctx context.Context) error {
		_, err := u.cloudFront.UntagResource(ctx, &cloudfront.UntagResourceInput{Resource: &arn, TagKeys: &types.TagKeys{Items: keys}})
		return err
	}, "distribution %s: remove the tags that recorded the former settings", id)
}

// dropGone undoes what remains of behaviours that no longer exist: it removes their
// statements and returns the keys of the tags with their records. known are the keys of
// the existing behaviours' records.
func (u *undoing) dropGone(ctx context.Context, id string, tags map[string]string, known []string) (keys []string, err error) {
	begin := recordKey(u.function, target{id: id, behavior: ""})
	begin = strings.TrimSuffix(begin, "default")
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		suffix, ours := strings.CutPrefix(name, begin)
		if !ours || slices.Contains(known, name) {
			continue
		}
		keys = append(keys, name)
		if strings.Contains(suffix, ":") {
			continue // a further part of a record
		}
		before := readRecord(tags, name)
		u.say("distribution %s: a behaviour that was prepared no longer exists: only its statement in the bucket policy is removed", id)
		if err := u.takeStatement(ctx, sidPrefix+id+suffix, before); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// takeStatement removes a target's statement from the bucket's policy, unless the
// origin keeps our access control.
func (u *undoing) takeStatement(ctx context.Context, sid string, before record) error {
	bucket := before[statementKey]
	if bucket == "" || before[accessKey] != "" {
		return nil
	}
	region, err := bucketregion.Of(ctx, u.s3, bucket)
	if awsapi.Code(err) == "NoSuchBucket" {
		return nil
	}
	if err != nil {
		return err
	}
	policy, err := u.readBucketPolicy(ctx, bucket, region)
	if err != nil {
		return err
	}
	for ; policy.index(sid) >= 0; sid += "x" {
		err := u.do(ctx, func(ctx context.Context) error { return u.writeBucketPolicy(ctx, bucket, region, sid, nil) },
			"bucket %s: remove the statement %s from its policy", bucket, sid)
		if err != nil {
			return err
		}
	}
	return nil
}
