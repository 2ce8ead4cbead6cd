package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// invalidationQuestions are about invalidations.
var invalidationQuestions = []question{
	{"invalidate-encoded", "Must `(1)` in a path be encoded for an invalidation?", "invalidates one cached object by `(1)` and another by `%281%29`", "deploy/purge/paths", askEncoded},
	{"invalidate-tilde", "Does an invalidation work with `~` in its path?", "invalidates a cached object with `~`", "deploy/purge/paths", askTilde},
	{"invalidate-star", "Is `*` within a path literal?", "invalidates `a*z` while `abcz` is cached", "deploy/purge/paths", askStar},
	{"invalidate-150", "What happens with more than 150 paths a second?", "sends a batch of 151 paths", "deploy/purge/invalidate: batches of 150", askMany},
	{"invalidate-wildcards", "What happens with two wildcards a second?", "sends two batches with a wildcard one after the other", "deploy/purge/invalidate: a pause", askWildcards},
}

// The verdicts on invalidations.
const (
	encodedNot    = "no, and encoded it has no effect"
	encodedMust   = "yes, and without it has no effect"
	encodedEither = "either works"
	encodedNone   = "neither works"
	tildeWorks    = "yes"
	tildeIgnored  = "no, it has no effect"
	tildeRefused  = "no, it is refused"
	starLiteral   = "yes"
	starWild      = "no, it stands for any characters"
	starRefused   = "it is refused"
	manyAccepted  = "they are accepted"
	manyRefused   = "they are refused"
)

// notified is the reason why invalidations of new objects say nothing.
const notified = unmeasured("the bucket notifies something of new objects, which may invalidate them as well")

// invalidationPatience is for an invalidation to reach every edge location.
const invalidationPatience = 30 * time.Minute

// create makes an invalidation and returns its ID.
func (s *session) create(ctx context.Context, paths ...string) (string, error) {
	s.batches++
	out, err := s.cloudFront.CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{DistributionId: &s.id, InvalidationBatch: &types.InvalidationBatch{
		CallerReference: aws.String(fmt.Sprintf("%s-%s-%d", Name, s.run, s.batches)),
		Paths:           &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths},
	}}, func(o *cloudfront.Options) { o.RetryMaxAttempts = 1 }) // a refusal is the answer
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Invalidation.Id), nil
}

// invalidate makes an invalidation and waits until it is complete.
func (s *session) invalidate(ctx context.Context, paths ...string) error {
	id, err := s.create(ctx, paths...)
	if err != nil {
		return err
	}
	return s.until(ctx, "invalidation of "+s.anonymous(paths[0]), 5*time.Second, invalidationPatience, func() (bool, error) {
		out, err := s.cloudFront.GetInvalidation(ctx, &cloudfront.GetInvalidationInput{DistributionId: &s.id, Id: &id})
		return err == nil && aws.ToString(out.Invalidation.Status) == "Completed", err
	})
}

// cache stores an object, asks for it and returns the answer if that is cached.
func (s *session) cache(ctx context.Context, path string) (*answer, error) {
	if err := s.put(ctx, path, []byte("the object")); err != nil {
		return nil, err
	}
	first, second, err := s.twice(ctx, path)
	if err != nil {
		return nil, err
	}
	if first.seen == nil || second.invocation() != first.invocation() {
		return nil, unmeasured("the object was not cached: " + second.String())
	}
	return first, nil
}

// removes caches an object under name, invalidates another spelling, and reports whether
// that removed it.
func (s *session) removes(ctx context.Context, name, spelling string) (bool, error) {
	if s.notifies {
		return false, notified
	}
	prefix := s.path(all, "age-3600", "")
	before, err := s.cache(ctx, prefix+name)
	if err != nil {
		return false, err
	}
	other, err := s.cache(ctx, prefix+"other-than-"+name)
	if err != nil {
		return false, err
	}
	// Other batches of the last second count against the quotas.
	if err := s.Wait(ctx, 2*time.Second); err != nil {
		return false, err
	}
	if err := s.invalidate(ctx, prefix+spelling); err != nil {
		return false, err
	}
	kept, err := s.get(ctx, prefix+"other-than-"+name)
	if err != nil {
		return false, err
	}
	if kept.invocation() != other.invocation() {
		return false, unmeasured("an object that was not invalidated has left the cache as well: " + kept.String())
	}
	after, err := s.get(ctx, prefix+name)
	if err != nil {
		return false, err
	}
	if err := reported(after); err != nil {
		return false, err
	}
	s.saw(fmt.Sprintf("%s after an invalidation of %s", name, spelling), after)
	return after.invocation() != before.invocation(), nil
}

// askEncoded invalidates parentheses as they are and encoded.
func askEncoded(ctx context.Context, s *session) (string, error) {
	raw, err := s.removes(ctx, "photo(1)", "photo(1)")
	if err != nil {
		return "", err
	}
	encoded, err := s.removes(ctx, "photo(2)", "photo%282%29")
	switch {
	case err != nil:
		return "", err
	case raw && encoded:
		return encodedEither, nil
	case raw:
		return encodedNot, nil
	case encoded:
		return encodedMust, nil
	}
	return encodedNone, nil
}

// refusal returns an error's code if CloudFront refused an invalidation, "" otherwise.
func refusal(err error) string {
	if errors.As(err, new(unmeasured)) || errors.As(err, new(*SlowError)) {
		return ""
	}
	return awsapi.Code(err)
}

// askTilde invalidates a path with a tilde.
func askTilde(ctx context.Context, s *session) (string, error) {
	gone, err := s.removes(ctx, "photo~1", "photo~1")
	switch code := refusal(err); {
	case code == "InvalidArgument":
		return tildeRefused, nil
	case err != nil:
		return "", err
	case gone:
		return tildeWorks, nil
	}
	return tildeIgnored, nil
}

// askStar invalidates a path with an asterisk inside.
func askStar(ctx context.Context, s *session) (string, error) {
	gone, err := s.removes(ctx, "abcz", "a*z")
	switch code := refusal(err); {
	case code == "InvalidArgument":
		return starRefused, nil
	case err != nil:
		return "", err
	case gone:
		return starWild, nil
	}
	return starLiteral, nil
}

// quotaSeconds is how long batches of earlier questions count, in seconds.
const quotaSeconds = 5

// askMany sends a batch of 151 paths.
func askMany(ctx context.Context, s *session) (string, error) {
	var paths []string
	for i := range 151 {
		paths = append(paths, s.path(all, "none", fmt.Sprint(i)))
	}
	if err := s.Wait(ctx, quotaSeconds*time.Second); err != nil {
		return "", err
	}
	_, err := s.create(ctx, paths...)
	return s.accepted(ctx, err)
}

// accepted returns the verdict on a batch that may have been too much. If a single path is
// refused too, others' invalidations may be the reason.
func (s *session) accepted(ctx context.Context, err error) (string, error) {
	if err == nil {
		return manyAccepted, nil
	}
	code := refusal(err)
	if code != "TooManyInvalidationsInProgress" && code != "BatchTooLarge" && !strings.HasPrefix(code, "Throttling") {
		return "", err
	}
	s.saw("the error", code)
	if _, err := s.create(ctx, s.path(all, "none", "single")); err != nil {
		return "", fmt.Errorf("a single path is refused, too: %w", err)
	}
	return manyRefused, nil
}

// askWildcards sends two batches with a wildcard at once.
func askWildcards(ctx context.Context, s *session) (string, error) {
	if err := s.Wait(ctx, quotaSeconds*time.Second); err != nil {
		return "", err
	}
	if _, err := s.create(ctx, s.path(all, "none", "a*")); err != nil {
		return "", err
	}
	_, err := s.create(ctx, s.path(all, "none", "b*"))
	return s.accepted(ctx, err)
}
