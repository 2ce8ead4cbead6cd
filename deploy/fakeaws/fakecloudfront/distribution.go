package fakecloudfront

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// distribution is one.
type distribution struct {
	id, domain string
	config     []byte // as it was given
	etag       string
	live       []byte // the config that viewers are served by
	polls      int    // reads until it is deployed

	invalidations []*invalidation
	tags          map[string]string
}

func newETag() string { return "E" + rand.Text()[:13] }

// Add makes a distribution that is deployed.
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

// Config is a distribution's config as it was given.
func (c *CloudFront) Config(id string) []byte {
	c.server.Lock()
	defer c.server.Unlock()
	return c.find(id).config
}

// Live is the ARN of the function that viewers are served by at an event of a
// behaviour, "" if there is none: by the config that was deployed last. The
// default behaviour's path pattern is "".
func (c *CloudFront) Live(id, pattern, eventType string) string {
	c.server.Lock()
	defer c.server.Unlock()
	parsed, err := parseConfig(c.find(id).live)
	if err != nil {
		return "" // it was checked
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

// Meddle changes a distribution's config, as somebody else's update does. The
// caller is a fault of the server, which holds its lock.
func (c *CloudFront) Meddle(id string, change func(config string) string) {
	d := c.find(id)
	d.config, d.etag = []byte(change(string(d.config))), newETag()
}

func (c *CloudFront) find(id string) *distribution {
	for _, d := range c.distributions {
		if d.id == id {
			return d
		}
	}
	return nil
}

// named is the distribution that a request is about.
func (c *CloudFront) named(r *fakeaws.Request) (*distribution, error) {
	if d := c.find(r.PathValue("id")); d != nil {
		return d, nil
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchDistribution", Message: "The specified distribution does not exist."}
}

// status is what the API calls the state.
func (d *distribution) status() string {
	if d.polls > 0 {
		return "InProgress"
	}
	return "Deployed"
}

// poll is a read: the deployment goes on by one.
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

// getDistribution is GetDistribution.
func (c *CloudFront) getDistribution(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.named(r)
	if err != nil {
		return nil, err
	}
	c.poll(d)
	return answer(d.etag, d.document()), nil
}

// document is a Distribution.
func (d *distribution) document() string {
	return fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+`<Distribution xmlns="%s"><Id>%s</Id><ARN>%s</ARN><Status>%s</Status>`+
		`<LastModifiedTime>2026-01-01T00:00:00.000Z</LastModifiedTime><InProgressInvalidationBatches>%d</InProgressInvalidationBatches>`+
		`<DomainName>%s</DomainName>%s</Distribution>`, namespace, d.id, d.arn(), d.status(), len(d.inProgress()), escaped(d.domain), rootOf(d.config))
}

func (d *distribution) arn() string {
	return "arn:aws:cloudfront::" + fakeaws.Account + ":distribution/" + d.id
}

// rootOf is a document without what stands before its root.
func rootOf(config []byte) string {
	text := string(config)
	return text[strings.Index(text, "<DistributionConfig"):]
}

// getDistributionConfig is GetDistributionConfig.
func (c *CloudFront) getDistributionConfig(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.named(r)
	if err != nil {
		return nil, err
	}
	return answer(d.etag, string(d.config)), nil
}

// updateDistribution is UpdateDistribution.
func (c *CloudFront) updateDistribution(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.named(r)
	if err != nil {
		return nil, err
	}
	if err := matched(r, d.etag); err != nil {
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
	// Until the new config is everywhere, the old one's functions run too.
	live, err := parseConfig(d.live)
	if err != nil {
		return nil, err
	}
	c.functions.Associate(d.id, append(parsed.functions(), live.functions()...))
	// The read that ends the deployment shows it ended.
	d.config, d.etag, d.polls = r.Body, newETag(), c.Polls+1
	return answer(d.etag, d.document()), nil
}

// listDistributions is ListDistributions.
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
