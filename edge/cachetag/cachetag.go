// Package cachetag names objects of buckets by cache tags, by which CloudFront forgets
// everything that it has cached of one: whatever the query string, the spelling of
// the path, the status. CloudFront Developer Guide, "Invalidating content by cache
// tags".
package cachetag

import (
	"crypto/sha256"
	"encoding/hex"
)

// Of returns the tag of the object at a key, 33 lower-case letters and digits: tags
// are compared without regard to case and hold neither commas nor what is not ASCII,
// all of which keys may have.
func Of(bucket, key string) string {
	// No bucket's name has a slash.
	sum := sha256.Sum256([]byte(bucket + "/" + key))
	return "o" + hex.EncodeToString(sum[:16])
}

// Item returns the item of an invalidation that takes out of the cache what carries
// a tag.
func Item(tag string) string { return "#" + tag }
