package doctor

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge"
)

// lookAtTags looks whether the distribution reads cache tags where the function
// writes them. CloudFront Developer Guide, "Invalidating content by cache tags".
func (d *Doctor) lookAtTags(config *types.DistributionConfig, b *behavior) {
	const subject = "cache tags"
	read := ""
	if config.CacheTagConfig != nil {
		read = aws.ToString(config.CacheTagConfig.HeaderName)
	}
	written := d.options.Config.CacheTagHeader
	if o := originOf(config, b); written == "" && o != nil && o.CustomHeaders != nil {
		for _, h := range o.CustomHeaders.Items {
			if strings.EqualFold(aws.ToString(h.HeaderName), edge.CacheTagHeaderHeader) {
				written = aws.ToString(h.HeaderValue)
			}
		}
	}
	switch {
	case read == "" && written == "":
		d.note(subject, "give the distribution a CacheTagConfig, and the origin a custom header "+edge.CacheTagHeaderHeader+", with the same header's name",
			"there are none: a changed original is found in the cache by its path alone, which not every key has")
	case read == "":
		d.note(subject, "give the distribution a CacheTagConfig with that name", "the function writes them into %s, and the distribution reads none", written)
	case !strings.EqualFold(read, written):
		d.note(subject, "give the origin a custom header "+edge.CacheTagHeaderHeader+": "+read+", or the config that cache_tag_header",
			"the distribution reads them from %s, and the function writes %s: no changed original is found by its tag", read, orNone(written))
	case !edge.IsCacheTagHeader(read):
		d.note(subject, "name a header of your own, such as Edgeresize-Cache-Tag, in the distribution's CacheTagConfig and where the function has it from",
			"the function writes none into %s, which is no header for them: no changed original is found by its tag", read)
	case strings.HasSuffix(d.bucket, accessPoint) && d.options.Config.Bucket == "":
		d.note(subject, "set bucket and region in the config to the bucket's own",
			"they are of the access point's objects (%s), and S3 tells of changes by the bucket's own name: no changed original is found by its tag", d.bucket)
	default:
		d.good(subject, "in %s", read)
	}
}

// accessPoint is what aliases of access points end in, which do for buckets' names.
// Amazon S3 User Guide, "Using a bucket-style alias for your access point".
const accessPoint = "-s3alias"

func orNone(header string) string {
	if header == "" {
		return "none"
	}
	return "them into " + header
}
