// Package fakelambda fakes the part of AWS Lambda's API that publishing a version
// needs, in every region, and what CloudFront asks of Lambda. It keeps functions, and
// runs those in Runs only.
//
// Sources are the AWS Lambda API Reference and, for the texts of errors, reports of
// users.
package fakelambda

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Lambda is a fake Lambda. Its fields are set before the first request.
type Lambda struct {
	// Polls is how many reads show a function in a passing state (Pending, InProgress).
	Polls int
	// MaxZip is the maximum size of a zip in a request, in bytes. AWS Lambda Developer
	// Guide, "Lambda quotas".
	MaxZip int
	// PageSize, where set, is the maximum number of versions on a page.
	PageSize int
	// Lingering is how many times Lambda refuses to delete a version whose association
	// has ended, because its replicas still exist.
	Lingering int
	// Now returns the time for LastModified.
	Now func() time.Time
	// Runs has the functions that can be invoked, by ARN.
	Runs map[string]Run
	// Accounts says by region where the account differs from the default.
	Accounts map[string]Account
	// Enforces says which code signing configurations, by ARN, refuse unsigned code.
	Enforces map[string]bool

	// Trusts, where set, reports whether a service may assume a role that
	// [Lambda.AddRole] did not make. It is called while the server is locked.
	Trusts func(role, service string) bool

	server    *fakeaws.Server
	functions map[functionKey]*function
	roles     map[string]*role           // by ARN
	replicas  map[string]map[string]bool // IDs of distributions, by version ARN
	lingering map[string]int             // remaining refusals, by version ARN
}

// functionKey names a function.
type functionKey struct{ region, name string }

// New adds Lambda to server.
func New(server *fakeaws.Server) *Lambda {
	l := &Lambda{
		MaxZip:    edgelimits.MaxZipBytes,
		Now:       time.Now,
		server:    server,
		functions: map[functionKey]*function{},
		roles:     map[string]*role{},
		replicas:  map[string]map[string]bool{},
		lingering: map[string]int{},
	}
	service := server.Service("lambda", refuse)
	service.ARN = requestARN
	for pattern, op := range map[string]fakeaws.Operation{
		"POST /2015-03-31/functions":                                 {Name: "CreateFunction", Writes: true, Do: l.createFunction},
		"GET /2015-03-31/functions":                                  {Name: "ListFunctions", Do: l.listFunctions},
		"GET /2015-03-31/functions/{name}":                           {Name: "GetFunction", Do: l.getFunction},
		"DELETE /2015-03-31/functions/{name}":                        {Name: "DeleteFunction", Writes: true, Do: l.deleteFunction},
		"GET /2015-03-31/functions/{name}/configuration":             {Name: "GetFunctionConfiguration", Do: l.getFunctionConfiguration},
		"PUT /2015-03-31/functions/{name}/configuration":             {Name: "UpdateFunctionConfiguration", Writes: true, Do: l.updateFunctionConfiguration},
		"PUT /2015-03-31/functions/{name}/code":                      {Name: "UpdateFunctionCode", Writes: true, Do: l.updateFunctionCode},
		"POST /2015-03-31/functions/{name}/invocations":              {Name: "Invoke", Writes: true, Do: l.invoke},
		"GET /2015-03-31/functions/{name}/versions":                  {Name: "ListVersionsByFunction", Do: l.listVersions},
		"POST /2015-03-31/functions/{name}/versions":                 {Name: "PublishVersion", Writes: true, Do: l.publishVersion},
		"GET /2021-07-20/functions/{name}/runtime-management-config": {Name: "GetRuntimeManagementConfig", Do: l.getRuntimeManagement},
		"PUT /2021-07-20/functions/{name}/runtime-management-config": {Name: "PutRuntimeManagementConfig", Writes: true, Do: l.putRuntimeManagement},
		"GET " + accountSettings:                                     {Name: "GetAccountSettings", Do: l.getAccountSettings},
		"GET /2017-03-31/tags/{arn}":                                 {Name: "ListTags", Do: l.listTags},
		"POST /2017-03-31/tags/{arn}":                                {Name: "TagResource", Writes: true, Do: l.tagResource},
		"DELETE /2017-03-31/tags/{arn}":                              {Name: "UntagResource", Writes: true, Do: l.untagResource},
	} {
		service.Handle(pattern, op)
	}
	return l
}

// role is a role that functions can have.
type role struct {
	refusals int  // remaining ones
	notEdge  bool // it does not trust edgelambda.amazonaws.com
}

// AddRole makes a role that Lambda first refuses the given number of times, as a new
// role takes a while to spread. It trusts lambda.amazonaws.com and
// edgelambda.amazonaws.com.
func (l *Lambda) AddRole(arn string, refusals int) {
	l.server.Lock()
	defer l.server.Unlock()
	l.roles[arn] = &role{refusals: refusals}
}

// DistrustEdge makes a role trust lambda.amazonaws.com alone.
func (l *Lambda) DistrustEdge(arn string) {
	l.server.Lock()
	defer l.server.Unlock()
	l.roles[arn].notEdge = true
}

// refuse writes an error in the REST-JSON protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, _ string) {
	code := e.Code
	switch e {
	case fakeaws.ErrUnknownKey:
		code = "UnrecognizedClientException"
	case fakeaws.ErrBadSignature:
		code = "InvalidSignatureException"
	}
	kind := "User"
	if e.Status >= http.StatusInternalServerError {
		kind = "Service"
	}
	body, _ := json.Marshal(map[string]string{"Type": kind, "message": e.Message}) // strings always marshal
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may be gone
}

func invalid(format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusConflict, Code: "ResourceConflictException", Message: fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: fmt.Sprintf(format, args...)}
}

// decode parses a request's JSON. It refuses fields that this package does not know, so
// that no test passes because a field was ignored.
func decode(r *fakeaws.Request, into any) error {
	if err := fakeaws.DecodeJSON(r.Body, into); err != nil {
		return &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidRequestContentException", Message: err.Error()}
	}
	return nil
}

// answer returns a response with value in JSON.
func answer(status int, value any) (*fakeaws.Response, error) {
	body, err := json.Marshal(value)
	return &fakeaws.Response{
		Status: status,
		Header: http.Header{"Content-Type": {"application/json"}},
		Body:   body,
	}, err
}

// requestARN returns the ARN of what a request is about.
func requestARN(r *fakeaws.Request) string {
	if arn := r.PathValue("arn"); arn != "" {
		return arn
	}
	if r.URL.Path == accountSettings {
		return "*"
	}
	name := r.PathValue("name")
	if name == "" { // the function is to be created
		var input struct{ FunctionName string }
		_ = json.Unmarshal(r.Body, &input) // createFunction refuses what is wrong
		name = input.FunctionName
	}
	return arnOf(r.Region, name, r.URL.Query().Get("Qualifier"))
}

// find returns the function that a request names, and the version of its qualifier,
// which is $LATEST by default.
func (l *Lambda) find(r *fakeaws.Request) (*function, *version, error) {
	name, err := parseName(r.PathValue("name"), r.Region)
	if err != nil {
		return nil, nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, invalid("%v", err)
	}
	qualifier := cmp.Or(query.Get("Qualifier"), latest)
	f := l.functions[functionKey{r.Region, name}]
	if f == nil {
		return nil, nil, notFound("Function not found: %s", arnOf(r.Region, name, query.Get("Qualifier")))
	}
	v := f.version(qualifier)
	if v == nil {
		return nil, nil, notFound("Function not found: %s", arnOf(r.Region, name, qualifier))
	}
	return f, v, nil
}
