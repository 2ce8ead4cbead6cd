package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// services must be able to take on the role. CloudFront Developer Guide, "Set
// up IAM permissions and roles for Lambda@Edge", "Function execution role for
// service principals".
var services = []string{"lambda.amazonaws.com", "edgelambda.amazonaws.com"}

// policy is an IAM policy document, as far as it is looked at. IAM User Guide,
// "IAM JSON policy element reference".
type policy struct {
	Statement list[statement]
}

type statement struct {
	Sid       string
	Effect    string
	Principal principal
	Action    list[string]
	Resource  list[string]
	Condition map[string]map[string]list[string]
}

// principal is "*" or principals by kind.
type principal map[string]list[string]

// UnmarshalJSON implements json.Unmarshaler.
func (p *principal) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principal{"*": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]list[string])(p))
}

// list is one value or an array of them.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(l))
	}
	var one T
	err := json.Unmarshal(data, &one)
	*l = list[T]{one}
	return err
}

func parsePolicy(document string) (policy, error) {
	var p policy
	err := json.Unmarshal([]byte(document), &p)
	return p, err
}

// trusts reports whether a policy lets a service take on the role.
func (p policy) trusts(service string) bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Principal["Service"], service) &&
			slices.ContainsFunc(s.Action, func(a string) bool { return strings.EqualFold(a, "sts:AssumeRole") || a == "sts:*" || a == "*" })
	})
}

func (d *Doctor) lookAtRole(ctx context.Context) {
	d.lookAtTrust(ctx, d.roleName())
	if d.bucket != "" {
		d.simulate(ctx, "s3:GetObject", d.readKeys.arn(), d.readKeys.doubt, ": originals are served as they are", d.allowReading(d.readKeys))
	}
	// The group's name is the same in every region; this is one of them.
	logs := fmt.Sprintf("arn:aws:logs:eu-central-1:%s:log-group:%s:*", accountOf(d.role), d.logGroup)
	d.simulate(ctx, "logs:PutLogEvents", logs, "", ": there are no logs", d.allowLogging())
}

func (d *Doctor) lookAtTrust(ctx context.Context, name string) {
	const subject = "role"
	role, err := d.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		d.unknown(subject, "iam:GetRole", err)
		return
	}
	document, err := url.QueryUnescape(aws.ToString(role.Role.AssumeRolePolicyDocument))
	if err != nil {
		d.unknown(subject, "", err)
		return
	}
	trust, err := parsePolicy(document)
	if err != nil {
		d.unknown(subject, "", fmt.Errorf("its trust policy: %w", err))
		return
	}
	for _, service := range services {
		if !trust.trusts(service) {
			d.problem(subject, "aws iam update-assume-role-policy --role-name "+name+" --policy-document file://deploy/policies/trust-policy.json",
				"%s does not trust %s", name, service)
		}
	}
	if trust.trusts(services[0]) && trust.trusts(services[1]) {
		d.good(subject, "%s trusts Lambda and Lambda@Edge", name)
	}
}

// simulate asks IAM whether the role may do something. harm is what comes of it where it
// may not, and doubt says why that may be right.
func (d *Doctor) simulate(ctx context.Context, action, resource, doubt, harm, fix string) {
	const subject = "permissions"
	out, err := d.iam.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
		PolicySourceArn: &d.role, ActionNames: []string{action}, ResourceArns: []string{resource},
	})
	if err != nil {
		d.unknown(subject, "iam:SimulatePrincipalPolicy", err)
		return
	}
	for _, result := range out.EvaluationResults {
		switch {
		case result.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed:
			continue
		case doubt != "":
			key := strings.TrimSuffix(resource, "*") + "a.jpg"
			d.findings = append(d.findings, Finding{Unknown, subject, fmt.Sprintf("the role may not %s on all of %s (%s), and need not if %s", action, resource, result.EvalDecision, doubt),
				fmt.Sprintf("ask for the key of a picture in the place of this one: aws iam simulate-principal-policy --policy-source-arn %s --action-names %s --resource-arns %s", d.role, action, key)})
		case result.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny:
			d.problem(subject, d.showPolicies(), "the role may not %s on %s (%s)%s", action, resource, result.EvalDecision, harm)
		default:
			d.problem(subject, fix, "the role may not %s on %s (%s)%s", action, resource, result.EvalDecision, harm)
		}
		return
	}
	d.good(subject, "the role may %s on %s", action, resource)
}

// accountOf is the account in an ARN.
func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[4]
	}
	return "*"
}
