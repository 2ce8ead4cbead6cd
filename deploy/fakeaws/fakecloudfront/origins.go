package fakecloudfront

import (
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

type origins struct {
	Quantity *int
	Items    struct{ Origin []origin }
}

type origin struct {
	Id                    string
	OriginPath            string
	OriginAccessControlId string
	S3OriginConfig        *struct{ OriginAccessIdentity string }
	CustomOriginConfig    *struct{ OriginProtocolPolicy string }
	CustomHeaders         struct {
		Quantity *int
		Items    struct{ OriginCustomHeader []customHeader }
	}
}

type customHeader struct{ HeaderName, HeaderValue string }

// checkOrigins refuses origins and groups that CloudFront refuses, and behaviours whose
// origin does not exist.
func (c *CloudFront) checkOrigins(d *distributionConfig) error {
	if err := d.Origins.check(); err != nil {
		return err
	}
	if err := d.OriginGroups.check(d.Origins); err != nil {
		return err
	}
	if c.MaxOrigins > 0 && len(d.Origins.Items.Origin) > c.MaxOrigins {
		return invalid("TooManyOrigins", "Your request contains more origins than are allowed per distribution.")
	}
	if c.SpacesRefused && slices.ContainsFunc(d.Origins.Items.Origin, func(o origin) bool { return strings.Contains(o.OriginPath, " ") }) {
		return invalid("InvalidArgument", "The parameter OriginPath contains invalid characters.")
	}
	for _, b := range d.behaviors() {
		if b.TargetOriginId != "" && d.Origins.find(b.TargetOriginId) == nil && d.OriginGroups.find(b.TargetOriginId) == nil {
			return noOrigin(b.TargetOriginId)
		}
	}
	return nil
}

// withheld has the prefixes that the names of an origin's custom headers may not have.
// CloudFront Developer Guide, "Add custom headers to origin requests".
var withheld = []string{"x-amz-", "x-edge-"}

func (o *origins) check() error {
	if !consistent(o.Quantity, len(o.Items.Origin)) || len(o.Items.Origin) == 0 {
		return inconsistent("Origins")
	}
	for _, one := range o.Items.Origin {
		headers := one.CustomHeaders.Items.OriginCustomHeader
		if !consistent(one.CustomHeaders.Quantity, len(headers)) {
			return inconsistent("CustomHeaders")
		}
		var seen []string
		for _, h := range headers {
			name := strings.ToLower(h.HeaderName)
			if !headerName.MatchString(name) || h.HeaderValue == "" || slices.Contains(seen, name) ||
				slices.ContainsFunc(withheld, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
				return invalid("InvalidArgument", "The parameter HeaderName %q is invalid in the origin %s.", h.HeaderName, one.Id)
			}
			seen = append(seen, name)
		}
	}
	return nil
}

// find returns the origin with an ID, nil if there is none.
func (o *origins) find(id string) *origin {
	for i := range o.Items.Origin {
		if o.Items.Origin[i].Id == id {
			return &o.Items.Origin[i]
		}
	}
	return nil
}

func noOrigin(id string) error {
	return &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchOrigin", Message: "One or more of your origins or origin groups do not exist: " + id}
}
