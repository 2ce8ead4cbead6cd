package prepare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// roleDescription is the description of our roles.
var roleDescription = marked("What the resizing function may do at the edge.")

// logsPolicy is the name of the role's inline policy for logs.
const logsPolicy = "logs"

// originalsPolicy begins the names of the role's inline policies for a target's
// originals.
const originalsPolicy = "originals-"

// role is an existing role.
type role struct {
	name, arn, description string
	trust                  string // its trust policy
}

// readRole returns a role, nil if there is none.
func (p *Preparer) readRole(ctx context.Context, name string) (*role, error) {
	out, err := p.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if awsapi.Code(err) == "NoSuchEntity" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := &role{name: name, arn: aws.ToString(out.Role.Arn), description: aws.ToString(out.Role.Description)}
	if r.trust, err = url.QueryUnescape(aws.ToString(out.Role.AssumeRolePolicyDocument)); err != nil {
		return nil, fmt.Errorf("the trust policy of the role %s: %w", name, err)
	}
	return r, nil
}

// roleOfFunction returns the name of the function's role, "" if there is no function.
func (p *Preparer) roleOfFunction(ctx context.Context, function string) (string, error) {
	out, err := p.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &function})
	if awsapi.Code(err) == "ResourceNotFoundException" {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	arn := aws.ToString(out.Role)
	return arn[strings.LastIndexByte(arn, '/')+1:], nil
}

// RoleForNew returns the ARN of the role that [Preparer.Prepare] made for a function
// that does not exist yet. It returns "" if the function exists or there is no such
// role.
func RoleForNew(ctx context.Context, config aws.Config, function string) (string, error) {
	p := New(config, nil)
	if has, err := p.roleOfFunction(ctx, function); has != "" || err != nil {
		return "", err
	}
	r, err := p.readRole(ctx, function)
	if r == nil || err != nil || !isMarked(r.description) {
		return "", err
	}
	return r.arn, nil
}

// planRole plans a role that both services may assume and that may do what the function
// does: read the originals and write logs.
func (w *work) planRole(ctx context.Context) error {
	name, err := w.roleOfFunction(ctx, w.options.Function)
	if err != nil {
		return err
	}
	exists := name != ""
	if !exists {
		name = w.options.Function
	}
	trust, logs, originals, err := w.roleDocuments()
	if err != nil {
		return err
	}
	r, err := w.readRole(ctx, name)
	switch {
	case err != nil:
		return err
	case r == nil && exists:
		return &ForeignError{"the function's role " + name + " does not exist",
			"publish the function with another role, with -role ARN, and run this command again"}
	case r == nil:
		w.will(func(ctx context.Context) error {
			_, err := w.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, Description: &roleDescription, AssumeRolePolicyDocument: &trust})
			return err
		}, "role %s: create it, for Lambda and Lambda@Edge to assume", name)
	case !isMarked(r.description):
		return w.checkForeignRole(ctx, r)
	default:
		if !same(json.RawMessage(r.trust), json.RawMessage(trust)) {
			w.will(func(ctx context.Context) error {
				_, err := w.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: &trust})
				return err
			}, "role %s: let Lambda and Lambda@Edge assume it", name)
		}
	}
	bucket, keys := w.originals()
	if err := w.planRolePolicy(ctx, r, name, logsPolicy, logs, "let it write its logs"); err != nil {
		return err
	}
	return w.planRolePolicy(ctx, r, name, originalsPolicy+w.key(), originals, "let it read "+inWords(bucket, keys))
}

// inWords returns the folders of a bucket in words.
func inWords(bucket string, keys []string) string {
	var all []string
	for _, folder := range keys {
		if folder != "" {
			folder += "/"
		}
		all = append(all, bucket+"/"+folder+"*")
	}
	return strings.Join(all, " and ")
}

// key returns a name for the target in characters that all names allow.
func (t target) key() string {
	if t.behavior == "" {
		return t.id + "-default"
	}
	sum := sha256.Sum256([]byte(t.behavior))
	return t.id + "-" + hex.EncodeToString(sum[:6])
}

// roleDocuments returns the role's trust policy and inline policies.
func (w *work) roleDocuments() (trust string, logs, originals document, err error) {
	if trust, err = policies.Read("trust-policy.json"); err != nil {
		return "", document{}, document{}, err
	}
	bucket, keys := w.originals()
	all, err := readDocument("role-policy.json", bucket, keys, "ACCOUNT", w.account, "FUNCTION", w.options.Function)
	logs.Version, originals.Version = all.Version, all.Version
	for _, s := range all.Statement {
		if s["Sid"] == "Log" {
			logs.Statement = append(logs.Statement, s)
		} else {
			originals.Statement = append(originals.Statement, s)
		}
	}
	return trust, logs, originals, err
}

// planRolePolicy plans an inline policy of our role; r is nil if the role does not
// exist yet.
func (w *work) planRolePolicy(ctx context.Context, r *role, role, name string, want document, words string) error {
	if r != nil {
		out, err := w.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		if err != nil && awsapi.Code(err) != "NoSuchEntity" {
			return err
		}
		if err == nil {
			if have, err := url.QueryUnescape(aws.ToString(out.PolicyDocument)); err == nil && same(json.RawMessage(have), want) {
				return nil
			}
		}
	}
	text := want.String()
	w.will(func(ctx context.Context) error {
		_, err := w.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &name, PolicyDocument: &text})
		return err
	}, "role %s: %s", role, words)
	return nil
}

// checkForeignRole refuses a role of somebody else's that lacks rights.
func (w *work) checkForeignRole(ctx context.Context, r *role) error {
	const advice = "give it the policy in deploy/template/policies/%s, or choose another function name, with -function here and for publish, which gets a role of its own"
	trust, err := iampolicy.Parse(r.trust)
	if err != nil {
		return fmt.Errorf("the trust policy of the role %s: %w", r.name, err)
	}
	for _, service := range []string{"lambda.amazonaws.com", "edgelambda.amazonaws.com"} {
		if !trust.Trusts(service) {
			return &ForeignError{fmt.Sprintf("the role %s was not made by this command, and does not trust %s", r.name, service), fmt.Sprintf(advice, "trust-policy.json")}
		}
	}
	bucket, keys := w.originals()
	resources := []need{{"logs:PutLogEvents", fmt.Sprintf("arn:aws:logs:eu-central-1:%s:log-group:/aws/lambda/%s.%s:*", w.account, awsapi.Region, w.options.Function)}}
	for _, folder := range keys {
		if folder != "" {
			folder += "/"
		}
		resources = append(resources, need{"s3:GetObject", "arn:aws:s3:::" + bucket + "/" + folder + "*"})
	}
	for _, n := range resources {
		out, err := w.iam.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: &r.arn, ActionNames: []string{n.action}, ResourceArns: []string{n.resource},
		})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(out.EvaluationResults, func(e types.EvaluationResult) bool {
			return e.EvalDecision != types.PolicyEvaluationDecisionTypeAllowed
		}) {
			return &ForeignError{fmt.Sprintf("the role %s was not made by this command, and may not %s on %s", r.name, n.action, n.resource), fmt.Sprintf(advice, "role-policy.json")}
		}
	}
	return nil
}

// need is an action that a role must be allowed on a resource.
type need struct{ action, resource string }
