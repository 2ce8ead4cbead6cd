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

// Object is an object of the bucket.
type Object struct {
	Key  string
	Size int64 // bytes
}

// Listing holds the first pictures whose keys begin with a prefix.
type Listing struct {
	Pictures []Object
	// Seen is how many keys were examined, pictures or not. More says that
	// there are others.
	Seen int
	More bool
}

const (
	pageKeys = 1000 // per request, S3's maximum
	maxPages = 5    // most requests
)

// List returns the first most pictures whose keys begin with prefix, among the
// first 5,000 keys. It recognises pictures by the ends of their names. Its
// error is an *Error.
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

// decodeKey returns the key in a listing, decoded. Amazon S3 API Reference,
// "ListObjectsV2", EncodingType: other servers may ignore it.
func decodeKey(key string, encoding types.EncodingType) (string, error) {
	if encoding != types.EncodingTypeUrl {
		return key, nil
	}
	return url.QueryUnescape(key)
}

// pictureEnds are the ends of pictures' names, including kinds that are not
// resized.
var pictureEnds = []string{
	".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp",
}

func isPicture(key string) bool {
	return slices.Contains(pictureEnds, strings.ToLower(path.Ext(key)))
}
