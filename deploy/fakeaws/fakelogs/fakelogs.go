// Package fakelogs is the part of CloudWatch Logs' API that searches and counts,
// in every region (Amazon CloudWatch Logs API Reference, "FilterLogEvents",
// "StartQuery", "GetQueryResults").
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
	// QueryPolls is how many times a query is read Running before it is
	// Complete.
	QueryPolls int
	// Disabled are the regions that the account has not enabled.
	Disabled []string

	server  *fakeaws.Server
	groups  map[place][]Event
	queries map[string]*query // by id
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
	l := &Logs{server: server, groups: map[place][]Event{}, queries: map[string]*query{}}
	service := server.Service("logs", refuse)
	service.ARN = arnOf
	service.HandleTargets("Logs_20140328.",
		fakeaws.Operation{Name: "FilterLogEvents", Do: l.enabled(l.filter)},
		fakeaws.Operation{Name: "StartQuery", Do: l.enabled(l.startQuery)},
		fakeaws.Operation{Name: "GetQueryResults", Do: l.enabled(l.getQueryResults)},
	)
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

// arnOf names all the log streams of a group, or everything where a request
// names no group.
func arnOf(r *fakeaws.Request) string {
	var asked struct {
		LogGroupName string `json:"logGroupName"`
	}
	_ = json.Unmarshal(r.Body, &asked) // the operation refuses what is wrong
	if asked.LogGroupName == "" {
		return "*"
	}
	return "arn:aws:logs:" + r.Region + ":" + fakeaws.Account + ":log-group:" + asked.LogGroupName + ":log-stream:"
}

// enabled refuses the regions that the account has not enabled.
func (l *Logs) enabled(do func(*fakeaws.Request) (*fakeaws.Response, error)) func(*fakeaws.Request) (*fakeaws.Response, error) {
	return func(r *fakeaws.Request) (*fakeaws.Response, error) {
		if slices.Contains(l.Disabled, r.Region) {
			return nil, refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
		}
		return do(r)
	}
}

// group is the lines of a group.
func (l *Logs) group(r *fakeaws.Request, name string) ([]Event, error) {
	events, ok := l.groups[place{r.Region, name}]
	if !ok {
		return nil, refusal("ResourceNotFoundException", "The specified log group does not exist.")
	}
	return events, nil
}

// filter is FilterLogEvents. Of patterns it knows words: those behind "?", of
// which one has to be in a line, or those without, of which all have to (CloudWatch
// Logs User Guide, "Filter pattern syntax").
func (l *Logs) filter(r *fakeaws.Request) (*fakeaws.Response, error) {
	var asked filterRequest
	if err := fakeaws.DecodeJSON(r.Body, &asked); err != nil {
		return nil, refusal("SerializationException", err.Error())
	}
	events, err := l.group(r, asked.LogGroupName)
	if err != nil {
		return nil, err
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
			return nil, refusal("InvalidParameterException", "The specified nextToken is invalid.")
		}
		found = found[start:]
	}
	if l.PageSize > 0 && len(found) > l.PageSize {
		out["nextToken"] = strconv.Itoa(total - len(found) + l.PageSize)
		found = found[:l.PageSize]
	}
	out["events"] = found
	return answer(out)
}

// term is a word of a pattern, in quotes or without.
var term = regexp.MustCompile(`(\??)("(?:[^"\\]|\\.)*"|\S+)`)

// matches reports whether a line has any of the words behind "?", where there are
// some, and all of the others.
func matches(pattern, line string) bool {
	any, anyOf := false, false
	for _, m := range term.FindAllStringSubmatch(pattern, -1) {
		word, err := strconv.Unquote(m[2])
		if err != nil {
			word = m[2]
		}
		has := strings.Contains(line, word)
		switch {
		case m[1] != "":
			anyOf, any = true, any || has
		case !has:
			return false
		}
	}
	return any || !anyOf
}

func answer(v any) (*fakeaws.Response, error) {
	body, err := json.Marshal(v)
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: body}, err
}

func refusal(code, message string) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: message}
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
