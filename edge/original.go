package edge

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// Location says where the bytes of an original are.
type Location struct {
	Bucket, Region, Key string
	// ETag is the one that the origin answered with, quotes included; the
	// original must still have it. Empty where the origin gave none.
	ETag string
}

// s3Domain matches the virtual-host names of a bucket. The bucket's name may
// hold dots. Amazon S3 User Guide, "Virtual hosting of buckets", "Making
// requests to dual-stack endpoints" and "Website endpoints":
//
//	BUCKET.s3.amazonaws.com                  global
//	BUCKET.s3.REGION.amazonaws.com           regional
//	BUCKET.s3-REGION.amazonaws.com           regional, old
//	BUCKET.s3.dualstack.REGION.amazonaws.com dual-stack
//	BUCKET.s3-website.REGION.amazonaws.com   website
//	BUCKET.s3-website-REGION.amazonaws.com   website, older regions
var s3Domain = regexp.MustCompile(`^(` + bucketPattern + `)\.s3` +
	`(?:(?:-website[.-]|\.dualstack\.|[.-])(` + regionPattern + `))?` +
	`\.amazonaws\.com(?:\.cn)?$`)

// Amazon S3 User Guide, "Bucket naming rules"; AWS General Reference,
// "Regional endpoints".
const (
	bucketPattern = `[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]`
	regionPattern = `[a-z]{2}(?:-[a-z]+)+-[0-9]+`
)

var (
	bucketName = regexp.MustCompile(`^` + bucketPattern + `$`)
	regionName = regexp.MustCompile(`^` + regionPattern + `$`)
)

// ParseS3Domain is the bucket and, where it is named, the region of an origin's
// domain name; ok says whether it is a bucket's.
func ParseS3Domain(domain string) (bucket, region string, ok bool) {
	m := s3Domain.FindStringSubmatch(strings.ToLower(domain))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// locations are the places where the original that a request was answered
// with may be, the most likely first. What cfg pins takes the place of what
// the event says; nothing else in the request can choose the bucket.
func locations(req Request, etag string, cfg Config) ([]Location, error) {
	var domain, region, path string
	switch o := req.Origin; {
	case o != nil && o.S3 != nil:
		domain, region, path = o.S3.DomainName, o.S3.Region, o.S3.Path
	case o != nil && o.Custom != nil:
		domain, path = o.Custom.DomainName, o.Custom.Path
	}
	named, namedRegion, _ := ParseS3Domain(domain)
	region = firstOf(region, namedRegion)
	bucket := firstOf(cfg.Bucket, named)
	if bucket == "" {
		return nil, Because(NotS3, errors.New(domain))
	}
	region = firstOf(cfg.Region, region, "us-east-1")
	prefix := firstOf(cfg.KeyPrefix, strings.TrimPrefix(path+"/", "/"))

	if strings.HasPrefix(etag, "W/") {
		etag = ""
	}
	raw, ok := strings.CutPrefix(req.URI, "/")
	key, err := url.PathUnescape(raw)
	if !ok || err != nil || key == "" {
		return nil, Because(BadURI, err)
	}
	places := []Location{{Bucket: bucket, Region: region, Key: prefix + key, ETag: etag}}
	// S3's REST API reads a bare "+" in a path as a space, other servers in
	// front of a bucket do not: the ETag tells which key it was.
	if spaced, err := url.QueryUnescape(raw); err == nil && spaced != key {
		places = append(places, Location{Bucket: bucket, Region: region, Key: prefix + spaced, ETag: etag})
	}
	return places, nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
