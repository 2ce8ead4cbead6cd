package fakelambda

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// CheckAssociation returns CloudFront's refusal of the function with an ARN for an
// event type, or nil. The caller holds the server's lock. CloudFront Developer Guide,
// "Restrictions on Lambda@Edge" and "Quotas on Lambda@Edge".
func (l *Lambda) CheckAssociation(arn, eventType string) error {
	functionARN, number := split(arn)
	parts := strings.Split(functionARN, ":")
	switch {
	case len(parts) != 7 || !strings.HasPrefix(arn, "arn:aws:lambda:"):
		return refused("The function ARN is not valid. ARN: %s", arn)
	case !isNumber(number):
		return refused("The function ARN must reference a specific function version. "+
			"(The ARN must end with the version number.) ARN: %s", arn)
	case parts[3] != "us-east-1":
		return refused("The function must be in region 'us-east-1'. ARN: %s", arn)
	case parts[4] != fakeaws.Account:
		return refused("The function must be in the account of the distribution. ARN: %s", arn)
	}
	f := l.functions[functionKey{parts[3], parts[6]}]
	if f == nil || f.version(number) == nil {
		return refused("The function does not exist. ARN: %s", arn)
	}
	v := f.version(number)
	if r := l.roles[v.Role]; r != nil && r.notEdge || r == nil && (l.Trusts == nil || !l.Trusts(v.Role, "edgelambda.amazonaws.com")) {
		return refused("The function execution role must be assumable with edgelambda.amazonaws.com as well as "+
			"lambda.amazonaws.com principals. Update the IAM role and try again. Role: %s", v.Role)
	}
	return v.checkEdge(arn, eventType)
}

// checkEdge returns CloudFront's refusal of a version's settings, or nil.
func (v *version) checkEdge(arn, eventType string) error {
	most := edgelimits.Origin
	if strings.HasPrefix(eventType, "viewer-") {
		most = edgelimits.Viewer
	}
	switch {
	case !slices.Contains(edgelimits.Runtimes, v.Runtime):
		return refused("The function has a runtime that is not supported by Lambda@Edge: %s Function: %s Supported runtimes: %v", v.Runtime, arn, edgelimits.Runtimes)
	case v.Architectures[0] != edgelimits.Architecture:
		return refused("Lambda@Edge does not support functions with an architecture of %s. Function: %s", v.Architectures[0], arn)
	case v.Environment != nil:
		return refused("The function cannot have environment variables. Function: %s", arn)
	case v.VpcConfig != nil && len(v.VpcConfig.SubnetIds) > 0:
		return refused("The function cannot be in a VPC. Function: %s", arn)
	case len(v.Layers) > 0:
		return refused("The function cannot have a layer. Function: %s", arn)
	case v.DeadLetterConfig != nil:
		return refused("The function cannot have a dead letter queue. Function: %s", arn)
	case v.EphemeralStorage.Size > edgelimits.StorageMB:
		return refused("The function cannot have ephemeral storage of more than 512 MB. Function: %s", arn)
	case v.TracingConfig.Mode == "Active":
		return refused("The function cannot have active tracing. Function: %s", arn)
	case v.runtimeManagement.UpdateRuntimeOn != "Auto":
		return refused("The function's runtime management configuration must be Auto. Function: %s", arn)
	case v.sourceKey != "":
		return refused("The function cannot have a deployment package that is encrypted with a customer managed key. Function: %s", arn)
	case v.MemorySize > most.MaxMemoryMB:
		return refused("The function memory size is larger than the maximum allowed size for functions that are triggered by a CloudFront event: %d Max allowed: %d Function: %s", v.MemorySize, most.MaxMemoryMB, arn)
	case v.Timeout > most.MaxTimeoutS:
		return refused("The function timeout is larger than the maximum allowed timeout for functions that are triggered by a CloudFront event: %d Max allowed: %d Function: %s", v.Timeout, most.MaxTimeoutS, arn)
	case v.State != "Active":
		return refused("The function is not in the Active state. Function: %s", arn)
	}
	return nil
}

func refused(format string, args ...any) *fakeaws.Error {
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidLambdaFunctionAssociation", Message: fmt.Sprintf(format, args...)}
}

// Associate replaces the versions that a distribution is associated with by arns. A
// version without an association keeps its replicas for a while. The caller holds the
// server's lock.
func (l *Lambda) Associate(distribution string, arns []string) {
	for arn, by := range l.replicas {
		if by[distribution] && !slices.Contains(arns, arn) {
			delete(by, distribution)
			l.lingering[arn] = l.Lingering
		}
	}
	for _, arn := range arns {
		if l.replicas[arn] == nil {
			l.replicas[arn] = map[string]bool{}
		}
		l.replicas[arn][distribution] = true
	}
}

// replicated reports whether a version has replicas. A version without an association
// loses its replicas after l.Lingering calls.
func (l *Lambda) replicated(arn string) bool {
	if len(l.replicas[arn]) > 0 {
		return true
	}
	if l.lingering[arn] > 0 {
		l.lingering[arn]--
		return true
	}
	return false
}
