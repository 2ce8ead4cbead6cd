// Package edge is what runs at CloudFront's edge: it takes one origin-response
// event and returns one response. The response is the variant, or the origin's
// response unchanged and the [Reason] for it.
package edge

import (
	"context"
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
	memory   int64 // of the function in bytes, 0 if unknown
	log      *slog.Logger
	// busy holds a token while a resize runs: a resize that overruns its time
	// must end before the next one takes memory.
	busy    chan struct{}
	resizer resize.Resizer // for the holder of the token
	warm    atomic.Bool
}

// New returns a handler that fetches originals from source and resizes one at a
// time. memory is the function's, in bytes, or 0 if unknown: it limits a
// resize's memory and sets the time to keep for handing a response back. The
// handler writes one line of log for each invocation.
func New(config Config, source Source, memory int64, log *slog.Logger) *Handler {
	return &Handler{
		config: config, identity: newIdentity(config), source: source, memory: memory, log: log, busy: make(chan struct{}, 1),
		resizer: resize.Resizer{Keep: keptMemory(memory)},
	}
}

// Invoke answers one event and logs the outcome. It is aws-lambda-go's
// lambda.Handler.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	response, outcome, err := h.Handle(ctx, payload)
	h.Record(outcome)
	return response, err
}

// Handle answers one event and returns the outcome, without logging it. The
// error is set only if payload holds no response to hand back.
func (h *Handler) Handle(ctx context.Context, payload []byte) ([]byte, Outcome, error) {
	start := time.Now()
	out := Outcome{Region: os.Getenv("AWS_REGION"), ColdStart: !h.warm.Swap(true)}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		out.LambdaID = lc.AwsRequestID
	}
	var event parts
	response, err := h.respond(ctx, payload, &event, &out)
	if err != nil {
		out.Reason, out.Err = ReasonOf(err), err
		if event.Response != nil {
			response, err = event.Response, nil
		}
	}
	out.Stages.Total = time.Since(start)
	return response, out, err
}

// respond reads an event and returns the response to it. It returns an error if
// the event holds no response, or if code outside the resize panics: then only
// the unchanged response in event, if any, can be trusted.
func (h *Handler) respond(ctx context.Context, payload []byte, event *parts, out *Outcome) (response []byte, err error) {
	defer recovered(&err)
	if *event, err = partsOf(payload); err != nil {
		return nil, err
	}
	request, unreadable := readRequest(event.Request)
	out.RequestID, out.Method, out.URI = requestID(event.Config), request.Method, request.URI
	var notAsked error
	out.Asked, notAsked = Asked(request.QueryString, h.config)
	origin, err := readResponse(event.Response)
	origin.tags = taggingOf(request, h.config)
	if err = errors.Join(unreadable, err); err == nil {
		response, err = h.answer(ctx, request, notAsked, origin, out)
	}
	if err != nil {
		out.Reason, out.Err = ReasonOf(err), err
		response = fallback(origin, *out, h.config)
	}
	return response, nil
}

// answer returns the response with the variant, or an error that carries a
// reason. notAsked says why the request asks for no valid size; it is nil
// otherwise.
func (h *Handler) answer(ctx context.Context, request requested, notAsked error, origin received, out *Outcome) (response []byte, err error) {
	defer recovered(&err)
	if err := admit(request.Method, origin.Status, notAsked); err != nil {
		if notAsked == nil && h.isMissing(request, origin.Status) {
			return h.answerMissing(ctx, request, origin, err, out)
		}
		return nil, err
	}
	places, err := locations(request, origin.Headers.Get("ETag"), h.config)
	if err != nil {
		return nil, err
	}
	return h.make(ctx, places, origin, out)
}

// withDeadline keeps enough of Lambda's time to hand the original back.
func (h *Handler) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline := time.Now().Add(time.Duration(h.config.TimeoutMS) * time.Millisecond)
	if lambda, ok := ctx.Deadline(); ok {
		if latest := lambda.Add(-deadlineMargin(h.memory)); latest.Before(deadline) {
			deadline = latest
		}
	}
	return context.WithDeadline(ctx, deadline)
}

// made is the result of making a variant.
type made struct {
	response []byte
	outcome  Outcome
	err      error
}

// make returns the response with the variant, or an error at the request's
// deadline. A resize that still runs then holds the busy token until it notices.
// Meanwhile the caller logs its own Outcome, so the resize writes to a copy and
// hands that over at its end.
func (h *Handler) make(ctx context.Context, places []Location, origin received, out *Outcome) ([]byte, error) {
	ctx, cancel := h.withDeadline(ctx)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return nil, Because(OutOfTime, err)
	}
	select {
	case h.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, Because(Busy, ctx.Err())
	}
	done := make(chan made, 1)
	go func(m made) {
		defer func() { <-h.busy }()
		m.response, m.err = h.variant(ctx, places, origin, &m.outcome)
		done <- m
	}(made{outcome: *out})
	var m made
	late := false
	select {
	case m = <-done:
	case <-ctx.Done():
		late = len(done) == 0 // if both were ready, select chose at random
		select {
		case m = <-done:
		case <-time.After(handOverTime):
			return nil, Because(OutOfTime, ctx.Err())
		}
	}
	*out = m.outcome
	if late && m.err != nil {
		return nil, Because(OutOfTime, m.err)
	}
	return m.response, m.err
}

// variant returns the response with the variant. If out.Fallback is set, the
// places are those of the fallback picture.
func (h *Handler) variant(ctx context.Context, places []Location, origin received, out *Outcome) (response []byte, err error) {
	defer recovered(&err)
	v, etag, err := h.fetchAndResize(ctx, places, origin, out)
	if err != nil {
		return nil, err
	}
	if out.Fallback {
		return fallbackResponse(origin, v, h.config)
	}
	return variantResponse(origin, v, etag, h.config)
}

// fetchAndResize resizes the original while it arrives, and returns the variant
// and its ETag. The fetch has ended when it returns.
func (h *Handler) fetchAndResize(ctx context.Context, places []Location, origin received, out *Outcome) (v *resize.Variant, etag string, err error) {
	budget, err := bodyBudget(origin, out.Fallback, h.config)
	if err != nil {
		return nil, "", err
	}
	fetching, cancel := withFetchTime(ctx)
	defer cancel()
	start := time.Now()
	body, err := openFirst(fetching, h.source, places, h.config.MaxSourceBytes)
	out.Stages.Fetch = time.Since(start)
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	original := &awaited{body, out.Stages.Fetch}
	defer func() { out.Stages.Fetch = original.wait }()
	if v, err = h.resize(ctx, original, budget, out); err != nil {
		return nil, "", err
	}
	return v, h.identity.etag(body.ETag(), out.Asked, v.Data), nil
}

// withFetchTime gives S3 two thirds of the remaining time; the rest is for
// resizing.
func withFetchTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, _ := ctx.Deadline()
	return context.WithTimeout(ctx, time.Until(deadline)*2/3)
}

// resize returns the variant that out asks for, with at most maxBytes bytes.
func (h *Handler) resize(ctx context.Context, original Body, maxBytes int, out *Outcome) (*resize.Variant, error) {
	out.Original.Bytes = original.Len()
	p, err := resize.Open(ctx, original)
	if err != nil {
		if unsupported := (resize.UnsupportedError{}); errors.As(err, &unsupported) {
			out.Original.Format = unsupported.Format
		}
		return nil, err
	}
	defer func() { // Resize may have corrected what the header says
		info := p.Info()
		out.Original = Picture{info.Format, info.Width, info.Height, original.Len()}
	}()
	v, err := h.resizer.Resize(ctx, p, h.request(out, original, maxBytes))
	if err != nil {
		return nil, err
	}
	out.Variant = Picture{v.Format, v.Width, v.Height, len(v.Data)}
	out.Quality, out.Effort, out.PassedOver = v.Quality, v.Effort, v.PassedOver
	out.Focus, out.Outgrown = v.Focus, v.Outgrown
	out.Stages.Decode, out.Stages.Resample, out.Stages.Encode = v.Times.Decode, v.Times.Resample, v.Times.Encode
	return v, nil
}

// request returns the request for the variant of original that out asks for,
// with at most maxBytes bytes. A point that out names comes before the focus of
// the object, and that before what Smart finds. A fallback picture may be
// smaller than the size asked for.
func (h *Handler) request(out *Outcome, original Body, maxBytes int) resize.Request {
	r := out.Asked.request(h.config)
	r.MaxBytes = maxBytes
	r.Largest = r.Largest || out.Fallback
	r.Limits.Memory = h.memoryBeside(original.Len())
	if r.Focus == nil && h.config.takes("gravity") {
		if focus, ok := parsePoint(original.Focus()); ok {
			r.Focus = &focus
		}
	}
	return r
}

// memoryBeside returns the working memory, in bytes, that an original of
// originalBytes leaves.
func (h *Handler) memoryBeside(originalBytes int) int64 {
	memory := resizeMemory(h.memory)
	if memory == 0 {
		return 0
	}
	return max(1, memory-int64(originalBytes))
}

// recovered turns a panic into an error with the reason Panicked.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = Because(Panicked, fmt.Errorf("%v\n%s", p, debug.Stack()))
	}
}
