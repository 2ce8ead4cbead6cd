// Package edge is what runs at CloudFront's edge: one origin-response event
// in, one response out. The response is the resized picture, or the origin's
// response as it came, and which [Reason] led to it.
package edge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/edgeresize/edgeresize/resize"
)

// Handler answers CloudFront's origin-response events.
type Handler struct {
	config   Config
	identity identity
	source   Source
	memory   int64 // bytes of the function, 0 where that is not known
	log      *slog.Logger
	// busy holds a token while a resize runs: a resize that overran its time
	// must be gone before the next one takes memory.
	busy    chan struct{}
	resizer resize.Resizer // of whoever holds the token
	warm    atomic.Bool
}

// New is a handler that fetches originals from source and resizes one at a
// time. memory is how many bytes the function has, 0 where that is not known: it
// says what a resize may take, and how long handing a response back does. Each
// invocation is one line of log.
func New(config Config, source Source, memory int64, log *slog.Logger) *Handler {
	return &Handler{config: config, identity: newIdentity(config), source: source, memory: memory, log: log, busy: make(chan struct{}, 1)}
}

// Invoke answers one event and logs the outcome. It is aws-lambda-go's
// lambda.Handler.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	response, outcome, err := h.Handle(ctx, payload)
	h.Record(outcome)
	return response, err
}

// Handle answers one event and says what became of it, without logging it. The
// error is set only where the payload holds no response that could be handed
// back.
func (h *Handler) Handle(ctx context.Context, payload []byte) ([]byte, Outcome, error) {
	start := time.Now()
	out := Outcome{Region: os.Getenv("AWS_REGION"), ColdStart: !h.warm.Swap(true)}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		out.LambdaID = lc.AwsRequestID
	}
	untouched, err := untouchedResponse(payload)
	if err != nil {
		out.Reason, out.Err = BadEvent, err
		return nil, out, err
	}
	response, err := h.answer(ctx, payload, &out)
	if err != nil {
		out.Reason, out.Err = ReasonOf(err), err
		response = fallback(untouched, out, h.config)
	}
	out.Stages.Total = time.Since(start)
	return response, out, nil
}

// answer is the response with the variant, or an error that carries a reason.
func (h *Handler) answer(ctx context.Context, payload []byte, out *Outcome) (response []byte, err error) {
	defer recovered(&err)
	var event Event
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, Because(BadEvent, err)
	}
	cf := event.Records[0].CF
	out.RequestID, out.Method, out.URI = cf.Config.RequestID, cf.Request.Method, cf.Request.URI
	out.Asked, err = asked(cf.Request.QueryString, h.config)
	if err := admit(cf.Request.Method, cf.Response.Status, err); err != nil {
		return nil, err
	}
	places, err := locations(cf.Request, cf.Response.Headers.Get("ETag"), h.config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := h.withDeadline(ctx)
	defer cancel()
	budget := bodyBudget(cf.Response, h.config)
	made, err := h.make(ctx, places, out.Asked, budget)
	out.Original, out.Stages = made.original, made.stages
	if err != nil {
		return nil, err
	}
	v := made.variant
	out.Variant = Picture{v.Format, v.Width, v.Height, len(v.Data)}
	out.Quality = v.Quality
	return variantResponse(cf.Response, v, h.identity.etag(made.etag, out.Asked, budget), h.config)
}

// withDeadline leaves enough of Lambda's time to hand the original back.
func (h *Handler) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline := time.Now().Add(time.Duration(h.config.TimeoutMS) * time.Millisecond)
	if lambda, ok := ctx.Deadline(); ok {
		if latest := lambda.Add(-deadlineMargin(h.memory)); latest.Before(deadline) {
			deadline = latest
		}
	}
	return context.WithDeadline(ctx, deadline)
}

// made is what make found out, as far as it came.
type made struct {
	variant  *resize.Variant
	etag     string // at which the original was read
	original Picture
	stages   Stages
	err      error
}

// make fetches the original and resizes it, and leaves off when ctx is done:
// what still runs then holds the busy token until it notices.
func (h *Handler) make(ctx context.Context, places []Location, size Size, maxBytes int) (made, error) {
	select {
	case h.busy <- struct{}{}:
	case <-ctx.Done():
		return made{}, Because(Busy, ctx.Err())
	}
	done := make(chan made, 1)
	go func() {
		defer func() { <-h.busy }()
		done <- h.fetchAndResize(ctx, places, size, maxBytes)
	}()
	select {
	case m := <-done:
		return m, m.err
	case <-ctx.Done():
		return made{}, Because(OutOfTime, ctx.Err())
	}
}

// fetchAndResize resizes the original while it arrives. Nothing of the fetch is
// left when it returns.
func (h *Handler) fetchAndResize(ctx context.Context, places []Location, size Size, maxBytes int) (m made) {
	defer recovered(&m.err)
	fetching, cancel := withFetchTime(ctx)
	defer cancel()
	start := time.Now()
	body, err := openFirst(fetching, h.source, places, h.config.MaxSourceBytes)
	m.stages.Fetch = time.Since(start)
	if err != nil {
		m.err = err
		return m
	}
	defer body.Close()
	m.etag = body.ETag()
	original := &awaited{body, m.stages.Fetch}
	defer func() { m.stages.Fetch = original.wait }()
	m.err = h.resize(ctx, original, size, maxBytes, &m)
	return m
}

// withFetchTime gives S3 two thirds of the time left, so that some is left to
// resize.
func withFetchTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, _ := ctx.Deadline()
	return context.WithTimeout(ctx, time.Until(deadline)*2/3)
}

// resize makes the variant of m.
func (h *Handler) resize(ctx context.Context, original resize.Original, size Size, maxBytes int, m *made) error {
	m.original.Bytes = original.Len()
	p, err := resize.Open(ctx, original)
	if err != nil {
		if unsupported := (resize.UnsupportedError{}); errors.As(err, &unsupported) {
			m.original.Format = unsupported.Format
		}
		return err
	}
	defer func() { // once resizing has put the header right
		info := p.Info()
		m.original = Picture{info.Format, info.Width, info.Height, original.Len()}
	}()
	m.variant, err = h.resizer.Resize(ctx, p, resize.Request{
		Width:      size.Width,
		Height:     size.Height,
		Fit:        h.config.Fit,
		Quality:    h.config.Quality,
		MinQuality: h.config.MinQuality,
		MaxBytes:   maxBytes,
		Limits: resize.Limits{
			Pixels: h.config.MaxSourcePixels,
			Memory: h.memoryBeside(original.Len()),
		},
	})
	if err != nil {
		return err
	}
	t := m.variant.Times
	m.stages.Decode, m.stages.Resample, m.stages.Encode = t.Decode, t.Resample, t.Encode
	return nil
}

// memoryBeside is the working memory that is left beside an original of so many
// bytes.
func (h *Handler) memoryBeside(original int) int64 {
	memory := resizeMemory(h.memory)
	if memory == 0 {
		return 0
	}
	return max(1, memory-int64(original))
}

// recovered turns a panic into an error that carries its reason.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = Because(Panicked, fmt.Errorf("%v\n%s", p, debug.Stack()))
	}
}

// untouchedResponse is the response object of an event, as it came.
func untouchedResponse(payload []byte) (json.RawMessage, error) {
	var records []json.RawMessage
	err := json.Unmarshal(payload, &member{"Records", &records})
	if err != nil {
		return nil, fmt.Errorf("edge: event: %w", err)
	}
	if len(records) != 1 {
		return nil, fmt.Errorf("edge: event of %d records", len(records))
	}
	var response json.RawMessage
	if err := json.Unmarshal(records[0], &member{"cf", &member{"response", &response}}); err != nil {
		return nil, fmt.Errorf("edge: event: %w", err)
	}
	if response == nil {
		return nil, errors.New("edge: event holds no response")
	}
	return response, nil
}
