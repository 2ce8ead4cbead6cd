package fakelogs

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// query is a query of CloudWatch Logs Insights with its result.
type query struct {
	polls int // reads until it is complete
	rows  []row
}

// row is a row of a result.
type row []field

type field struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// counting matches the only known form of a query. It counts lines by the value of a
// field, or of a second field in lines without the first (CloudWatch Logs User Guide,
// "CloudWatch Logs Insights language query syntax").
var counting = regexp.MustCompile(`^filter ispresent\((\w+)\) \| fields coalesce\((\w+), (\w+)\) as (\w+) \| stats count\(\*\) as (\w+) by (\w+)$`)

// startQuery handles StartQuery.
func (l *Logs) startQuery(r *fakeaws.Request) (*fakeaws.Response, error) {
	var asked struct {
		LogGroupName       string `json:"logGroupName"`
		QueryString        string `json:"queryString"`
		StartTime, EndTime int64  // seconds since 1970
	}
	if err := fakeaws.DecodeJSON(r.Body, &asked); err != nil {
		return nil, refusal("SerializationException", err.Error())
	}
	form := counting.FindStringSubmatch(asked.QueryString)
	if form == nil || form[4] != form[6] {
		return nil, refusal("MalformedQueryException", "fakelogs knows no query "+strconv.Quote(asked.QueryString))
	}
	if asked.EndTime <= asked.StartTime {
		return nil, refusal("InvalidParameterException", "End time should not be before the start time.")
	}
	events, err := l.group(r, asked.LogGroupName)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, e := range events {
		var line map[string]any
		at := e.Timestamp / 1000
		if at < asked.StartTime || at > asked.EndTime || json.Unmarshal([]byte(e.Message), &line) != nil || line[form[1]] == nil {
			continue
		}
		value, ok := line[form[2]].(string)
		if !ok {
			value, _ = line[form[3]].(string)
		}
		counts[value]++
	}
	q := &query{polls: l.QueryPolls}
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		q.rows = append(q.rows, row{{form[4], value}, {form[5], strconv.Itoa(counts[value])}})
	}
	id := fakeaws.UUID()
	l.queries[id] = q
	return fakeaws.JSONResult(map[string]string{"queryId": id})
}

// getQueryResults handles GetQueryResults.
func (l *Logs) getQueryResults(r *fakeaws.Request) (*fakeaws.Response, error) {
	var asked struct {
		QueryID string `json:"queryId"`
	}
	if err := fakeaws.DecodeJSON(r.Body, &asked); err != nil {
		return nil, refusal("SerializationException", err.Error())
	}
	q, ok := l.queries[asked.QueryID]
	if !ok {
		return nil, refusal("ResourceNotFoundException", "The specified query does not exist.")
	}
	if q.polls--; q.polls >= 0 {
		return fakeaws.JSONResult(map[string]any{"status": "Running", "results": []row{}})
	}
	return fakeaws.JSONResult(map[string]any{"status": "Complete", "results": q.rows})
}
