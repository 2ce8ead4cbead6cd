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

// bucket is one of S3's.
type bucket struct {
	name    string
	region  string // "" where there is no bucket, or where that is not told
	account string // whose it has to be; "" for anybody's
	missing bool
	// refused is S3's refusal to a caller who may not look at the bucket, or to
	// whom it is another account's.
	refused error
}

// findBucket looks at a bucket. S3 tells the region even to those who may not look
// into it: Amazon S3 API Reference, "HeadBucket".
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

// originals looks at the bucket that an order names for the originals. It returns its
// region where that can be told, and the parameters that follow from it.
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

// codeBucket looks at the bucket for code, which has to be the account's own: whoever
// writes into it can put other code in the function's place. The name of the
// account's is one that anybody can guess, and take before.
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
		return b, fmt.Errorf("the code bucket %s is in %s, and the stack is in %s: leave CODE_BUCKET out to have one made there, or name another", b.name, b.region, d.region)
	case b.refused != nil:
		return b, fmt.Errorf("the code bucket %s is of another account than %s, or these credentials may not s3:ListBucket it: name another by CODE_BUCKET=NAME", b.name, account)
	}
	return b, nil
}

// upload puts a package into the bucket for code, unless it is there, and returns its
// key, which holds the package's checksum: CloudFormation looks at nothing else to
// see whether there is another package. A bucket that is missing is made: S3 makes
// them private, with public access blocked (Amazon S3 User Guide, "Blocking public
// access to your Amazon S3 storage").
func (d *Deployer) upload(ctx context.Context, b bucket, packed []byte) (key string, err error) {
	if b.missing {
		d.tell("bucket %s: making it in %s, private, for packages", b.name, d.region)
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
	// Those who may not list a bucket are refused what is not there.
	response := (*smithyhttp.ResponseError)(nil)
	if !errors.As(err, &response) || response.HTTPStatusCode() != http.StatusNotFound && response.HTTPStatusCode() != http.StatusForbidden {
		return "", err
	}
	d.tell("bucket %s: putting the package there, %d bytes", b.name, len(packed))
	_, err = d.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: &key, ExpectedBucketOwner: &b.account,
		Body: bytes.NewReader(packed), ContentType: aws.String("application/zip")})
	return key, err
}

// makeBucket makes a bucket in the region, or finds that the account has it already.
func (d *Deployer) makeBucket(ctx context.Context, name string) error {
	input := &s3.CreateBucketInput{Bucket: &name}
	if d.region != "us-east-1" { // which has no name here
		input.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(d.region)}
	}
	_, err := d.s3.CreateBucket(ctx, input)
	switch awsapi.Code(err) {
	case "BucketAlreadyOwnedByYou":
		return nil
	case "BucketAlreadyExists":
		return fmt.Errorf("the code bucket %s is somebody else's: name another by CODE_BUCKET=NAME", name)
	}
	return err
}
