package probe

import "context"

// queryQuestions are about the query string in the event.
var queryQuestions = []question{
	{"query-listed", "Which parameters does the event have if the cache policy lists width and nothing else is set?",
		"asks for `?width=5&other=6` and reads the event's query string", "viewer-request function; `prepare` sets the origin request policy to All",
		askQuery(listed)},
	{"query-all", "Which parameters does the event have if the origin request policy also forwards all?",
		"asks for the same behind an origin request policy", "viewer-request function, origin request policy", askQuery(all)},
	{"query-function", "Which parameters does the event have behind a viewer-request function that leaves width?",
		"asks for the same behind that function", "viewer-request function", askQuery(function)},
}

// The verdicts on query strings.
const (
	queryEverything = "all parameters"
	queryListed     = "the listed parameters"
	queryNone       = "no parameters"
)

// askQuery returns a question about the query string at a behaviour.
func askQuery(b behavior) func(context.Context, *session) (string, error) {
	return func(ctx context.Context, s *session) (string, error) {
		path, err := s.object(ctx, b, "age-60", "query")
		if err != nil {
			return "", err
		}
		a, err := s.send(ctx, request{rawPath: path, query: "width=5&other=6"})
		if err != nil {
			return "", err
		}
		if err := reported(a); err != nil {
			return "", err
		}
		s.saw("?width=5&other=6", a.seen.Query)
		switch a.seen.Query {
		case "width=5&other=6", "other=6&width=5":
			return queryEverything, nil
		case "width=5":
			return queryListed, nil
		case "":
			return queryNone, nil
		}
		return "another query string: " + a.seen.Query, nil
	}
}
