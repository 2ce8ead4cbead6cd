package fakecloudfront

import (
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// policies has all policies of a kind.
type policies struct {
	kind  string // such as "CachePolicy"
	check func(config []byte) error
	all   map[string]*policy // by ID
}

// policy is a policy of any kind.
type policy struct {
	name     string
	elements string // elements of its config after the name
	etag     string
	managed  bool
}

func newPolicies(kind string, check func([]byte) error) *policies {
	return &policies{kind, check, map[string]*policy{}}
}

// AddCachePolicy makes a cache policy from the elements of a CachePolicyConfig after
// its name.
func (c *CloudFront) AddCachePolicy(id, elements string) { c.add(c.cachePolicies, id, elements) }

// AddOriginRequestPolicy makes an origin request policy from the elements of an
// OriginRequestPolicyConfig after its name.
func (c *CloudFront) AddOriginRequestPolicy(id, elements string) {
	c.add(c.originRequestPolicies, id, elements)
}

// AddResponseHeadersPolicy makes a response headers policy from the elements of a
// ResponseHeadersPolicyConfig after its name.
func (c *CloudFront) AddResponseHeadersPolicy(id, elements string) {
	c.add(c.responseHeadersPolicies, id, elements)
}

// OutdatePolicies removes all but the comment from the policies whose names begin with
// name, as if an older version of a program had made them.
func (c *CloudFront) OutdatePolicies(name string) {
	c.server.Lock()
	defer c.server.Unlock()
	for _, p := range []*policies{c.cachePolicies, c.originRequestPolicies, c.responseHeadersPolicies} {
		for _, one := range p.all {
			if comment, _, ok := strings.Cut(one.elements, "</Comment>"); ok && strings.HasPrefix(one.name, name) {
				one.elements = comment[strings.Index(comment, "<Comment>"):] + "</Comment>"
			}
		}
	}
}

// add makes a policy whose name is its ID.
func (c *CloudFront) add(p *policies, id, elements string) {
	c.server.Lock()
	defer c.server.Unlock()
	p.all[id] = &policy{name: id, elements: elements, etag: newETag()}
}

// handlePolicies adds the operations on the policies of a kind at a path.
func (c *CloudFront) handlePolicies(service *fakeaws.Service, path, plural string, p *policies) {
	at := "/2020-05-31/" + path
	service.Handle("GET "+at, fakeaws.Operation{Name: "List" + plural, Do: p.list})
	service.Handle("POST "+at, fakeaws.Operation{Name: "Create" + p.kind, Writes: true, Do: p.create})
	service.Handle("GET "+at+"/{id}", fakeaws.Operation{Name: "Get" + p.kind, Do: p.get})
	service.Handle("PUT "+at+"/{id}", fakeaws.Operation{Name: "Update" + p.kind, Writes: true, Do: p.update})
	service.Handle("DELETE "+at+"/{id}", fakeaws.Operation{Name: "Delete" + p.kind, Writes: true,
		Do: func(r *fakeaws.Request) (*fakeaws.Response, error) { return p.delete(r, c.uses) }})
}

// uses reports whether a distribution's config has an ID in an element.
func (c *CloudFront) uses(element, id string) bool {
	return slices.ContainsFunc(c.distributions, func(d *distribution) bool {
		return strings.Contains(string(d.config), "<"+element+">"+id+"</"+element+">")
	})
}

// document returns a policy in XML.
func (p *policies) document(id string, one *policy, namespace string) string {
	return fmt.Sprintf(`<%[1]s%[2]s><Id>%[3]s</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>`+
		`<%[1]sConfig><Name>%[4]s</Name>%[5]s</%[1]sConfig></%[1]s>`, p.kind, namespace, escaped(id), escaped(one.name), one.elements)
}

// answer returns a response with a policy.
func (p *policies) answer(id string, one *policy) *fakeaws.Response {
	return answer(one.etag, xml.Header+p.document(id, one, ` xmlns="`+namespace+`"`))
}

// find returns the policy that a request names.
func (p *policies) find(r *fakeaws.Request) (id string, one *policy, err error) {
	id = r.PathValue("id")
	if one = p.all[id]; one == nil {
		return id, nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuch" + p.kind,
			Message: fmt.Sprintf("The %s does not exist.", strings.ToLower(p.kind))}
	}
	return id, one, nil
}

// get handles GetCachePolicy, GetOriginRequestPolicy and GetResponseHeadersPolicy.
func (p *policies) get(r *fakeaws.Request) (*fakeaws.Response, error) {
	id, one, err := p.find(r)
	if err != nil {
		return nil, err
	}
	return p.answer(id, one), nil
}

// list handles ListCachePolicies, ListOriginRequestPolicies and
// ListResponseHeadersPolicies.
func (p *policies) list(r *fakeaws.Request) (*fakeaws.Response, error) {
	const pageSize = 2 // small, so that lists have several pages
	want := r.URL.Query().Get("Type")
	var page []string
	next, last := "", ""
	for _, id := range slices.Sorted(maps.Keys(p.all)) {
		kind := "custom"
		if p.all[id].managed {
			kind = "managed"
		}
		if want != "" && want != kind || id <= r.URL.Query().Get("Marker") {
			continue
		}
		if len(page) == pageSize {
			next = "<NextMarker>" + escaped(last) + "</NextMarker>"
			break
		}
		page, last = append(page, fmt.Sprintf("<%[1]sSummary><Type>%[2]s</Type>%[3]s</%[1]sSummary>", p.kind, kind, p.document(id, p.all[id], ""))), id
	}
	return answer("", fmt.Sprintf(`%[1]s<%[2]sList xmlns="%[3]s">%[4]s<MaxItems>%[5]d</MaxItems><Quantity>%[6]d</Quantity><Items>%[7]s</Items></%[2]sList>`,
		xml.Header, p.kind, namespace, next, pageSize, len(page), strings.Join(page, ""))), nil
}

// policyName matches the names of policies. CloudFront API Reference,
// "CachePolicyConfig".
var policyName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// read parses a config, and refuses one that CloudFront refuses.
func (p *policies) read(r *fakeaws.Request) (*policy, error) {
	if len(r.Body) == 0 {
		return nil, invalid("MissingBody", "This operation requires a body.")
	}
	var config struct {
		XMLName  xml.Name
		Name     string
		Comment  string
		Elements string `xml:",innerxml"`
	}
	if err := xml.Unmarshal(r.Body, &config); err != nil || config.XMLName.Local != p.kind+"Config" || config.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	if !policyName.MatchString(config.Name) || len(config.Comment) > 128 {
		return nil, invalid("InvalidArgument", "The name %q or the comment %q of the policy is not valid.", config.Name, config.Comment)
	}
	if err := p.check(r.Body); err != nil {
		return nil, err
	}
	name := "<Name>" + escaped(config.Name) + "</Name>"
	return &policy{name: config.Name, elements: strings.Replace(config.Elements, name, "", 1), etag: newETag()}, nil
}

// checkName refuses a name that a policy with another ID has.
func (p *policies) checkName(name, id string) error {
	for other, one := range p.all {
		if one.name == name && other != id {
			return &fakeaws.Error{Status: http.StatusConflict, Code: p.kind + "AlreadyExists",
				Message: "A policy with the same name already exists."}
		}
	}
	return nil
}

// maxPolicies is the maximum number of an account's policies of a kind. CloudFront
// Developer Guide, "Quotas on policies".
const maxPolicies = 20

// create handles CreateCachePolicy and the like.
func (p *policies) create(r *fakeaws.Request) (*fakeaws.Response, error) {
	made, err := p.read(r)
	if err != nil {
		return nil, err
	}
	if err := p.checkName(made.name, ""); err != nil {
		return nil, err
	}
	custom := 0
	for _, one := range p.all {
		if !one.managed {
			custom++
		}
	}
	if custom >= maxPolicies {
		return nil, invalid("TooMany"+strings.TrimSuffix(p.kind, "y")+"ies", "You have reached the maximum number of policies for this AWS account.")
	}
	id := idOf(p.kind, made.name)
	p.all[id] = made
	response := p.answer(id, made)
	response.Status = http.StatusCreated
	return response, nil
}

// idOf returns an ID that only depends on a kind and a name.
func idOf(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + " " + name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// checkIfMatch refuses a request whose If-Match is not etag.
func checkIfMatch(r *fakeaws.Request, etag string) error {
	switch r.Header.Get("If-Match") {
	case etag:
		return nil
	case "":
		return invalid("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
	}
	return &fakeaws.Error{Status: http.StatusPreconditionFailed, Code: "PreconditionFailed",
		Message: "The request failed because it didn't meet the preconditions in one or more request-header fields."}
}

// changed returns the ID of the policy that a request changes, if that is allowed.
func (p *policies) changed(r *fakeaws.Request) (string, error) {
	id, one, err := p.find(r)
	if err != nil {
		return "", err
	}
	if one.managed {
		return "", invalid("IllegalUpdate", "The update contains modifications that are not allowed: the policy is managed.")
	}
	return id, checkIfMatch(r, one.etag)
}

// update handles UpdateCachePolicy and the like.
func (p *policies) update(r *fakeaws.Request) (*fakeaws.Response, error) {
	id, err := p.changed(r)
	if err != nil {
		return nil, err
	}
	made, err := p.read(r)
	if err != nil {
		return nil, err
	}
	if err := p.checkName(made.name, id); err != nil {
		return nil, err
	}
	p.all[id] = made
	return p.answer(id, made), nil
}

// delete handles DeleteCachePolicy and the like.
func (p *policies) delete(r *fakeaws.Request, uses func(element, id string) bool) (*fakeaws.Response, error) {
	id, err := p.changed(r)
	if err != nil {
		return nil, err
	}
	if uses(p.kind+"Id", id) {
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: p.kind + "InUse",
			Message: "Cannot delete the policy because it is attached to one or more cache behaviors."}
	}
	delete(p.all, id)
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
