// Package fakelogs is the part of CloudWatch Logs' API that searches, in every
// region (Amazon CloudWatch Logs API Reference, "FilterLogEvents").
package fakelogs

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Logs is the service.
type Logs struct {
	// PageSize, where set, is the most events that are found at once.
	PageSize int
	// Disabled are the regions that the account has not enabled.
	Disabled []string

	server *fakeaws.Server
	groups map[place][]Event
}

// place is where a log group is.
type place struct{ region, group string }

// Event is one line.
type Event struct {
	Timestamp int64  `json:"timestamp"` // ms since 1970
	Message   string `json:"message"`
}

// New adds CloudWatch Logs to server.
func New(server *fakeaws.Server) *Logs {
	l := &Logs{server: server, groups: map[place][]Event{}}
	service := server.Service("logs", refuse)
	service.ARN = arnOf
	service.Handle("POST /{$}", fakeaws.Operation{Name: "FilterLogEvents", Do: l.filter})
	return l
}

// Add writes a line, and makes the group.
func (l *Logs) Add(region, group string, e Event) {
	l.server.Lock()
	defer l.server.Unlock()
	at := place{region, group}
	l.groups[at] = append(l.groups[at], e)
}

type filterRequest struct {
	LogGroupName       string `json:"logGroupName"`
	FilterPattern      string `json:"filterPattern"`
	StartTime, EndTime int64
	NextToken          string `json:"nextToken"`
}

// arnOf names all the log streams of a group.
func arnOf(r *fakeaws.Request) string {
	var asked filterRequest
	_ = fakeaws.DecodeJSON(r.Body, &asked) // filter refuses what is wrong
	return "arn:aws:logs:" + r.Region + ":" + fakeaws.Account + ":log-group:" + asked.LogGroupName + ":log-stream:"
}

// filter is FilterLogEvents. Of patterns it knows words, each behind "?", of
// which one has to be in a line (CloudWatch Logs User Guide, "Filter pattern
// syntax").
func (l *Logs) filter(r *fakeaws.Request) (*fakeaws.Response, error) {
	if target := r.Header.Get("X-Amz-Target"); target != "Logs_20140328.FilterLogEvents" {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "UnknownOperationException", Message: target}
	}
	if slices.Contains(l.Disabled, r.Region) {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "UnrecognizedClientException",
			Message: "The security token included in the request is invalid."}
	}
	var asked filterRequest
	if err := fakeaws.DecodeJSON(r.Body, &asked); err != nil {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "SerializationException", Message: err.Error()}
	}
	events, ok := l.groups[place{r.Region, asked.LogGroupName}]
	if !ok {
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "ResourceNotFoundException",
			Message: "The specified log group does not exist."}
	}
	var found []Event
	for _, e := range events {
		if e.Timestamp >= asked.StartTime && matches(asked.FilterPattern, e.Message) {
			found = append(found, e)
		}
	}
	out, total := map[string]any{}, len(found)
	if asked.NextToken != "" {
		start, err := strconv.Atoi(asked.NextToken)
		if err != nil || start < 1 || start >= len(found) {
			return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidParameterException", Message: "The specified nextToken is invalid."}
		}
		found = found[start:]
	}
	if l.PageSize > 0 && len(found) > l.PageSize {
		out["nextToken"] = strconv.Itoa(total - len(found) + l.PageSize)
		found = found[:l.PageSize]
	}
	out["events"] = found
	body, err := json.Marshal(out)
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: body}, err
}

// term is a word of a pattern, in quotes or without.
var term = regexp.MustCompile(`\?("(?:[^"\\]|\\.)*"|\S+)`)

func matches(pattern, line string) bool {
	for _, m := range term.FindAllStringSubmatch(pattern, -1) {
		word, err := strconv.Unquote(m[1])
		if err != nil {
			word = m[1]
		}
		if strings.Contains(line, word) {
			return true
		}
	}
	return pattern == ""
}

// refuse answers with an error in the JSON 1.1 protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, _ string) {
	body, err := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message})
	if err != nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may be gone
}
