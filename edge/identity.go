package edge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/edgeresize/edgeresize/resize"
)

// identity is what variants are told apart by beside their originals and what was
// asked for: the config and the encoders.
type identity string

// etagBytes is the length of a variant's ETag.
const etagBytes = 2 + 2*16

func newIdentity(cfg Config) identity { return identity(fmt.Sprintf("%v %+v", resize.Version, cfg)) }

// etag returns the strong ETag (RFC 9110, section 8.8.3) of a variant: body, that
// was asked for of the original with the given ETag. It is "" where that is.
// Whatever may give other bytes gives another ETag, so that no cache takes a
// variant that an older config or encoder made for today's. So do other bytes: an
// encoder that is short of time or room makes do with less than it would otherwise,
// and no two pieces of different bodies may be joined.
func (i identity) etag(original string, size Size, format resize.Format, body []byte) string {
	if original == "" {
		return ""
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%v\n%s\n%s\n", original, size, format, i)
	sum.Write(body)
	return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
}
