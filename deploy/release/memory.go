package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// memory is what was last changed at a behaviour: the version that was there
// and the one that took its place, as ARNs, "" for none. It is kept as a tag of
// the function, so that whoever may change the function can point back, from
// whichever machine.
type memory struct{ Former, Attached string }

// maxTagKey is how long a tag's key may be, in characters. AWS Lambda API
// Reference, "TagResource".
const maxTagKey = 128

// tagKey names the tag of a behaviour. What a tag's key cannot hold is written
// as "=" and its bytes in hexadecimal; a pattern too long for a key stands there
// as its checksum.
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

// tagValue is such as "former=3 attached=none". The numbers of the versions
// are enough, as they are of the function that has the tag.
func (m memory) tagValue() string {
	return "former=" + number(m.Former) + " attached=" + number(m.Attached)
}

// number is the version's number in its ARN, "none" for none.
func number(arn string) string {
	if arn == "" {
		return "none"
	}
	return arn[strings.LastIndexByte(arn, ':')+1:]
}

// readMemory is the opposite of tagValue.
func readMemory(value, functionARN string) (memory, error) {
	former, attached, ok := strings.Cut(strings.TrimPrefix(value, "former="), " attached=")
	if !ok || !strings.HasPrefix(value, "former=") {
		return memory{}, fmt.Errorf("the tag's value is %q: want such as \"former=3 attached=4\"", value)
	}
	arn := func(number string) string {
		if number == "none" {
			return ""
		}
		return functionARN + ":" + number
	}
	return memory{arn(former), arn(attached)}, nil
}

// recall is what is remembered of a behaviour; nil if nothing is.
func (r *Releaser) recall(ctx context.Context, at Place, functionARN string) (*memory, error) {
	out, err := r.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: &functionARN})
	if err != nil {
		return nil, err
	}
	value, ok := out.Tags[tagKey(at)]
	if !ok {
		return nil, nil
	}
	m, err := readMemory(value, functionARN)
	if err != nil {
		return nil, fmt.Errorf("the function %s: tag %s: %w", r.Function, tagKey(at), err)
	}
	return &m, nil
}

// remember keeps what is about to be changed at a behaviour.
func (r *Releaser) remember(ctx context.Context, at Place, functionARN string, m memory) error {
	_, err := r.lambda.TagResource(ctx, &lambda.TagResourceInput{
		Resource: &functionARN,
		Tags:     map[string]string{tagKey(at): m.tagValue()},
	})
	return err
}

// differMemory writes what remember would change.
func (r *Releaser) differMemory(ctx context.Context, at Place, functionARN string, m memory) error {
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
