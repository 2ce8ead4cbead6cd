package fakelambda

import (
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// tagText is what tags are made of. AWS Lambda API Reference, "TagResource".
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// checkTags is Lambda's limits. AWS Lambda Developer Guide, "Using tags on
// Lambda functions".
func checkTags(tags map[string]string) error {
	if len(tags) > 50 {
		return invalid("The number of tags exceeds the limit: 50")
	}
	for key, value := range tags {
		if key == "" || len([]rune(key)) > 128 || len([]rune(value)) > 256 ||
			!tagText.MatchString(key) || !tagText.MatchString(value) || strings.HasPrefix(strings.ToLower(key), "aws:") {
			return invalid("Invalid tag: %q=%q", key, value)
		}
	}
	return nil
}

// tagged is the function that a request on tags names, by its ARN.
func (l *Lambda) tagged(r *fakeaws.Request) (*function, error) {
	arn := r.PathValue("arn")
	for at, f := range l.functions {
		if at.region == r.Region && f.arn == arn {
			return f, nil
		}
	}
	return nil, notFound("Function not found: %s", arn)
}

// listTags is ListTags.
func (l *Lambda) listTags(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, map[string]any{"Tags": f.tags})
}

// tagResource is TagResource.
func (l *Lambda) tagResource(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	var input struct{ Tags map[string]string }
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	tags := maps.Clone(f.tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, input.Tags)
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	f.tags = tags
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// untagResource is UntagResource.
func (l *Lambda) untagResource(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, err := l.tagged(r)
	if err != nil {
		return nil, err
	}
	for _, key := range r.URL.Query()["tagKeys"] {
		delete(f.tags, key)
	}
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
