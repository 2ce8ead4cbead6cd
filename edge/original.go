package edge

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// Location says where an original is stored.
type Location struct {
	Bucket, Region, Key string
	// ETag is the origin's, quotes included; the object must still have it. It
	// is empty if the origin gave none.
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

// ParseS3Domain returns the bucket and, if domain names it, the region of an
// origin's domain name; ok reports whether the domain is a bucket's.
func ParseS3Domain(domain string) (bucket, region string, ok bool) {
	m := s3Domain.FindStringSubmatch(strings.ToLower(domain))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// locations returns where the original of the origin's answer may be, the most
// likely location first. If there are several, etag must be strong: S3 uses it
// to find the right one.
func locations(req requested, etag string, cfg Config) ([]Location, error) {
	places, err := candidates(req, cfg)
	if err != nil {
		return nil, err
	}
	etag = strong(etag)
	if len(places) > 1 && etag == "" {
		return nil, Because(AmbiguousKey, nil)
	}
	for i := range places {
		places[i].ETag = etag
	}
	return places, nil
}

// candidates returns the locations that a request may name, the most likely
// first, at least one. cfg's bucket, region and prefix replace the event's;
// nothing else in the request can choose the bucket.
func candidates(req requested, cfg Config) ([]Location, error) {
	folders, err := foldersOf(req.Origin, cfg)
	if err != nil {
		return nil, err
	}
	raw, ok := strings.CutPrefix(req.URI, "/")
	key, err := url.PathUnescape(raw)
	if !ok || err != nil || key == "" {
		return nil, Because(BadURI, err)
	}
	// S3's REST API reads a bare "+" in a path as a space; other servers in
	// front of a bucket do not.
	keys := []string{key}
	if spaced, err := url.QueryUnescape(raw); err == nil && spaced != key {
		keys = append(keys, spaced)
	}
	var places []Location
	for _, folder := range folders {
		for _, key := range keys {
			places = append(places, folder.at(key))
		}
	}
	return places, nil
}

// originFolder is a bucket and the prefix of the keys of its originals.
type originFolder struct{ bucket, region, prefix string }

// at returns the location of key in the folder.
func (f originFolder) at(key string) Location {
	return Location{Bucket: f.bucket, Region: f.region, Key: f.prefix + key}
}

// foldersOf returns the folders that an origin may stand for, the most likely
// first, at least one. cfg's bucket, region and prefix replace the origin's.
func foldersOf(o *originRead, cfg Config) ([]originFolder, error) {
	var domain, region, path string
	switch {
	case o != nil && o.S3 != nil:
		domain, region, path = o.S3.DomainName, o.S3.Region, o.S3.Path
	case o != nil && o.Custom != nil:
		domain, path = o.Custom.DomainName, o.Custom.Path
	}
	named, namedRegion, _ := ParseS3Domain(domain)
	region = cmp.Or(region, namedRegion)
	bucket := cmp.Or(cfg.Bucket, named)
	if bucket == "" {
		return nil, Because(NotS3, errors.New(domain))
	}
	region = cmp.Or(cfg.Region, region, "us-east-1")
	prefixes := []string{cfg.KeyPrefix}
	if cfg.KeyPrefix == "" {
		prefixes = originPrefixes(strings.TrimPrefix(path+"/", "/"))
	}
	var folders []originFolder
	for _, prefix := range prefixes {
		folders = append(folders, originFolder{bucket, region, prefix})
	}
	return folders, nil
}

// originPrefixes returns the key prefixes that an origin path may stand for:
// its decoded form, and itself. CloudFront Developer Guide, "Distribution
// settings", "Origin path", says that a custom origin's path is encoded, and
// leaves it open for an S3 origin.
func originPrefixes(path string) []string {
	if decoded, err := url.PathUnescape(path); err == nil && decoded != path {
		return []string{decoded, path}
	}
	return []string{path}
}

// strong returns etag, or "" if it is weak (RFC 9110, section 8.8.1): a weak
// ETag does not tell bytes apart.
func strong(etag string) string {
	if strings.HasPrefix(etag, "W/") {
		return ""
	}
	return etag
}
