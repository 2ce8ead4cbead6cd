// Package fakelogs fakes the parts of CloudWatch Logs' API that search and count lines
// and delete groups, in every region (Amazon CloudWatch Logs API Reference,
// "FilterLogEvents", "StartQuery", "GetQueryResults", "DeleteLogGroup"). [NewMetrics] adds
// the metrics that CloudWatch makes of the lines.
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

// Logs is a fake CloudWatch Logs.
type Logs struct {
	// PageSize, where set, is the maximum number of events on a page.
	PageSize int
	// QueryPolls is how many times GetQueryResults answers Running before Complete.
	QueryPolls int
	// Disabled has the regions that the account has not enabled.
	Disabled []string

	server  *fakeaws.Server
	groups  map[groupKey][]Event
	queries map[string]*query // by ID
}

// groupKey names a log group.
type groupKey struct{ region, group string }

// Event is a line of a log.
type Event struct {
	Timestamp int64  `json:"timestamp"` // ms since 1970
	Message   string `json:"message"`
}

// New adds CloudWatch Logs to server.
func New(server *fakeaws.Server) *Logs {
	l := &Logs{server: server, groups: map[groupKey][]Event{}, queries: map[string]*query{}}
	service := server.Service("logs", fakeaws.RefuseJSON)
	service.ARN = requestARN
	service.HandleTargets("Logs_20140328.",
		fakeaws.Operation{Name: "FilterLogEvents", Do: l.enabled(l.filter)},
		fakeaws.Operation{Name: "DeleteLogGroup", Writes: true, Do: l.enabled(l.deleteGroup)},
		fakeaws.Operation{Name: "StartQuery", Do: l.enabled(l.startQuery)},
		fakeaws.Operation{Name: "GetQueryResults", Do: l.enabled(l.getQueryResults)},
	)
	return l
}

// Add adds a line to a log group, which it makes if necessary.
func (l *Logs) Add(region, group string, e Event) {
	l.server.Lock()
	defer l.server.Unlock()
	at := groupKey{region, group}
	l.groups[at] = append(l.groups[at], e)
}

type filterRequest struct {
	LogGroupName       string `json:"logGroupName"`
	FilterPattern      string `json:"filterPattern"`
	StartTime, EndTime int64
	NextToken          string `json:"nextToken"`
}

// requestARN returns the ARN of all log streams of the group that a request names, or "*".
func requestARN(r *fakeaws.Request) string {
	var asked struct {
		LogGroupName string `json:"logGroupName"`
	}
	_ = json.Unmarshal(r.Body, &asked) // the operation refuses what is wrong
	if asked.LogGroupName == "" {
		return "*"
	}
	return "arn:aws:logs:" + r.Region + ":" + fakeaws.Account + ":log-group:" + asked.LogGroupName + ":log-stream:"
}

// enabled returns do with a check that the account has enabled the request's region.
func (l *Logs) enabled(do func(*fakeaws.Request) (*fakeaws.Response, error)) func(*fakeaws.Request) (*fakeaws.Response, error) {
	return func(r *fakeaws.Request) (*fakeaws.Response, error) {
		if slices.Contains(l.Disabled, r.Region) {
			return nil, refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
		}
		return do(r)
	}
}

// group returns the lines of a group.
func (l *Logs) group(r *fakeaws.Request, name string) ([]Event, error) {
	events, ok := l.groups[groupKey{r.Region, name}]
	if !ok {
		return nil, refusal("ResourceNotFoundException", "The specified log group does not exist.")
	}
	return events, nil
}

// Groups returns the number of log groups of all regions.
func (l *Logs) Groups() int {
	l.server.Lock()
	defer l.server.Unlock()
	return len(l.groups)
}

// deleteGroup handles DeleteLogGroup.
func (l *Logs) deleteGroup(r *fakeaws.Request) (*fakeaws.Response, error) {
	var asked struct {
		LogGroupName string `json:"logGroupName"`
	}
	if err := fakeaws.DecodeJSON(r.Body, &asked); err != nil {
		return nil, refusal("SerializationException", err.Error())
	}
	if _, err := l.group(r, asked.LogGroupName); err != nil {
		return nil, err
	}
	delete(l.groups, groupKey{r.Region, asked.LogGroupName})
	return fakeaws.JSONResult(struct{}{})
}

// filter handles FilterLogEvents. It understands patterns of words only: a line must
// have all words without "?" and, where there are words after a "?", at least one of
// these (CloudWatch Logs User Guide, "Filter pattern syntax").
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
	return fakeaws.JSONResult(out)
}

// term matches a word of a pattern, with or without quotes.
var term = regexp.MustCompile(`(\??)("(?:[^"\\]|\\.)*"|\S+)`)

// matches reports whether line matches pattern.
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

func refusal(code, message string) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: message}
}
