package fakecloudfront

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// distribution is a distribution.
type distribution struct {
	id, domain string
	config     []byte // as it was given
	etag       string
	live       []byte // the config by which viewers are served
	polls      int    // reads until it is deployed

	invalidations []*invalidation
	tags          map[string]string
}

// newETag returns a random ETag.
func newETag() string { return "E" + rand.Text()[:13] }

// Add makes a deployed distribution.
func (c *CloudFront) Add(id, domain string, config []byte) error {
	c.server.Lock()
	defer c.server.Unlock()
	parsed, err := c.check(config)
	if err != nil {
		return err
	}
	c.distributions = append(c.distributions, &distribution{id: id, domain: domain, config: config, etag: newETag(), live: config})
	c.functions.Associate(id, parsed.functions())
	return nil
}

// Config returns a distribution's config as it was given.
func (c *CloudFront) Config(id string) []byte {
	c.server.Lock()
	defer c.server.Unlock()
	return c.find(id).config
}

// Live returns the ARN of the function that serves viewers at an event of a behaviour,
// or "". The last deployed config decides. The default behaviour's pattern is "".
func (c *CloudFront) Live(id, pattern, eventType string) string {
	c.server.Lock()
	defer c.server.Unlock()
	parsed, err := parseConfig(c.find(id).live)
	if err != nil {
		return "" // cannot happen: the config was checked
	}
	for _, b := range parsed.behaviors() {
		for _, a := range b.LambdaFunctionAssociations.Items.LambdaFunctionAssociation {
			if b.PathPattern == pattern && a.EventType == eventType {
				return a.LambdaFunctionARN
			}
		}
	}
	return ""
}

// Meddle changes a distribution's config, as an update by somebody else would. It is
// for use in [fakeaws.Server.Fault], while the server is locked.
func (c *CloudFront) Meddle(id string, change func(config string) string) {
	d := c.find(id)
	d.config, d.etag = []byte(change(string(d.config))), newETag()
}

// find returns the distribution with an ID, or nil.
func (c *CloudFront) find(id string) *distribution {
	for _, d := range c.distributions {
		if d.id == id {
			return d
		}
	}
	return nil
}

// requested returns the distribution that a request names.
func (c *CloudFront) requested(r *fakeaws.Request) (*distribution, error) {
	if d := c.find(r.PathValue("id")); d != nil {
		return d, nil
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchDistribution", Message: "The specified distribution does not exist."}
}

// status returns the status that the API shows.
func (d *distribution) status() string {
	if d.polls > 0 {
		return "InProgress"
	}
	return "Deployed"
}

// poll counts a read of d, which brings its deployment nearer to the end.
func (c *CloudFront) poll(d *distribution) {
	if d.polls == 0 {
		return
	}
	if d.polls--; d.polls == 0 {
		d.live = d.config
		if parsed, err := parseConfig(d.live); err == nil {
			c.functions.Associate(d.id, parsed.functions())
		}
	}
}

// getDistribution handles GetDistribution.
func (c *CloudFront) getDistribution(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	c.poll(d)
	return answer(d.etag, d.document()), nil
}

// document returns a Distribution in XML.
func (d *distribution) document() string {
	return fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+`<Distribution xmlns="%s"><Id>%s</Id><ARN>%s</ARN><Status>%s</Status>`+
		`<LastModifiedTime>2026-01-01T00:00:00.000Z</LastModifiedTime><InProgressInvalidationBatches>%d</InProgressInvalidationBatches>`+
		`<DomainName>%s</DomainName>%s</Distribution>`, namespace, d.id, d.arn(), d.status(), len(d.inProgress()), escaped(d.domain), rootOf(d.config))
}

// arn returns the distribution's ARN.
func (d *distribution) arn() string {
	return "arn:aws:cloudfront::" + fakeaws.Account + ":distribution/" + d.id
}

// rootOf returns a config from its root element on.
func rootOf(config []byte) string {
	text := string(config)
	return text[strings.Index(text, "<DistributionConfig"):]
}

// getDistributionConfig handles GetDistributionConfig.
func (c *CloudFront) getDistributionConfig(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	return answer(d.etag, string(d.config)), nil
}

// updateDistribution handles UpdateDistribution.
func (c *CloudFront) updateDistribution(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	if err := checkIfMatch(r, d.etag); err != nil {
		return nil, err
	}
	parsed, err := c.check(r.Body)
	if err != nil {
		return nil, err
	}
	if old, err := parseConfig(d.config); err != nil || old.CallerReference != parsed.CallerReference {
		return nil, invalid("IllegalUpdate", "The update contains modifications that are not allowed: the CallerReference.")
	}
	if err := c.checkNamed(d.config, parsed); err != nil {
		return nil, err
	}
	// Until the new config is deployed, the old one's functions run too.
	live, err := parseConfig(d.live)
	if err != nil {
		return nil, err
	}
	c.functions.Associate(d.id, append(parsed.functions(), live.functions()...))
	// The read that ends the deployment shows it ended.
	d.config, d.etag, d.polls = r.Body, newETag(), c.Polls+1
	return answer(d.etag, d.document()), nil
}

// listDistributions handles ListDistributions.
func (c *CloudFront) listDistributions(r *fakeaws.Request) (*fakeaws.Response, error) {
	query := r.URL.Query()
	size, start := 100, 0
	if given := query.Get("MaxItems"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return nil, invalid("InvalidArgument", "MaxItems is %q", given)
		}
		size = n
	}
	if c.PageSize > 0 {
		size = min(size, c.PageSize)
	}
	if marker := query.Get("Marker"); marker != "" {
		for start < len(c.distributions) && c.distributions[start].id != marker {
			start++
		}
		start++
	}
	start = min(start, len(c.distributions))
	page := c.distributions[start:min(start+size, len(c.distributions))]
	var items strings.Builder
	for _, d := range page {
		fmt.Fprintf(&items, `<DistributionSummary><Id>%s</Id><ARN>%s</ARN><Status>%s</Status><DomainName>%s</DomainName>%s</DistributionSummary>`,
			d.id, d.arn(), d.status(), escaped(d.domain), summaryOf(d.config))
	}
	next, truncated := "", start+len(page) < len(c.distributions)
	if truncated {
		next = "<NextMarker>" + page[len(page)-1].id + "</NextMarker>"
	}
	return answer("", fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+`<DistributionList xmlns="%s"><Marker>%s</Marker>%s<MaxItems>%d</MaxItems>`+
		`<IsTruncated>%t</IsTruncated><Quantity>%d</Quantity><Items>%s</Items></DistributionList>`,
		namespace, escaped(query.Get("Marker")), next, size, truncated, len(page), &items)), nil
}
