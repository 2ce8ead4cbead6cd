package fakelambda

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// codeLocation says where a version's zip is. AWS Lambda API Reference,
// "FunctionCodeLocation".
type codeLocation struct {
	RepositoryType, Location string
	SourceKMSKeyArn          string `json:",omitempty"`
}

// getFunction handles GetFunction.
func (l *Lambda) getFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	v.poll()
	return answer(http.StatusOK, map[string]any{
		"Configuration": v.configuration,
		"Code": codeLocation{RepositoryType: "S3", Location: "https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/",
			SourceKMSKeyArn: v.sourceKey},
		"Tags": f.tags,
	})
}

// getFunctionConfiguration handles GetFunctionConfiguration.
func (l *Lambda) getFunctionConfiguration(r *fakeaws.Request) (*fakeaws.Response, error) {
	_, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	v.poll()
	return answer(http.StatusOK, v.configuration)
}

// listFunctions handles ListFunctions, with all functions on one page.
func (l *Lambda) listFunctions(r *fakeaws.Request) (*fakeaws.Response, error) {
	output := struct{ Functions []configuration }{Functions: []configuration{}}
	for at, f := range l.functions {
		if at.region == r.Region {
			output.Functions = append(output.Functions, f.latest.configuration)
		}
	}
	slices.SortFunc(output.Functions, func(a, b configuration) int { return strings.Compare(a.FunctionName, b.FunctionName) })
	return answer(http.StatusOK, output)
}

// listVersions handles ListVersionsByFunction. It does not list in the order of the
// numbers, as the API Reference promises no order.
func (l *Lambda) listVersions(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, _, err := l.find(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	size, start := 50, 0
	if given := query.Get("MaxItems"); given != "" {
		if size, err = strconv.Atoi(given); err != nil || size < 1 || size > 10000 {
			return nil, invalid("Value '%s' at 'maxItems' failed to satisfy constraint", given)
		}
	}
	if marker := query.Get("Marker"); marker != "" {
		if start, err = strconv.Atoi(marker); err != nil || start < 1 || start > len(f.numbered) {
			return nil, invalid("Invalid marker")
		}
	}
	if l.PageSize > 0 {
		size = min(size, l.PageSize)
	}
	var output struct {
		Versions   []configuration
		NextMarker string `json:",omitempty"`
	}
	all := append([]*version{f.latest}, f.numbered...)
	slices.SortFunc(all, func(a, b *version) int { return strings.Compare(a.Version, b.Version) })
	for i, v := range all {
		if i == start+size {
			output.NextMarker = strconv.Itoa(i)
			break
		}
		if i >= start {
			output.Versions = append(output.Versions, v.configuration)
			// Each version is listed with its qualified ARN, even $LATEST.
			listed := &output.Versions[len(output.Versions)-1]
			listed.FunctionArn = f.arn + ":" + v.Version
		}
	}
	return answer(http.StatusOK, output)
}

// publishVersion handles PublishVersion.
func (l *Lambda) publishVersion(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	var input struct {
		CodeSha256, Description, RevisionId string
	}
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	for _, err := range []error{
		f.busy(), v.checkRevision(input.RevisionId), settings{Description: &input.Description}.check(),
	} {
		if err != nil {
			return nil, err
		}
	}
	if input.CodeSha256 != "" && input.CodeSha256 != v.CodeSha256 {
		return nil, invalid("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). "+
			"Please try again with the CodeSHA256 in $LATEST.", input.CodeSha256, v.CodeSha256)
	}
	if len(f.numbered) > 0 {
		if last := f.numbered[len(f.numbered)-1]; last.same(v) {
			return answer(http.StatusCreated, last.configuration)
		}
	}
	return answer(http.StatusCreated, l.publish(f, input.Description).configuration)
}

// publish makes the next version.
func (l *Lambda) publish(f *function, description string) *version {
	v := &version{configuration: f.latest.configuration, from: f.latest.Description,
		sourceKey: f.latest.sourceKey, runtimeManagement: f.latest.runtimeManagement}
	v.Version = strconv.Itoa(f.next)
	v.FunctionArn = f.arn + ":" + v.Version
	if description != "" {
		v.Description = description
	}
	v.LastModified = l.timestamp()
	v.begin(l.Polls, true)
	f.next++
	f.numbered = append(f.numbered, v)
	return v
}

// same reports whether nothing has changed from v to latest, in which case no version
// is published. AWS Lambda API Reference, "PublishVersion".
func (v *version) same(latest *version) bool {
	if v.from != latest.Description || v.sourceKey != latest.sourceKey {
		return false
	}
	a, b := v.configuration, latest.configuration
	for _, c := range []*configuration{&a, &b} {
		c.FunctionArn, c.Version, c.Description, c.LastModified, c.RevisionId = "", "", "", "", ""
		c.State, c.StateReason, c.StateReasonCode, c.LastUpdateStatus = "", "", "", ""
	}
	return reflect.DeepEqual(a, b)
}

// deleteFunction handles DeleteFunction, for one version or the whole function.
func (l *Lambda) deleteFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	qualifier := r.URL.Query().Get("Qualifier")
	if qualifier == latest {
		return nil, invalid("$LATEST version cannot be deleted without deleting the function.")
	}
	var kept []*version
	for _, n := range f.numbered {
		if qualifier != "" && n != v {
			kept = append(kept, n)
			continue
		}
		if l.replicated(n.FunctionArn) {
			return nil, invalid("Lambda was unable to delete %s because it is a replicated function. "+
				"Please see our documentation for Deleting Lambda@Edge Functions and Replicas.", n.FunctionArn)
		}
	}
	f.numbered = kept
	if qualifier == "" {
		delete(l.functions, functionKey{r.Region, f.latest.FunctionName})
	}
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}
