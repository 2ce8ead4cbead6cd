package invalidate

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

// How much time and how many calls one count of a month's paths may take. The next count
// goes on from there.
const (
	countingTime  = 3 * time.Second
	countingCalls = 100
)

// listedFor is how long a list of invalidations is used: others make invalidations too.
const listedFor = time.Minute

// month holds what is known of the invalidations of a calendar month, UTC.
type month struct {
	sync.Mutex
	begin   time.Time
	paths   map[string]int // number of paths by invalidation ID; 0 if not known yet
	counted int            // the sum of paths
	unknown []string       // IDs without a known number, the newest first
	listed  time.Time      // when the list was last complete
	newest  string         // the first ID of that list
}

// add adds an invalidation with a number of paths, 0 if that is unknown. It changes
// nothing if the number is known already.
func (m *month) add(id string, paths int) {
	had, known := m.paths[id]
	switch {
	case !known && paths == 0:
		m.unknown = append(m.unknown, id)
	case had == 0:
		m.counted += paths
	default:
		return
	}
	m.paths[id] = paths
}

// sum returns how many paths there are at least: an invalidation has at least one.
func (m *month) sum() int {
	n := m.counted
	for _, id := range m.unknown {
		if m.paths[id] == 0 {
			n++
		}
	}
	return n
}

// start starts a new month if now is in one.
func (m *month) start(now time.Time) {
	now = now.UTC()
	begin := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	if !begin.Equal(m.begin) {
		m.begin, m.paths, m.counted, m.unknown, m.listed, m.newest = begin, map[string]int{}, 0, nil, time.Time{}, ""
	}
}

// countMade adds an invalidation that CloudFront has just returned. It may be an older
// one with the same reference.
func (c *Client) countMade(i Invalidation, paths int) {
	c.month.Lock()
	defer c.month.Unlock()
	c.month.start(c.now())
	if !i.Created.Before(c.month.begin) {
		c.month.add(i.ID, paths)
	}
}

// Spent returns how many paths and tags this month's invalidations of the distribution
// had, whoever made them, by CloudFront's records. It stops counting at enough, after
// an error, or when counting takes long. It then returns the number so far, and goes on
// from there the next time.
func (c *Client) Spent(ctx context.Context, enough int) (int, error) {
	c.month.Lock()
	defer c.month.Unlock()
	c.month.start(c.now())
	counting, cancel := context.WithTimeout(ctx, countingTime)
	defer cancel()
	calls := countingCalls
	err := c.list(counting, enough, &calls)
	for err == nil && calls > 0 && c.month.sum() < enough && len(c.month.unknown) > 0 {
		calls--
		err = c.count(counting)
	}
	if errors.Is(counting.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		err = nil // only the count took long
	}
	return c.month.sum(), err
}

// list adds the month's invalidations that are not known yet, the newest first, as
// CloudFront lists them: "in decreasing order from most recent to oldest". API
// Reference, "ListInvalidations".
func (c *Client) list(ctx context.Context, enough int, calls *int) error {
	m := &c.month
	if !m.listed.IsZero() && c.now().Sub(m.listed).Abs() < listedFor {
		return nil
	}
	var marker *string
	newest := ""
	for *calls > 0 && m.sum() < enough {
		*calls--
		out, err := c.API.ListInvalidations(ctx, &cloudfront.ListInvalidationsInput{DistributionId: &c.Distribution, Marker: marker})
		if err != nil {
			return classified(err)
		}
		if out.InvalidationList == nil {
			return fmt.Errorf("%w: a list of invalidations without one", ErrBusy)
		}
		done := !aws.ToBool(out.InvalidationList.IsTruncated)
		for _, i := range out.InvalidationList.Items {
			id := aws.ToString(i.Id)
			if newest == "" {
				newest = id
			}
			if id == m.newest || aws.ToTime(i.CreateTime).Before(m.begin) {
				done = true
				break
			}
			m.add(id, 0)
		}
		if done {
			m.newest, m.listed = newest, c.now()
			return nil
		}
		marker = out.InvalidationList.NextMarker
	}
	return nil
}

// count asks CloudFront for the number of paths of an unknown invalidation.
func (c *Client) count(ctx context.Context) error {
	m := &c.month
	id := m.unknown[0]
	if m.paths[id] == 0 {
		out, err := c.API.GetInvalidation(ctx, &cloudfront.GetInvalidationInput{DistributionId: &c.Distribution, Id: &id})
		if err != nil {
			return classified(err)
		}
		paths := int32(1) // it has one at least
		if i := out.Invalidation; i != nil && i.InvalidationBatch != nil && i.InvalidationBatch.Paths != nil {
			paths = max(paths, aws.ToInt32(i.InvalidationBatch.Paths.Quantity))
		}
		m.add(id, int(paths))
	}
	m.unknown = m.unknown[1:]
	return nil
}
