package fakecloudfront

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// invalidation is an invalidation in progress or completed.
type invalidation struct {
	id, reference string
	paths         []string
	made          time.Time
	polls         int // reads until it is completed
	completed     bool
}

// Invalidation is an invalidation as tests see it.
type Invalidation struct {
	ID, CallerReference string
	Paths               []string
	Completed           bool
}

// Invalidations returns a distribution's invalidations, the oldest first.
func (c *CloudFront) Invalidations(distribution string) []Invalidation {
	c.server.Lock()
	defer c.server.Unlock()
	var all []Invalidation
	for _, i := range c.find(distribution).invalidations {
		all = append(all, Invalidation{i.id, i.reference, i.paths, i.completed})
	}
	return all
}

// Complete completes a distribution's invalidations.
func (c *CloudFront) Complete(distribution string) {
	c.server.Lock()
	defer c.server.Unlock()
	for _, i := range c.find(distribution).invalidations {
		i.completed = true
	}
}

// inProgress returns the invalidations that are not completed.
func (d *distribution) inProgress() []*invalidation {
	return slices.DeleteFunc(slices.Clone(d.invalidations), func(i *invalidation) bool { return i.completed })
}

// invalidationBatch is the body of CreateInvalidation.
type invalidationBatch struct {
	XMLName         xml.Name `xml:"InvalidationBatch"`
	CallerReference string
	Paths           struct {
		Quantity *int
		Items    struct{ Path []string }
	}
}

// createInvalidation handles CreateInvalidation.
func (c *CloudFront) createInvalidation(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	batch, err := d.parseBatch(r.Body, c.AnyPath)
	if err != nil {
		return nil, err
	}
	paths := batch.Paths.Items.Path
	for _, i := range d.invalidations {
		if i.reference != batch.CallerReference {
			continue
		}
		if !slices.Equal(i.paths, paths) {
			return nil, invalid("InvalidationBatchAlreadyExists", "Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.")
		}
		return d.created(r, i), nil
	}
	now := c.Now()
	if err := d.checkQuotas(paths, c.Quotas, now); err != nil {
		return nil, err
	}
	made := &invalidation{id: "I" + rand.Text()[:13], reference: batch.CallerReference, paths: paths, made: now, polls: c.InvalidationPolls}
	d.invalidations = append(d.invalidations, made)
	switch {
	case c.Invalidated == nil:
	case c.AnyPath:
		c.Invalidated(d.id, paths)
	default:
		c.Invalidated(d.id, effective(paths))
	}
	return d.created(r, made), nil
}

// parseBatch parses a batch, and refuses one that CloudFront refuses. With anyPath it
// takes every path.
func (d *distribution) parseBatch(body []byte, anyPath bool) (*invalidationBatch, error) {
	if len(body) == 0 {
		return nil, invalid("MissingBody", "This operation requires a body. Ensure that the body is present and the Content-Type header is set.")
	}
	var batch invalidationBatch
	if err := xml.Unmarshal(body, &batch); err != nil || batch.XMLName.Space != namespace {
		return nil, invalid("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: %v", err)
	}
	paths := batch.Paths.Items.Path
	if !consistent(batch.Paths.Quantity, len(paths)) {
		return nil, inconsistent("Paths")
	}
	if batch.CallerReference == "" || len(paths) == 0 {
		return nil, invalid("InvalidArgument", "Your request does not contain a caller reference, or no paths.")
	}
	if len(paths) > MaxPaths {
		return nil, &fakeaws.Error{Status: http.StatusRequestEntityTooLarge, Code: "BatchTooLarge",
			Message: "Your request contains too many paths."}
	}
	config, err := parseConfig(d.config)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if anyPath && !isTag(path) {
			continue
		}
		if err := checkItem(path, config.CacheTagConfig != nil); err != nil {
			return nil, invalid("InvalidArgument", "Your request contains one or more invalid invalidation paths. (%v)", err)
		}
	}
	return &batch, nil
}

// getInvalidation handles GetInvalidation.
func (c *CloudFront) getInvalidation(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	for _, i := range d.invalidations {
		if i.id != r.PathValue("invalidation") {
			continue
		}
		if i.polls--; i.polls < 0 {
			i.completed = true
		}
		return answer("", i.document()), nil
	}
	return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchInvalidation", Message: "The specified invalidation does not exist."}
}

// created returns the response to CreateInvalidation.
func (d *distribution) created(r *fakeaws.Request, i *invalidation) *fakeaws.Response {
	response := answer("", i.document())
	response.Status = http.StatusCreated
	response.Header.Set("Location", "https://cloudfront.amazonaws.com"+r.URL.Path+"/"+i.id)
	return response
}

// document returns an Invalidation in XML.
func (i *invalidation) document() string {
	var paths strings.Builder
	for _, path := range i.paths {
		fmt.Fprintf(&paths, "<Path>%s</Path>", escaped(path))
	}
	return fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+`<Invalidation xmlns="%s"><Id>%s</Id><Status>%s</Status><CreateTime>%s</CreateTime>`+
		`<InvalidationBatch><Paths><Quantity>%d</Quantity><Items>%s</Items></Paths><CallerReference>%s</CallerReference></InvalidationBatch></Invalidation>`,
		namespace, i.id, i.status(), timestamp(i.made), len(i.paths), &paths, escaped(i.reference))
}
