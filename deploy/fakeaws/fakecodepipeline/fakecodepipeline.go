// Package fakecodepipeline fakes the part of CodePipeline that runs an action of the
// type Lambda. It makes jobs and takes their results (AWS CodePipeline API Reference,
// "PutJobSuccessResult", "PutJobFailureResult").
package fakecodepipeline

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Pipeline is a fake CodePipeline with one action. Its fields may be read while no
// request runs.
type Pipeline struct {
	// Job is the ID of the job that has no result yet, or "".
	Job string
	// Token is the continuation token of Job, or "".
	Token string
	// Succeeded or Failed has the result that ended the action. Before, both are nil.
	Succeeded, Failed *Result
}

// Result is the result of a job.
type Result struct {
	Summary, ExternalExecutionID string // of a success
	Type, Message                string // of a failure
}

// New adds CodePipeline to server.
func New(server *fakeaws.Server) *Pipeline {
	p := &Pipeline{}
	server.Service("codepipeline", fakeaws.RefuseJSON).Handle("POST /{$}", fakeaws.Operation{Name: "PutJobResult", Writes: true, Do: p.put})
	return p
}

// Start starts the action and returns the ID of its first job.
func (p *Pipeline) Start() (job string) {
	*p = Pipeline{Job: fakeaws.UUID()}
	return p.Job
}

// input is the input of both operations.
type input struct {
	JobID             string `json:"jobId"`
	ContinuationToken string `json:"continuationToken"`
	ExecutionDetails  struct {
		Summary             string `json:"summary"`
		ExternalExecutionID string `json:"externalExecutionId"`
	} `json:"executionDetails"`
	FailureDetails struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"failureDetails"`
}

// failureTypes matches the types of a failure. API Reference, "FailureDetails".
var failureTypes = regexp.MustCompile(`^(JobFailed|ConfigurationError|PermissionError|RevisionOutOfSync|RevisionUnavailable|SystemUnavailable)$`)

// put handles PutJobSuccessResult and PutJobFailureResult. A success with a
// continuation token makes the next job.
func (p *Pipeline) put(r *fakeaws.Request) (*fakeaws.Response, error) {
	operation, _ := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "CodePipeline_20150709.")
	var in input
	if err := fakeaws.DecodeJSON(r.Body, &in); err != nil {
		return nil, wrong("SerializationException", err.Error())
	}
	if in.JobID != p.Job || p.Job == "" {
		return nil, wrong("InvalidJobStateException", "the job "+in.JobID+" has a result already, or there is none")
	}
	switch failure := in.FailureDetails; {
	case operation == "PutJobSuccessResult" && in.ContinuationToken != "":
		p.Job, p.Token = fakeaws.UUID(), in.ContinuationToken
	case operation == "PutJobSuccessResult":
		p.Job, p.Succeeded = "", &Result{Summary: in.ExecutionDetails.Summary, ExternalExecutionID: in.ExecutionDetails.ExternalExecutionID}
	case operation != "PutJobFailureResult":
		return nil, wrong("UnknownOperationException", operation)
	case !failureTypes.MatchString(failure.Type) || failure.Message == "" || len(failure.Message) > 5000:
		return nil, wrong("ValidationException", "failureDetails")
	default:
		p.Job, p.Failed = "", &Result{Type: failure.Type, Message: failure.Message}
	}
	return fakeaws.JSONResult(struct{}{})
}

func wrong(code, message string) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: message}
}
