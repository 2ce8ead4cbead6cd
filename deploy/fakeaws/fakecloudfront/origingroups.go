package fakecloudfront

import "slices"

// originGroups are the groups of origins of which the first answers, or else the second.
type originGroups struct {
	Quantity *int
	Items    struct{ OriginGroup []originGroup }
}

type originGroup struct {
	Id               string
	FailoverCriteria struct {
		StatusCodes struct {
			Quantity *int
			Items    struct{ StatusCode []int }
		}
	}
	Members struct {
		Quantity *int
		Items    struct {
			OriginGroupMember []struct{ OriginId string }
		}
	}
}

// failoverStatuses are the statuses for which a group's second origin may be asked.
// CloudFront Developer Guide, "Create an origin group".
var failoverStatuses = []int{403, 404, 429, 500, 502, 503, 504}

// check refuses groups that CloudFront refuses. CloudFront API Reference, "OriginGroup".
func (g *originGroups) check(o *origins) error {
	if !consistent(g.Quantity, len(g.Items.OriginGroup)) {
		return inconsistent("OriginGroups")
	}
	for _, one := range g.Items.OriginGroup {
		codes, members := one.FailoverCriteria.StatusCodes, one.Members
		if !consistent(codes.Quantity, len(codes.Items.StatusCode)) || !consistent(members.Quantity, len(members.Items.OriginGroupMember)) {
			return inconsistent("OriginGroups")
		}
		if len(codes.Items.StatusCode) == 0 || len(members.Items.OriginGroupMember) != 2 {
			return invalid("InvalidArgument", "The origin group %s needs status codes and two members.", one.Id)
		}
		for _, status := range codes.Items.StatusCode {
			if !slices.Contains(failoverStatuses, status) {
				return invalid("InvalidArgument", "The origin group %s cannot fail over for the status %d.", one.Id, status)
			}
		}
		for _, member := range members.Items.OriginGroupMember {
			if o.find(member.OriginId) == nil {
				return noOrigin(member.OriginId)
			}
		}
	}
	return nil
}

// Route says which origins a behaviour's requests go to.
type Route struct {
	// Paths has the origin's path, or those of a group's two origins.
	Paths []string
	// Failover has the statuses of the first origin for which the second is asked.
	Failover []int
}

// LiveRoute returns the route of a behaviour that is not the default one. The last deployed
// config decides.
func (c *CloudFront) LiveRoute(id, pattern string) (r Route) {
	c.server.Lock()
	defer c.server.Unlock()
	parsed, err := parseConfig(c.find(id).live)
	if err != nil {
		return Route{} // cannot happen: the config was checked
	}
	for _, b := range parsed.behaviors() {
		if b.PathPattern != pattern {
			continue
		}
		ids := []string{b.TargetOriginId}
		if g := parsed.OriginGroups.find(b.TargetOriginId); g != nil {
			ids = nil
			for _, member := range g.Members.Items.OriginGroupMember {
				ids = append(ids, member.OriginId)
			}
			r.Failover = g.FailoverCriteria.StatusCodes.Items.StatusCode
		}
		for _, id := range ids {
			if o := parsed.Origins.find(id); o != nil {
				r.Paths = append(r.Paths, o.OriginPath)
			}
		}
	}
	return r
}

// find returns the group with an ID, nil if there is none.
func (g *originGroups) find(id string) *originGroup {
	for i := range g.Items.OriginGroup {
		if g.Items.OriginGroup[i].Id == id {
			return &g.Items.OriginGroup[i]
		}
	}
	return nil
}
