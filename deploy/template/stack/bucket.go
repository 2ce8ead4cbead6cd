package stack

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// bucket is what S3 says of a bucket.
type bucket struct {
	name    string
	region  string // "" where there is no bucket or S3 does not tell
	account string // the account that must own it; "" for any
	missing bool
	// refused is S3's refusal where the caller may not look at the bucket, or where
	// another account owns it.
	refused error
}

// findBucket asks S3 for a bucket, which must belong to account unless that is "". S3
// tells the region even to those who may not look into the bucket: Amazon S3 API
// Reference, "HeadBucket".
func (d *Deployer) findBucket(ctx context.Context, name, account string) (bucket, error) {
	b := bucket{name: name, account: account}
	input := &s3.HeadBucketInput{Bucket: &name}
	if account != "" {
		input.ExpectedBucketOwner = &account
	}
	out, err := d.s3.HeadBucket(ctx, input)
	if err == nil {
		b.region = cmp.Or(aws.ToString(out.BucketRegion), d.region)
		return b, nil
	}
	response := (*smithyhttp.ResponseError)(nil)
	if !errors.As(err, &response) || response.Response == nil {
		return b, err
	}
	b.region = response.Response.Header.Get("X-Amz-Bucket-Region")
	switch response.HTTPStatusCode() {
	case http.StatusNotFound:
		b.missing = true
	case http.StatusForbidden:
		b.refused = err
	case http.StatusMovedPermanently, http.StatusBadRequest:
		if b.region == "" || b.region == d.region {
			return b, err
		}
	default:
		return b, err
	}
	return b, nil
}

// originals finds the bucket of the originals that an order or the stack names. It
// returns the bucket's region, "" where that is unknown, and the parameters that follow
// from it.
func (d *Deployer) originals(ctx context.Context, o Order, now *state) (region string, own map[string]string, err error) {
	name := o.Template.values(o.Parameters, now.parameters)["BucketName"]
	if name == "" {
		return "", nil, nil
	}
	b, err := d.findBucket(ctx, name, "")
	if err != nil {
		return "", nil, err
	}
	if b.missing {
		return "", nil, &ParameterError{[]string{fmt.Sprintf("BucketName is %q: there is no such bucket", name)}}
	}
	if _, declared := o.Template.Parameters["BucketRegion"]; !declared || b.region == "" {
		return b.region, nil, nil
	}
	given, ok := o.Parameters["BucketRegion"]
	if ok && given != b.region {
		return "", nil, &ParameterError{[]string{fmt.Sprintf("BucketRegion is %q: the bucket %s is in %s; leave BucketRegion out", given, name, b.region)}}
	}
	return b.region, map[string]string{"BucketRegion": b.region}, nil
}

// codeBucket finds the bucket for code. It must be the account's own: whoever writes
// into it can replace the function's code, and anybody can guess the default name and
// take it first.
func (d *Deployer) codeBucket(ctx context.Context, name string) (bucket, error) {
	caller, err := d.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return bucket{}, err
	}
	account := aws.ToString(caller.Account)
	b, err := d.findBucket(ctx, cmp.Or(name, fmt.Sprintf("edgeresize-%s-%s", account, d.region)), account)
	switch {
	case err != nil:
		return b, err
	case b.region != "" && b.region != d.region:
		return b, fmt.Errorf("the code bucket %s is in %s, and the stack is in %s: leave CODE_BUCKET out to create one there, or name another with CODE_BUCKET=NAME", b.name, b.region, d.region)
	case b.refused != nil:
		return b, fmt.Errorf("the code bucket %s belongs to another account than %s, or these credentials lack s3:ListBucket on it: name another with CODE_BUCKET=NAME", b.name, account)
	}
	return b, nil
}

// upload puts a package into the bucket for code unless it is there already, and
// returns its key. The key holds the package's checksum, because CloudFormation
// compares keys only to see whether the package has changed. upload makes a missing
// bucket: S3 makes buckets private, with public access blocked (Amazon S3 User Guide,
// "Blocking public access to your Amazon S3 storage").
func (d *Deployer) upload(ctx context.Context, b bucket, packed []byte) (key string, err error) {
	if b.missing {
		d.report("bucket %s: creating it in %s, private, for packages", b.name, d.region)
		if err := d.makeBucket(ctx, b.name); err != nil {
			return "", err
		}
	}
	sum := sha256.Sum256(packed)
	key = "edgeresize/" + hex.EncodeToString(sum[:]) + ".zip"
	_, err = d.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: &b.account})
	if err == nil {
		return key, nil
	}
	// S3 answers 403, not 404, for a missing object to those who may not list the
	// bucket.
	response := (*smithyhttp.ResponseError)(nil)
	if !errors.As(err, &response) || response.HTTPStatusCode() != http.StatusNotFound && response.HTTPStatusCode() != http.StatusForbidden {
		return "", err
	}
	d.report("bucket %s: putting the package there, %d bytes", b.name, len(packed))
	_, err = d.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: &b.account,
		Body: bytes.NewReader(packed), ContentType: aws.String("application/zip")})
	return key, err
}

// makeBucket makes a bucket in the region. It succeeds where the account has it
// already.
func (d *Deployer) makeBucket(ctx context.Context, name string) error {
	input := &s3.CreateBucketInput{Bucket: &name}
	if d.region != "us-east-1" { // S3 takes no LocationConstraint for us-east-1
		input.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(d.region)}
	}
	_, err := d.s3.CreateBucket(ctx, input)
	switch awsapi.Code(err) {
	case "BucketAlreadyOwnedByYou":
		return nil
	case "BucketAlreadyExists":
		return fmt.Errorf("the code bucket %s belongs to somebody else: name another with CODE_BUCKET=NAME", name)
	}
	return err
}
