package s3bucket

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Object is one of the bucket's.
type Object struct {
	Key  string
	Size int64 // bytes
}

// Listing is the first pictures behind a prefix.
type Listing struct {
	Pictures []Object
	// Seen is how many keys were looked at, pictures or not, and More reports
	// that there are others.
	Seen int
	More bool
}

const (
	pageKeys = 1000 // that S3 gives at a time, at most
	maxPages = 5    // that are asked for
)

// List returns the first most pictures whose keys begin with prefix, told by
// the ends of their names, among the first 5,000 keys. Its error is an *Error.
func (b *Bucket) List(ctx context.Context, prefix string, most int) (Listing, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var listing Listing
	input := &s3.ListObjectsV2Input{
		Bucket: &b.Name, Prefix: aws.String(prefix), MaxKeys: aws.Int32(pageKeys),
		EncodingType: types.EncodingTypeUrl, // XML cannot hold every key
	}
	for range maxPages {
		page, err := b.client.ListObjectsV2(ctx, input, func(o *s3.Options) { o.Region = b.Region })
		if err != nil {
			return listing, b.explain(err)
		}
		for _, object := range page.Contents {
			listing.Seen++
			key, err := decodeKey(aws.ToString(object.Key), page.EncodingType)
			if err != nil || !isPicture(key) {
				continue
			}
			if len(listing.Pictures) == most {
				listing.More = true
				return listing, nil
			}
			listing.Pictures = append(listing.Pictures, Object{key, aws.ToInt64(object.Size)})
		}
		listing.More = aws.ToBool(page.IsTruncated) && page.NextContinuationToken != nil
		if !listing.More || len(listing.Pictures) == most {
			return listing, nil
		}
		input.ContinuationToken = page.NextContinuationToken
	}
	return listing, nil
}

// decodeKey returns a key of a listing as it is. Amazon S3 API Reference,
// "ListObjectsV2", EncodingType: other servers may pass the wish over.
func decodeKey(key string, encoding types.EncodingType) (string, error) {
	if encoding != types.EncodingTypeUrl {
		return key, nil
	}
	return url.QueryUnescape(key)
}

// pictureEnds are what names of pictures end in, those that are not resized
// among them.
var pictureEnds = []string{
	".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp",
}

func isPicture(key string) bool {
	return slices.Contains(pictureEnds, strings.ToLower(path.Ext(key)))
}
