// Package fakecodepipeline is the part of CodePipeline that runs actions of the
// type Lambda: it makes jobs, and takes their results (AWS CodePipeline API
// Reference, "PutJobSuccessResult", "PutJobFailureResult").
package fakecodepipeline

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Pipeline is the service, with one action. Its fields may be read once no
// request is at work.
type Pipeline struct {
	// Job is the id of the job that has no result yet, or empty.
	Job string
	// Token is the continuation token of Job, or empty.
	Token string
	// Succeeded and Failed are the results that ended the action.
	Succeeded, Failed *Result
}

// Result is what a job ended with.
type Result struct {
	Summary, ExternalExecutionID string // of a success
	Type, Message                string // of a failure
}

// New adds CodePipeline to server.
func New(server *fakeaws.Server) *Pipeline {
	p := &Pipeline{}
	server.Service("codepipeline", refuse).Handle("POST /{$}", fakeaws.Operation{Name: "PutJobResult", Writes: true, Do: p.put})
	return p
}

// Start makes the first job of the action.
func (p *Pipeline) Start() (job string) {
	*p = Pipeline{Job: fakeaws.UUID()}
	return p.Job
}

// input is that of both operations.
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

// failureTypes are those of the API Reference, "FailureDetails".
var failureTypes = regexp.MustCompile(`^(JobFailed|ConfigurationError|PermissionError|RevisionOutOfSync|RevisionUnavailable|SystemUnavailable)$`)

// put is PutJobSuccessResult or PutJobFailureResult. A success with a token
// makes the next job.
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
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte("{}")}, nil
}

func wrong(code, message string) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: message}
}

// refuse answers with an error in the JSON 1.1 protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, _ string) {
	body, _ := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message}) // strings marshal
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may be gone
}
