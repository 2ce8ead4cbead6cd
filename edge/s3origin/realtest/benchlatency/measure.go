package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin"
	"github.com/edgeresize/edgeresize/edge/s3origin/realtest/gateway"
)

// cell holds the median times for one event.
type cell struct{ whole, ours time.Duration }

// measure answers the event of p times times with each source in turn, over new
// connections each time, or, if warm, over those of the time before.
func (s *s3Server) measure(ctx context.Context, p *picture, l link, warm bool, times int) (cell, error) {
	endpoint, end, err := s.behind(l)
	if err != nil {
		return cell{}, err
	}
	defer end()
	event, err := p.event()
	if err != nil {
		return cell{}, err
	}
	credentials := gateway.Provider(gateway.Credentials)
	newWhole := func() edge.Source { return newWholeSource(endpoint, credentials) }
	newOurs := func() edge.Source {
		return s3origin.New(s3origin.Options{Endpoint: endpoint, Credentials: credentials})
	}
	wholeHandler, ourHandler := newHandler(newWhole()), newHandler(newOurs())
	var whole, ours []time.Duration
	for i := range times + 1 {
		if !warm {
			wholeHandler, ourHandler = newHandler(newWhole()), newHandler(newOurs())
		}
		a, err := answer(ctx, wholeHandler, event)
		if err != nil {
			return cell{}, err
		}
		b, err := answer(ctx, ourHandler, event)
		if err != nil {
			return cell{}, err
		}
		if i > 0 { // the first time also warms the process up
			whole, ours = append(whole, a), append(ours, b)
		}
	}
	return cell{median(whole), median(ours)}, nil
}

func newHandler(source edge.Source) *edge.Handler {
	config := edge.DefaultConfig()
	config.TimeoutMS = 25_000
	return edge.New(config, source, 0, slog.New(slog.DiscardHandler))
}

// answer returns how long answering an event with a variant takes.
func answer(ctx context.Context, h *edge.Handler, event []byte) (time.Duration, error) {
	start := time.Now()
	_, outcome, err := h.Handle(ctx, event)
	took := time.Since(start)
	if err == nil && outcome.Reason != "" {
		err = fmt.Errorf("%s: %w", outcome, outcome.Err)
	}
	return took, err
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// wholeSource fetches the whole original in one request before handing it out.
type wholeSource struct{ client *s3.Client }

func newWholeSource(endpoint string, credentials aws.CredentialsProvider) *wholeSource {
	return &wholeSource{s3.New(s3.Options{
		BaseEndpoint: &endpoint, UsePathStyle: true, Credentials: credentials,
		HTTPClient:                 &http.Client{Transport: &http.Transport{DisableCompression: true}},
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})}
}

// Open implements [edge.Source].
func (w *wholeSource) Open(ctx context.Context, l edge.Location, _ int64) (edge.Body, error) {
	object, err := w.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &l.Bucket, Key: &l.Key, IfMatch: &l.ETag},
		func(o *s3.Options) { o.Region = l.Region })
	if err != nil {
		return nil, err
	}
	defer object.Body.Close()
	if object.ContentLength == nil {
		return nil, errors.New("an object of unknown length")
	}
	data := make([]byte, *object.ContentLength)
	if _, err := io.ReadFull(object.Body, data); err != nil {
		return nil, err
	}
	return edge.Whole(data, l.ETag), nil
}
