package prepare

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// keyStore is the key value store for the keys that sign URLs.
type keyStore struct {
	name   string
	exists bool
	marked bool   // this package made it
	arn    string // "" before it is made
	ready  bool   // functions may be associated with it
	etag   *string
}

// keyStoreSuffix ends the store's name. It is no longer than viewerFunctionSuffix.
const keyStoreSuffix = "-keys"

// keyStoreComment is the store's comment.
var keyStoreComment = marked("The keys that sign URLs.")

// readKeyStore reads the key value store that belongs to function.
func (p *Preparer) readKeyStore(ctx context.Context, function string) (*keyStore, error) {
	s := &keyStore{name: function + keyStoreSuffix}
	out, err := p.cloudFront.DescribeKeyValueStore(ctx, &cloudfront.DescribeKeyValueStoreInput{Name: &s.name})
	if awsapi.Code(err) == "EntityNotFound" {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	s.exists, s.marked, s.etag = true, isMarked(aws.ToString(out.KeyValueStore.Comment)), out.ETag
	s.arn, s.ready = aws.ToString(out.KeyValueStore.ARN), aws.ToString(out.KeyValueStore.Status) == "READY"
	return s, nil
}

// planKeyStore plans a key value store for a function that checks signatures. It
// returns the function's association with it, nil for a function that checks none. The
// store that the function has already is kept, whoever made it.
func (w *work) planKeyStore(ctx context.Context) (associations func() *types.KeyValueStoreAssociations, err error) {
	if !w.site.ChecksSignatures() {
		return func() *types.KeyValueStoreAssociations { return nil }, nil
	}
	if w.viewer.store != "" {
		return func() *types.KeyValueStoreAssociations { return associatedWith(w.viewer.store) }, nil
	}
	s, err := w.readKeyStore(ctx, w.options.Function)
	if err != nil {
		return nil, err
	}
	if !s.exists {
		w.will(func(ctx context.Context) error {
			_, err := w.cloudFront.CreateKeyValueStore(ctx, &cloudfront.CreateKeyValueStoreInput{Name: &s.name, Comment: &keyStoreComment})
			return err
		}, "key value store %s: create it; `go run ./deploy signing-keys -file FILE -distribution %s` then puts keys into it, without which nothing is resized", s.name, w.id)
	}
	if !s.ready {
		w.changes = append(w.changes, change{nil, func(ctx context.Context) error { return w.awaitKeyStore(ctx, s) }})
	}
	return func() *types.KeyValueStoreAssociations { return associatedWith(s.arn) }, nil
}

func associatedWith(store string) *types.KeyValueStoreAssociations {
	return &types.KeyValueStoreAssociations{Quantity: aws.Int32(1), Items: []types.KeyValueStoreAssociation{{KeyValueStoreARN: &store}}}
}

// The seconds between looks at a store that is being made, and how often to look.
const (
	lookEvery = 2 * time.Second
	maxLooks  = 150
)

// awaitKeyStore waits until functions may be associated with s, and sets its ARN.
func (p *Preparer) awaitKeyStore(ctx context.Context, s *keyStore) error {
	for range maxLooks {
		out, err := p.cloudFront.DescribeKeyValueStore(ctx, &cloudfront.DescribeKeyValueStoreInput{Name: &s.name})
		if err != nil {
			return err
		}
		if s.arn = aws.ToString(out.KeyValueStore.ARN); aws.ToString(out.KeyValueStore.Status) == "READY" {
			return nil
		}
		if err := p.wait(ctx, lookEvery); err != nil {
			return err
		}
	}
	return errors.New("the key value store " + s.name + " is not ready after minutes: run the same command again")
}

// deleteKeyStore deletes the store if this package made it, once no function uses it.
func (u *undoing) deleteKeyStore(ctx context.Context) error {
	if !u.keys.exists {
		return nil
	}
	return u.unlessUsed(ctx, "key value store "+u.keys.name, "list-functions", func(ctx context.Context) error {
		_, err := u.cloudFront.DeleteKeyValueStore(ctx, &cloudfront.DeleteKeyValueStoreInput{Name: &u.keys.name, IfMatch: u.keys.etag})
		return err
	})
}
