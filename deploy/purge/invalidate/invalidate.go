// Package invalidate makes invalidations of one CloudFront distribution, within its
// quotas.
package invalidate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// How many paths and tags of a distribution may be in progress at a time. AWS General
// Reference, "Amazon CloudFront endpoints and quotas".
const (
	MaxWildcards = 15 // paths that end in "*"
	MaxSingle    = 3000
)

// MaxItems is how many paths and tags a request may have; the next request may come
// [Apart] later. CloudFront Developer Guide, "Quotas on invalidations": "150 paths or
// tags per second". The guide and the reference differ: this package keeps to both.
const MaxItems = 150

// API is the part of [cloudfront.Client] that [Client] uses.
type API interface {
	CreateInvalidation(context.Context, *cloudfront.CreateInvalidationInput, ...func(*cloudfront.Options)) (*cloudfront.CreateInvalidationOutput, error)
	GetInvalidation(context.Context, *cloudfront.GetInvalidationInput, ...func(*cloudfront.Options)) (*cloudfront.GetInvalidationOutput, error)
	ListInvalidations(context.Context, *cloudfront.ListInvalidationsInput, ...func(*cloudfront.Options)) (*cloudfront.ListInvalidationsOutput, error)
	GetDistributionConfig(context.Context, *cloudfront.GetDistributionConfigInput, ...func(*cloudfront.Options)) (*cloudfront.GetDistributionConfigOutput, error)
}

// Client makes invalidations of a distribution, one after the other and [Apart] from
// each other.
type Client struct {
	API          API
	Distribution string // ID
	// Wait waits before a request is repeated, and Rest before a request that follows
	// another one. Both are [Wait] if nil.
	Wait, Rest func(context.Context, time.Duration) error
	// Now is [time.Now] if nil.
	Now func() time.Time

	mu   sync.Mutex // held during a request
	last time.Time  // when the last request ended

	month month
	tags  struct {
		sync.Mutex
		has   bool
		asked time.Time // zero before the first answer
	}
}

// CloudFront's errors. The first two are transient. An error that is none of these is
// permanent and does not depend on the paths.
var (
	// ErrFull says that the quotas of paths in progress have no room.
	ErrFull = errors.New("too many invalidations in progress")
	// ErrBusy says that CloudFront throttles, fails or cannot be reached.
	ErrBusy = errors.New("CloudFront is busy")
	// ErrPaths says that CloudFront does not take these paths.
	ErrPaths = errors.New("CloudFront rejects the paths")
)

// Transient reports whether it may help to ask again later.
func Transient(err error) bool { return errors.Is(err, ErrFull) || errors.Is(err, ErrBusy) }

// Reference returns a caller reference for ids. It does not depend on their order.
func Reference(ids []string) string {
	sorted := slices.Sorted(slices.Values(ids))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\n")))
	return "edgeresize-" + hex.EncodeToString(sum[:20])
}

// Invalidation is an invalidation that was made.
type Invalidation struct {
	ID      string
	Created time.Time
}

// Create makes an invalidation of paths, which are a batch of [Batches]. If there was
// one with the same reference, it makes none. It then returns the former one, or the
// zero value if that was of other paths.
func (c *Client) Create(ctx context.Context, reference string, paths []string) (Invalidation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.pace(ctx); err != nil {
		return Invalidation{}, err
	}
	defer func() { c.last = c.now() }()
	out, err := c.API.CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
		DistributionId: &c.Distribution,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: &reference,
			Paths:           &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths},
		},
	})
	// The SDK has no type for this error.
	if awsapi.Code(err) == "InvalidationBatchAlreadyExists" {
		return Invalidation{}, nil
	}
	if err != nil {
		return Invalidation{}, classified(err)
	}
	made := Invalidation{aws.ToString(out.Invalidation.Id), aws.ToTime(out.Invalidation.CreateTime)}
	c.countMade(made, len(paths))
	return made, nil
}

// Completed reports whether the invalidations with ids, in the form of [IDs], are all
// completed.
func (c *Client) Completed(ctx context.Context, ids string) (bool, error) {
	for id := range strings.SplitSeq(ids, ",") {
		out, err := c.API.GetInvalidation(ctx, &cloudfront.GetInvalidationInput{DistributionId: &c.Distribution, Id: &id})
		if err != nil {
			return false, classified(err)
		}
		if aws.ToString(out.Invalidation.Status) != "Completed" {
			return false, nil
		}
	}
	return true, nil
}

// IDs returns the IDs of invalidations, with commas between.
func IDs(invalidations []Invalidation) string {
	ids := make([]string, len(invalidations))
	for i, made := range invalidations {
		ids[i] = made.ID
	}
	return strings.Join(ids, ",")
}

// retryable recognises the errors that the SDK retries by itself a few times, such as
// throttling and broken connections.
var retryable = retry.IsErrorRetryables(retry.DefaultRetryables)

// classified wraps err in one of the errors above if it is one of these.
func classified(err error) error {
	switch awsapi.Code(err) {
	case "TooManyInvalidationsInProgress":
		return fmt.Errorf("%w: %w", ErrFull, err)
	case "InvalidArgument", "BatchTooLarge":
		return fmt.Errorf("%w: %w", ErrPaths, err)
	}
	var response *smithyhttp.ResponseError
	failed := errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError
	if failed || retryable.IsErrorRetryable(err) == aws.TrueTernary {
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	return err
}
