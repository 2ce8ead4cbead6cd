package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
)

// copied is an origin of the probe's: a copy of the user's with another path.
type copied struct{ name, path string }

// The origins that a run adds.
var (
	spacedOrigin  = copied{"spaced", "a b"}
	encodedOrigin = copied{"encoded", "a%20b"}
	missingOrigin = copied{"missing", "missing"} // has no objects
)

// id returns the origin's ID.
func (o copied) id() string { return Name + "-" + o.name }

// folder returns the folder of the origin's objects, below the path of the user's origin.
func (o copied) folder() string { return Name + "/origin/" + o.path }

// groupID is the ID of the probe's group of origins.
const groupID = Name + "-group"

// group returns the group of an origin of the probe's and the user's as an element of a
// distribution's config.
func group(first copied, second string) string {
	member := func(id string) string {
		return "<OriginGroupMember><OriginId>" + distconfig.Escaped(id) + "</OriginId></OriginGroupMember>"
	}
	return "<OriginGroup><Id>" + groupID + "</Id><FailoverCriteria><StatusCodes><Quantity>2</Quantity><Items><StatusCode>403</StatusCode><StatusCode>404</StatusCode></Items>" +
		"</StatusCodes></FailoverCriteria><Members><Quantity>2</Quantity><Items>" + member(first.id()) + member(second) + "</Items></Members></OriginGroup>"
}

// ownOrigins returns the IDs of the probe's origins that exist. An origin with such an ID
// whose path is not the probe's is refused.
func (s *session) ownOrigins(d *transfer.Document) (own []string, err error) {
	for _, o := range d.Typed.Origins.Items {
		id := aws.ToString(o.Id)
		if !strings.HasPrefix(id, Name+"-") {
			continue
		}
		if !strings.Contains(aws.ToString(o.OriginPath), "/"+Name+"/origin/") {
			return nil, &ForeignError{"the origin " + id + " of the distribution " + s.id}
		}
		own = append(own, id)
	}
	return own, nil
}

// addBehaviors puts the probe's behaviours before all others, and adds their origins. If
// CloudFront refuses these, it adds the behaviours without them.
func (s *session) addBehaviors(ctx context.Context, m made) (err error) {
	for _, s.copies = range [][]behavior{copies, {encoded, failover}, {spaced, encoded}, {encoded}, nil} {
		err = s.edit(ctx, func(d *transfer.Document) (*distconfig.Config, error) { return s.with(d, m) })
		if code := awsapi.Code(err); !strings.HasPrefix(code, "Invalid") && !strings.HasPrefix(code, "TooMany") {
			return err
		}
	}
	return err
}

// with returns a config with the probe's origins and behaviours.
func (s *session) with(d *transfer.Document, m made) (*distconfig.Config, error) {
	config, err := s.without(d)
	all := append(append([]behavior(nil), behaviors...), s.copies...)
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		b, origin := all[i], s.origin
		if b.origin != nil {
			origin = b.origin.id()
			config, err = config.WithOriginCopy(s.origin, origin, "/"+s.keyPrefix+b.origin.folder())
		}
		if b.group && err == nil {
			config, err = config.WithOriginGroup(group(*b.origin, s.origin))
			origin = groupID
		}
		if err == nil {
			config, err = config.WithBehavior(b.xml(origin, m))
		}
	}
	return config, err
}

// removeBehaviors removes the probe's behaviours and origins.
func (s *session) removeBehaviors(ctx context.Context) error { return s.edit(ctx, s.without) }

// ownGroup reports whether the probe's group of origins exists. A group of that name without
// an origin of the probe's is refused.
func (s *session) ownGroup(d *transfer.Document) (bool, error) {
	if d.Typed.OriginGroups == nil {
		return false, nil
	}
	for _, g := range d.Typed.OriginGroups.Items {
		if aws.ToString(g.Id) != groupID {
			continue
		}
		if g.Members == nil || !slices.ContainsFunc(g.Members.Items, func(m types.OriginGroupMember) bool { return aws.ToString(m.OriginId) == missingOrigin.id() }) {
			return false, &ForeignError{"the origin group " + groupID + " of the distribution " + s.id}
		}
		return true, nil
	}
	return false, nil
}

// without returns a config without the probe's behaviours and origins.
func (s *session) without(d *transfer.Document) (*distconfig.Config, error) {
	patterns, err := s.ownBehaviors(d)
	if err != nil {
		return nil, err
	}
	ids, err := s.ownOrigins(d)
	if err != nil {
		return nil, err
	}
	grouped, err := s.ownGroup(d)
	config := d.Config
	for _, pattern := range patterns {
		if err == nil {
			config, err = config.WithoutBehavior(pattern)
		}
	}
	if grouped && err == nil {
		config, err = config.WithoutOriginGroup(groupID)
	}
	for _, id := range ids {
		if err == nil {
			config, err = config.WithoutOrigin(id)
		}
	}
	return config, err
}
