package fakecloudfront

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// tagText matches the keys and values of tags. CloudFront API Reference, "Tag", and AWS
// Tagging guide.
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+@-]*$`)

// The maximum number of a resource's tags, and the maximum lengths of a tag's key and
// value in characters.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// handleTags adds the operations on the tags of distributions.
func (c *CloudFront) handleTags(service *fakeaws.Service) {
	service.Handle("GET /2020-05-31/tagging", fakeaws.Operation{Name: "ListTagsForResource", Do: c.listTags})
	service.HandleValues("POST /2020-05-31/tagging", "Operation", map[string]fakeaws.Operation{
		"Tag":   {Name: "TagResource", Writes: true, Do: c.tag},
		"Untag": {Name: "UntagResource", Writes: true, Do: c.untag},
	})
}

// tagged returns the distribution that a request on tags names by ARN.
func (c *CloudFront) tagged(r *fakeaws.Request) (*distribution, error) {
	for _, d := range c.distributions {
		if d.arn() == r.URL.Query().Get("Resource") {
			return d, nil
		}
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchResource", Message: "The specified resource does not exist."}
}

// Tags returns a distribution's tags.
func (c *CloudFront) Tags(id string) map[string]string {
	c.server.Lock()
	defer c.server.Unlock()
	return maps.Clone(c.find(id).tags)
}

// SetTag sets a tag of a distribution.
func (c *CloudFront) SetTag(id, key, value string) {
	c.server.Lock()
	defer c.server.Unlock()
	d := c.find(id)
	if d.tags == nil {
		d.tags = map[string]string{}
	}
	d.tags[key] = value
}

// listTags handles ListTagsForResource.
func (c *CloudFront) listTags(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.tagged(r)
	if err != nil {
		return nil, err
	}
	var items strings.Builder
	for _, key := range slices.Sorted(maps.Keys(d.tags)) {
		fmt.Fprintf(&items, "<Tag><Key>%s</Key><Value>%s</Value></Tag>", escaped(key), escaped(d.tags[key]))
	}
	return answer("", fmt.Sprintf(`%s<Tags xmlns="%s"><Items>%s</Items></Tags>`, xml.Header, namespace, &items)), nil
}

// tag handles TagResource.
func (c *CloudFront) tag(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.tagged(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		XMLName xml.Name
		Items   struct{ Tag []struct{ Key, Value string } }
	}
	if err := xml.Unmarshal(r.Body, &in); err != nil || in.XMLName.Local != "Tags" || in.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "%v", err)
	}
	tags := maps.Clone(d.tags)
	if tags == nil {
		tags = map[string]string{}
	}
	for _, t := range in.Items.Tag {
		if t.Key == "" || len(t.Key) > maxTagKey || len(t.Value) > maxTagValue || !tagText.MatchString(t.Key) || !tagText.MatchString(t.Value) {
			return nil, invalid("InvalidTagging", "The tag %q=%q is not valid.", t.Key, t.Value)
		}
		tags[t.Key] = t.Value
	}
	if len(tags) > maxTags {
		return nil, invalid("InvalidTagging", "The resource has too many tags.")
	}
	d.tags = tags
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// untag handles UntagResource.
func (c *CloudFront) untag(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.tagged(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		XMLName xml.Name
		Items   struct{ Key []string }
	}
	if err := xml.Unmarshal(r.Body, &in); err != nil || in.XMLName.Local != "TagKeys" || in.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "%v", err)
	}
	for _, key := range in.Items.Key {
		delete(d.tags, key)
	}
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
