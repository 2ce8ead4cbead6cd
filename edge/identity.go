package edge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/edgeresize/edgeresize/resize"
)

// identity is the part of a variant's ETag that its original and request do not
// give: the config and the encoders' version.
type identity string

// etagBytes is the length of a variant's ETag in bytes.
const etagBytes = 2 + 2*16

func newIdentity(cfg Config) identity { return identity(fmt.Sprintf("%v %+v", resize.Version, cfg)) }

// etag returns the strong ETag (RFC 9110, section 8.8.3) of the variant body,
// made as asked of the original whose ETag is original. It returns "" if original
// is "".
//
// Another config or encoder gives another ETag, so that no cache takes an older
// variant for today's. So does another body: an encoder that is short of time
// or room produces other bytes, and a cache must not join pieces of different
// bodies.
func (i identity) etag(original string, asked Ask, body []byte) string {
	if original == "" {
		return ""
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n%s\n", original, asked.Query(), i)
	sum.Write(body)
	return `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
}
