package doctor

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge"
)

// checkTags checks whether the distribution reads cache tags from the header into which
// the function writes them. CloudFront Developer Guide, "Invalidating content by cache
// tags".
func (d *Doctor) checkTags(config *types.DistributionConfig, b *behavior) {
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
		d.note(subject, d.edit(readTags(usualTagHeader)+"|"+d.writeTags(usualTagHeader)),
			"there are none: a purge finds a changed original in the cache by its path only, and some keys have no such path")
	case read == "":
		d.note(subject, d.edit(readTags(written)), "the function writes them into %s, but the distribution reads none", written)
	case !strings.EqualFold(read, written):
		d.note(subject, d.tellTags(read),
			"the distribution reads them from %s, but the function writes %s: a purge finds no original by its tag", read, orNone(written))
	case !edge.IsCacheTagHeader(read):
		d.note(subject, d.edit(readTags(usualTagHeader)+"|"+d.writeTags(usualTagHeader)),
			"the distribution reads them from %s, a header into which the function does not write: a purge finds no original by its tag", read)
	case strings.HasSuffix(d.bucket, accessPoint) && d.options.Config.Bucket == "":
		d.note(subject, d.inConfig("the bucket's own name as \"bucket\" and its region as \"region\""),
			"they name the access point (%s), but S3 reports changes with the bucket's own name: a purge finds no original by its tag", d.bucket)
	default:
		d.good(subject, "in %s", read)
	}
}

// usualTagHeader is the header of cache tags in deploy/template/template.yaml.
const usualTagHeader = "Edgeresize-Cache-Tag"

// readTags returns the jq filter that makes a distribution read tags from header.
func readTags(header string) string { return ".CacheTagConfig={HeaderName:" + inJSON(header) + "}" }

// writeTags returns the jq filter that makes the origin send the function the name of
// the header for tags.
func (d *Doctor) writeTags(header string) string {
	return fmt.Sprintf("%s.CustomHeaders|=(.Items=([(.Items//[])[]|select((.HeaderName|ascii_downcase)!=%s)]+[{HeaderName:%s,HeaderValue:%s}])|.Quantity=(.Items|length))",
		d.origin(), inJSON(strings.ToLower(edge.CacheTagHeaderHeader)), inJSON(edge.CacheTagHeaderHeader), inJSON(header))
}

// tellTags returns the instructions to make the function write tags into header:
// through the config if that names another header, else through the origin.
func (d *Doctor) tellTags(header string) string {
	if d.options.Config.CacheTagHeader != "" {
		return d.inConfig(fmt.Sprintf(`"cache_tag_header": %q`, header))
	}
	return d.edit(d.writeTags(header))
}

// accessPoint is the suffix of access points' aliases, which can stand for a bucket's
// name. Amazon S3 User Guide, "Using a bucket-style alias for your access point".
const accessPoint = "-s3alias"

func orNone(header string) string {
	if header == "" {
		return "none"
	}
	return "them into " + header
}
