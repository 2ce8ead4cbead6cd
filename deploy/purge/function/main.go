// Command function is the Lambda function that purges changed objects of a bucket. S3,
// EventBridge or SQS invokes it; SQS redelivers the messages that the answer names. The
// function also answers requests by hand: see package request. Its settings are
// environment variables: see settings.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/changes"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/ledger"
	"github.com/edgeresize/edgeresize/deploy/purge/request"
)

func main() {
	f, err := newFunction(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "purge:", err)
		os.Exit(1)
	}
	lambda.Start(f.handle)
}

// function is the Lambda function.
type function struct {
	purger *purge.Purger
	ledger *ledger.Ledger // nil if there is none
}

// newFunction returns the function that the environment describes.
func newFunction(ctx context.Context) (*function, error) {
	s, err := readSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	f := &function{purger: &purge.Purger{
		Client:  &invalidate.Client{API: cloudfront.NewFromConfig(aws), Distribution: s.distribution},
		Mapping: s.mapping,
		Mode:    s.mode,
		Budget:  s.budget,
		Window:  s.window,
		Log:     slog.New(slog.NewJSONHandler(os.Stdout, nil)),
		Now:     time.Now,
	}}
	if s.ledger.Address != "" {
		s.ledger.Region, s.ledger.Credentials = aws.Region, aws.Credentials
		f.ledger = ledger.New(s.ledger)
		f.purger.Ledger = f.ledger
	}
	return f, nil
}

// answering is the time that is kept for the answer.
const answering = time.Second

// handle answers one invocation. After an error Lambda tries it again.
func (f *function) handle(ctx context.Context, payload json.RawMessage) (any, error) {
	var asked request.Request
	if err := json.Unmarshal(payload, &asked); err == nil && asked.Action != "" {
		return f.answer(ctx, asked)
	}
	batch, err := changes.Parse(payload)
	if err != nil {
		return nil, err
	}
	// If Lambda killed it, it could not report what is done, and all would be
	// redelivered.
	work, cancel := ctx, func() {}
	if deadline, ok := ctx.Deadline(); ok {
		work, cancel = context.WithDeadline(ctx, deadline.Add(-answering))
	}
	defer cancel()
	report := f.purger.Purge(work, batch)
	if !batch.Queued {
		return nil, report.Err
	}
	failures := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, id := range report.Again {
		failures.BatchItemFailures = append(failures.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return failures, nil
}

// answer answers a request by hand.
func (f *function) answer(ctx context.Context, asked request.Request) (any, error) {
	switch asked.Action {
	case request.Invalidate:
		made, err := f.purger.Paths(ctx, asked.Reference, asked.Paths)
		if err != nil {
			return nil, err
		}
		return request.Result{ID: invalidate.IDs(made)}, nil
	case request.Status:
		completed, err := f.purger.Client.Completed(ctx, asked.ID)
		if err != nil {
			return nil, err
		}
		return request.Result{ID: asked.ID, Completed: completed}, nil
	case request.CheckLedger:
		if f.ledger == nil {
			return nil, errors.New("the function has no ledger: LEDGER_ADDRESS is not set")
		}
		return f.ledger.Check(ctx)
	}
	return nil, fmt.Errorf("no action %q", asked.Action)
}
