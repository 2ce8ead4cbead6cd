package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// lastMove is what was last changed at a behaviour: the version that was there and the
// one that took its place, as ARNs, "" for none. It is kept in a tag of the function, so
// that whoever may change the function can roll back, from any machine.
type lastMove struct{ Former, Attached string }

// maxTagKey is the most characters that a tag's key may have. AWS Lambda API Reference,
// "TagResource".
const maxTagKey = 128

// tagKey returns the key of a behaviour's tag. Bytes that a key cannot hold are written as
// "=" and two hexadecimal digits; a pattern too long for a key is replaced by its checksum.
func tagKey(at Place) string {
	prefix := "edgeresize:" + at.Distribution + ":"
	if at.Behavior == "" {
		return prefix + "default"
	}
	var b strings.Builder
	b.WriteString(prefix + "path:")
	for _, c := range []byte(at.Behavior) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.:/+-@", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	if b.Len() <= maxTagKey {
		return b.String()
	}
	sum := sha256.Sum256([]byte(at.Behavior))
	return prefix + "sha256:" + hex.EncodeToString(sum[:16])
}

// tagValue returns the tag's value, such as "former=3 attached=none". The versions'
// numbers are enough, as the tag is on the function itself.
func (m lastMove) tagValue() string {
	return "former=" + numberIn(m.Former) + " attached=" + numberIn(m.Attached)
}

// numberIn returns the version's number in its ARN, "none" for "".
func numberIn(arn string) string {
	if arn == "" {
		return "none"
	}
	return arn[strings.LastIndexByte(arn, ':')+1:]
}

// parseTagValue reads what tagValue has written.
func parseTagValue(value, functionARN string) (lastMove, error) {
	former, attached, ok := strings.Cut(strings.TrimPrefix(value, "former="), " attached=")
	if !ok || !strings.HasPrefix(value, "former=") {
		return lastMove{}, fmt.Errorf("the tag's value is %q: want such as \"former=3 attached=4\"", value)
	}
	arn := func(number string) string {
		if number == "none" {
			return ""
		}
		return functionARN + ":" + number
	}
	return lastMove{arn(former), arn(attached)}, nil
}

// readTag reads the tag of a behaviour. It returns nil if there is none.
func (r *Releaser) readTag(ctx context.Context, at Place, functionARN string) (*lastMove, error) {
	out, err := r.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &functionARN})
	if err != nil {
		return nil, err
	}
	value, ok := out.Tags[tagKey(at)]
	if !ok {
		return nil, nil
	}
	m, err := parseTagValue(value, functionARN)
	if err != nil {
		return nil, fmt.Errorf("the function %s: tag %s: %w", r.Function, tagKey(at), err)
	}
	return &m, nil
}

// writeTag writes the tag of a behaviour that is about to be changed.
func (r *Releaser) writeTag(ctx context.Context, at Place, functionARN string, m lastMove) error {
	_, err := r.lambda.TagResource(ctx, &lambda.TagResourceInput{
		Resource: &functionARN,
		Tags:     map[string]string{tagKey(at): m.tagValue()},
	})
	return err
}

// differTag writes what writeTag would change.
func (r *Releaser) differTag(ctx context.Context, at Place, functionARN string, m lastMove) error {
	out, err := r.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &functionARN})
	if err != nil {
		return err
	}
	key := tagKey(at)
	if value, ok := out.Tags[key]; ok {
		r.differ("-function %s: tag %s: %s", r.Function, key, value)
	}
	r.differ("+function %s: tag %s: %s", r.Function, key, m.tagValue())
	return nil
}
