package fakeiam

import (
	"encoding/json"
	"slices"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Need is an action on a resource that a call needs to be allowed.
type Need struct{ Action, Resource string }

// NeedsAtEdge returns what UpdateDistribution needs besides itself to associate a version of
// a function, given its ARN. CloudFront Developer Guide, "Set up IAM permissions and roles
// for Lambda@Edge".
func NeedsAtEdge(version string) []Need {
	const linked = "arn:aws:iam::" + fakeaws.Account + ":role/aws-service-role/"
	return []Need{
		{"lambda:GetFunction", version}, {"lambda:EnableReplication", version}, {"lambda:DisableReplication", version},
		{"iam:CreateServiceLinkedRole", linked + "replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator"},
		{"iam:CreateServiceLinkedRole", linked + "logger.cloudfront.amazonaws.com/AWSServiceRoleForCloudFrontLogger"},
	}
}

// Unmet returns the needs that a policy in JSON does not meet, each once.
func Unmet(policy string, needs []Need) (unmet []Need, err error) {
	for _, n := range needs {
		decision, err := Decide(policy, n.Action, n.Resource)
		if err != nil {
			return nil, err
		}
		if decision != "allowed" && !slices.Contains(unmet, n) {
			unmet = append(unmet, n)
		}
	}
	return unmet, nil
}

// Unneeded returns the actions and resources of a policy in JSON without which it would
// meet needs, too. The policy's actions and resources are lists.
func Unneeded(policy string, needs []Need) (unneeded []string, err error) {
	var document struct {
		Statement []struct {
			Effect           string
			Action, Resource []string
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return nil, err
	}
	if needs, err = Unmet("", needs); err != nil { // each once: an empty policy meets none
		return nil, err
	}
	for i := range document.Statement {
		s := &document.Statement[i]
		for _, list := range []*[]string{&s.Action, &s.Resource} {
			whole := *list
			for j, line := range whole {
				*list = slices.Concat(whole[:j], whole[j+1:])
				rest, err := json.Marshal(document)
				if err != nil {
					return nil, err
				}
				unmet, err := Unmet(string(rest), needs)
				if err != nil {
					return nil, err
				}
				if len(unmet) == 0 {
					unneeded = append(unneeded, line)
				}
			}
			*list = whole
		}
	}
	return unneeded, nil
}
