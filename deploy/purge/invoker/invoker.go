package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// invoker does the jobs of a pipeline action.
type invoker struct {
	cdn      cdn
	pipeline *codepipeline.Client
	log      *slog.Logger
}

// parameters are the action's UserParameters.
type parameters struct {
	Paths []string `json:"paths"` // to invalidate
	Wait  bool     `json:"wait"`  // until the invalidation is completed
}

// errParameters says that the action's UserParameters are wrong.
var errParameters = errors.New(`UserParameters: want nothing, or JSON such as {"paths": ["/img/*"], "wait": true}`)

// parseParameters reads UserParameters. The default is to invalidate everything.
func parseParameters(text string) (parameters, error) {
	p := parameters{Paths: []string{paths.All}}
	if text == "" {
		return p, nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return p, fmt.Errorf("%w: %w", errParameters, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || len(p.Paths) == 0 {
		return p, errParameters
	}
	return p, nil
}

// spare is the time that is kept for reporting to the pipeline.
const spare = 5 * time.Second

// handle does one job and reports its end to the pipeline. It returns an error if it
// cannot report; Lambda then invokes the function again.
func (i *invoker) handle(ctx context.Context, event events.CodePipelineJobEvent) error {
	job := event.CodePipelineJob
	if job.ID == "" {
		return errors.New("the event is not a CodePipeline job")
	}
	work, cancel := ctx, func() {}
	if deadline, ok := ctx.Deadline(); ok {
		work, cancel = context.WithDeadline(ctx, deadline.Add(-spare))
	}
	defer cancel()
	ids, done, err := i.do(work, job)
	if err != nil {
		i.log.WarnContext(ctx, "failed", "job", job.ID, "error", err.Error())
		return i.fail(ctx, job.ID, err)
	}
	i.log.InfoContext(ctx, "invalidation", "job", job.ID, "id", ids, "done", done)
	return i.succeed(ctx, job.ID, ids, done)
}

// do invalidates what a job asks for and returns the IDs of the invalidations. If the
// job continues another one, it checks the former job's invalidations instead.
func (i *invoker) do(ctx context.Context, job events.CodePipelineJob) (ids string, done bool, err error) {
	if ids = job.Data.ContinuationToken; ids != "" {
		done, err = i.cdn.completed(ctx, ids)
		return ids, done, err
	}
	p, err := parseParameters(job.Data.ActionConfiguration.Configuration.UserParameters)
	if err != nil {
		return "", false, err
	}
	// The id of a job is the same when Lambda tries it again.
	ids, err = i.cdn.invalidate(ctx, "codepipeline-"+job.ID, p.Paths)
	return ids, !p.Wait, err
}

// succeed ends a job in success. Unless done, the pipeline soon makes another job that
// continues it. CodePipeline User Guide, "Invoke an AWS Lambda function in a pipeline".
func (i *invoker) succeed(ctx context.Context, job, ids string, done bool) error {
	result := &codepipeline.PutJobSuccessResultInput{JobId: &job}
	if done {
		summary := "invalidation " + ids
		result.ExecutionDetails = &types.ExecutionDetails{ExternalExecutionId: &ids, Summary: &summary}
	} else {
		result.ContinuationToken = &ids
	}
	_, err := i.pipeline.PutJobSuccessResult(ctx, result)
	return err
}

// maxMessage is the size of the longest failure message, in bytes. CodePipeline API
// Reference, "FailureDetails".
const maxMessage = 5000

// fail ends a job in failure.
func (i *invoker) fail(ctx context.Context, job string, reason error) error {
	kind := types.FailureTypeJobFailed
	if errors.Is(reason, errParameters) {
		kind = types.FailureTypeConfigurationError
	}
	message := strings.ToValidUTF8(reason.Error()[:min(len(reason.Error()), maxMessage)], "")
	_, err := i.pipeline.PutJobFailureResult(ctx, &codepipeline.PutJobFailureResultInput{
		JobId: &job, FailureDetails: &types.FailureDetails{Type: kind, Message: &message},
	})
	return err
}
