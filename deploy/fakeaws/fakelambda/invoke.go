package fakelambda

import (
	"net/http"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Run is a function's code.
type Run func(payload []byte) (answer []byte, err error)

// invoke handles Invoke. It only knows invocations that wait for the response.
func (l *Lambda) invoke(r *fakeaws.Request) (*fakeaws.Response, error) {
	name, err := parseName(r.PathValue("name"), r.Region)
	if err != nil {
		return nil, err
	}
	run := l.Runs[arnOf(r.Region, name, "")]
	if run == nil {
		return nil, notFound("Function not found: %s", arnOf(r.Region, name, ""))
	}
	if kind := r.Header.Get("X-Amz-Invocation-Type"); kind != "" && kind != "RequestResponse" {
		return nil, invalid("fakelambda knows no invocation type %q", kind)
	}
	body, err := run(r.Body)
	if err == nil {
		return &fakeaws.Response{Body: body}, nil
	}
	failed, err := answer(http.StatusOK, map[string]string{"errorMessage": err.Error(), "errorType": "errorString"})
	if err == nil {
		failed.Header.Set("X-Amz-Function-Error", "Unhandled")
	}
	return failed, err
}
