package main

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// site is a site and its viewers.
type site struct {
	views    float64 // requests that reach CloudFront in a month
	pictures int
	exponent float64 // the picture of rank k gets views in proportion to k^-exponent
	asked    []edge.Size
	allowed  []edge.Size // the template's Sizes; none for all
	formats  []formatShare
	peak     float64 // the views of the busiest hour, relative to the mean
	maxAge   time.Duration
	shield   bool
	bucket   string  // the bucket's region
	quota    float64 // of executions at a time, in each region

	locations                 int // for each regional cache
	locationBytes, cacheBytes float64
	photographs               []photograph
}

// formatShare is the share of viewers who get a format.
type formatShare struct {
	format resize.Format
	share  float64
}

// served is a size that the cache knows, with its share of views.
type served struct {
	edge.Size
	share float64
}

// sizes returns the sizes that the viewer-request function makes of those that are asked for.
func (s site) sizes(ctx context.Context) ([]served, error) {
	var spelled []string
	for _, size := range s.allowed {
		spelled = append(spelled, fmt.Sprintf("%dx%d", size.Width, size.Height))
	}
	settings := viewerrequest.SettingsOf(edge.DefaultConfig())
	settings.Sizes = strings.Join(spelled, ",")
	var all []served
	index := map[string]int{}
	for _, size := range s.asked {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		query := fmt.Sprintf("width=%d&height=%d", size.Width, size.Height)
		r, reason, err := settings.Canonical(viewerrequest.Request{Method: http.MethodGet, Path: "/a.jpg", Query: query, Header: http.Header{}})
		if err != nil || reason != "" {
			return nil, fmt.Errorf("%s: %w %s", query, err, reason)
		}
		if _, ok := index[r.Query]; !ok {
			var to edge.Size
			if _, err := fmt.Sscanf(r.Query, "width=%d&height=%d", &to.Width, &to.Height); err != nil {
				return nil, fmt.Errorf("%s: %w", r.Query, err)
			}
			index[r.Query] = len(all)
			all = append(all, served{Size: to})
		}
		all[index[r.Query]].share += 1 / float64(len(s.asked))
	}
	return all, nil
}

// stratum stands for pictures that are viewed about equally often.
type stratum struct {
	pictures float64
	views    float64 // of one of them, a second
}

// strata divides the pictures, the most viewed first, into strata of at most maxPictures. The
// ranks of a stratum are within a factor of 1 + more(share), where share is its first picture's
// share of all views. If more returns 0, each picture is a stratum of its own.
func (s site) strata(maxPictures int, more func(share float64) float64) []stratum {
	popularity, sum := s.popularity()
	var all []stratum
	for first := 1; first <= s.pictures; {
		end := int(float64(first) * (1 + more(popularity[first-1]/sum)))
		end = min(max(first+1, end), first+maxPictures, s.pictures+1)
		n, part := float64(end-first), 0.0
		for _, p := range popularity[first-1 : end-1] {
			part += p
		}
		all = append(all, stratum{n, part / n * s.views / month / sum})
		first = end
	}
	return all
}

// popularity returns the popularity of each picture, by rank, and their sum.
func (s site) popularity() (each []float64, sum float64) {
	each = make([]float64, s.pictures)
	for i := range each {
		each[i] = math.Pow(float64(i+1), -s.exponent)
		sum += each[i]
	}
	return each, sum
}
