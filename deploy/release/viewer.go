package release

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// maxAnswer is the most bytes of an answer that are read.
const maxAnswer = 256 << 20

// answer is a site's answer to one request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// String returns the status and CloudFront's X-Cache, which says whether a function failed.
func (a *answer) String() string {
	text := fmt.Sprintf("%d %s", a.status, http.StatusText(a.status))
	if from := a.header.Get("X-Cache"); from != "" {
		text += " (X-Cache: " + from + ")"
	}
	return text
}

// newViewer returns a client that asks as a viewer does who takes no compression.
func newViewer() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{Transport: transport, Timeout: 60 * time.Second}
}

// viewerTries and viewerPause are for answers that may be better the next time: a function
// may fail once while it starts.
const (
	viewerTries = 3
	viewerPause = 2 * time.Second
)

// passingStatuses are of answers that may be better the next time.
var passingStatuses = []int{
	http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// ask asks the live site, again if a later answer may be better.
func (r *Releaser) ask(ctx context.Context, method string, u *url.URL, header http.Header) (got *answer, err error) {
	for try := range viewerTries {
		if try > 0 {
			if err := r.Wait(ctx, viewerPause); err != nil {
				return nil, err
			}
		}
		got, err = r.askOnce(ctx, method, u, header)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && !slices.Contains(passingStatuses, got.status) {
			return got, nil
		}
	}
	return got, err
}

// askOnce asks the live site without trying again.
func (r *Releaser) askOnce(ctx context.Context, method string, u *url.URL, header http.Header) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if header != nil {
		request.Header = header
	}
	response, err := r.Viewer.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the answer ended early: %w", err)
	}
	return &answer{response.StatusCode, response.Header, body}, nil
}
