package fakelambda

import (
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// accountSettings is the path of GetAccountSettings.
const accountSettings = "/2016-08-19/account-settings"

// Account says what an account has in a region.
type Account struct {
	// Concurrency is the quota of concurrent executions; 0 stands for 1000. Reserved is
	// the part of it that functions have reserved.
	Concurrency, Reserved int
	// Disabled says that the account has not enabled the region.
	Disabled bool
}

// getAccountSettings handles GetAccountSettings.
func (l *Lambda) getAccountSettings(r *fakeaws.Request) (*fakeaws.Response, error) {
	account := l.Accounts[r.Region]
	if account.Disabled {
		return nil, &fakeaws.Error{Status: http.StatusForbidden, Code: "UnrecognizedClientException",
			Message: "The security token included in the request is invalid."}
	}
	concurrency := account.Concurrency
	if concurrency == 0 {
		concurrency = edgelimits.Concurrency
	}
	count, size := 0, 0
	for at, f := range l.functions {
		if at.region == r.Region {
			count++
			for _, v := range append([]*version{f.latest}, f.numbered...) {
				size += v.CodeSize
			}
		}
	}
	return answer(http.StatusOK, map[string]any{
		"AccountLimit": map[string]int{
			"TotalCodeSize": 80530636800, "CodeSizeUnzipped": 262144000, "CodeSizeZipped": 52428800,
			"ConcurrentExecutions": concurrency, "UnreservedConcurrentExecutions": concurrency - account.Reserved,
		},
		"AccountUsage": map[string]int{"TotalCodeSize": size, "FunctionCount": count},
	})
}

// runtimeManagement says when Lambda updates the runtime of a version.
type runtimeManagement struct {
	UpdateRuntimeOn   string
	RuntimeVersionArn *string
}

// updateModes has the values of UpdateRuntimeOn. AWS Lambda API Reference,
// "PutRuntimeManagementConfig".
var updateModes = []string{"Auto", "Manual", "FunctionUpdate"}

// getRuntimeManagement handles GetRuntimeManagementConfig.
func (l *Lambda) getRuntimeManagement(r *fakeaws.Request) (*fakeaws.Response, error) {
	_, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	return answer(http.StatusOK, struct {
		FunctionArn string
		runtimeManagement
	}{v.FunctionArn, v.runtimeManagement})
}

// putRuntimeManagement handles PutRuntimeManagementConfig.
func (l *Lambda) putRuntimeManagement(r *fakeaws.Request) (*fakeaws.Response, error) {
	_, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	var input runtimeManagement
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	manual := input.UpdateRuntimeOn == "Manual"
	if !slices.Contains(updateModes, input.UpdateRuntimeOn) || manual != (input.RuntimeVersionArn != nil) ||
		manual && !strings.HasPrefix(*input.RuntimeVersionArn, "arn:aws:lambda:"+r.Region+"::runtime:") {
		return nil, invalid("UpdateRuntimeOn is one of %v, and Manual takes a RuntimeVersionArn", updateModes)
	}
	v.runtimeManagement = input
	return answer(http.StatusOK, struct {
		FunctionArn string
		runtimeManagement
	}{v.FunctionArn, input})
}
