// Package cachetag names S3 objects by cache tags. With an object's tag,
// CloudFront removes everything that it has cached of it, whatever the query
// string, the spelling of the path and the status. CloudFront Developer Guide,
// "Invalidating content by cache tags".
package cachetag

import (
	"crypto/sha256"
	"encoding/hex"
)

// Of returns the tag of the object at key in bucket: 33 lower-case letters and
// digits. Keys cannot be tags themselves: tags are compared without regard to
// case and must not hold commas or characters outside ASCII.
func Of(bucket, key string) string {
	// Unambiguous: no bucket's name has a slash.
	sum := sha256.Sum256([]byte(bucket + "/" + key))
	return "o" + hex.EncodeToString(sum[:16])
}

// Item returns the item of an invalidation that removes the responses with a
// tag from the cache.
func Item(tag string) string { return "#" + tag }
