package doctor

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
)

// services are the services that must be able to assume the role. CloudFront Developer
// Guide, "Set up IAM permissions and roles for Lambda@Edge", "Function execution role
// for service principals".
var services = []string{"lambda.amazonaws.com", "edgelambda.amazonaws.com"}

func (d *Doctor) checkRole(ctx context.Context) {
	d.checkTrust(ctx, d.roleName())
	if d.bucket != "" {
		d.simulate(ctx, "s3:GetObject", d.readKeys.arn(), d.readKeys.doubt, ": originals are served as they are", d.allowReading(d.readKeys))
		if k := d.fallbackKeys(); k.prefix != "" && !strings.HasPrefix(k.prefix, d.readKeys.prefix) {
			d.simulate(ctx, "s3:GetObject", k.arn(), "", ": missing originals get no fallback picture", d.allowReading(k))
		}
	}
	// The group has the same name in every region; this is one of them.
	logs := fmt.Sprintf("arn:aws:logs:eu-central-1:%s:log-group:%s:*", accountOf(d.role), d.logGroup)
	d.simulate(ctx, "logs:PutLogEvents", logs, "", ": no logs are written", d.allowLogging())
}

// fallbackKeys returns the keys that begin with that of the config's fallback picture,
// or the zero keys if the config has none.
func (d *Doctor) fallbackKeys() keys {
	key := d.options.Config.FallbackKey
	if key == "" {
		return keys{}
	}
	return keys{d.readKeys.bucket, d.readFolder + key, ""}
}

func (d *Doctor) checkTrust(ctx context.Context, name string) {
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
	trust, err := iampolicy.Parse(document)
	if err != nil {
		d.unknown(subject, "", fmt.Errorf("its trust policy: %w", err))
		return
	}
	for _, service := range services {
		if !trust.Trusts(service) {
			d.problem(subject, "aws iam update-assume-role-policy --role-name "+name+" --policy-document file://deploy/template/policies/trust-policy.json",
				"%s does not trust %s", name, service)
		}
	}
	if trust.Trusts(services[0]) && trust.Trusts(services[1]) {
		d.good(subject, "%s trusts Lambda and Lambda@Edge", name)
	}
}

// simulate asks IAM whether the role may do action on resource. If it may not, harm
// says what follows, doubt why the role may not need it ("" if it does), and fix what
// to do.
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
			d.findings = append(d.findings, Finding{Unknown, subject, fmt.Sprintf("the role may not %s on all of %s (%s). It need not if %s", action, resource, result.EvalDecision, doubt),
				fmt.Sprintf("replace the key in this command with that of a picture: aws iam simulate-principal-policy --policy-source-arn %s --action-names %s --resource-arns %s", d.role, action, key)})
		case result.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny:
			d.problem(subject, d.showPolicies(), "the role may not %s on %s (%s)%s", action, resource, result.EvalDecision, harm)
		default:
			d.problem(subject, fix, "the role may not %s on %s (%s)%s", action, resource, result.EvalDecision, harm)
		}
		return
	}
	d.good(subject, "the role may %s on %s", action, resource)
}

// accountOf returns the account in an ARN, or "*".
func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		return parts[4]
	}
	return "*"
}
