package fakeaws

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
)

// HandleQuery adds operations of the query protocol. A request means the operation that
// the parameter Action of its form names (Smithy, "AWS Query protocol"). An operation
// finds the form in [http.Request.PostForm].
func (s *Service) HandleQuery(version string, operations map[string]Operation) {
	s.handle("POST /{$}", func(r *http.Request, body []byte) (Operation, *Error) {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return Operation{}, &Error{http.StatusBadRequest, "MalformedQueryString", err.Error()}
		}
		op, ok := operations[form.Get("Action")]
		if !ok || form.Get("Version") != version {
			return Operation{}, &Error{http.StatusBadRequest, "InvalidAction",
				fmt.Sprintf("Could not find operation %s for version %s", form.Get("Action"), form.Get("Version"))}
		}
		r.PostForm = form
		return op, nil
	})
}

// QueryResult returns an operation's response in the query protocol.
func QueryResult(operation, namespace string, result any) (*Response, error) {
	inner, err := xml.Marshal(result)
	if err != nil {
		return nil, err
	}
	body := fmt.Appendf(nil, `<%sResponse xmlns="%s"><%sResult>%s</%sResult><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`,
		operation, namespace, operation, inner, operation, UUID(), operation)
	return &Response{Header: http.Header{"Content-Type": {"text/xml"}}, Body: body}, nil
}

// RefuseQuery writes an error in the query protocol. It is a [Refuser].
func RefuseQuery(w http.ResponseWriter, e *Error, requestID string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(e.Status)
	text := func(s string) string {
		escaped, err := xml.Marshal(struct {
			XMLName xml.Name `xml:"x"`
			Text    string   `xml:",chardata"`
		}{Text: s})
		if err != nil {
			return ""
		}
		return string(escaped[len("<x>") : len(escaped)-len("</x>")])
	}
	kind := "Sender"
	if e.Status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>",
		kind, e.Code, text(e.Message), requestID)
}
