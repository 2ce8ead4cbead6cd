package prepare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/policykind"
)

// undoing removes what was prepared for a function.
type undoing struct {
	*Preparer
	function string
	account  string
	dryRun   bool

	viewer       *viewerFunction
	keys         *keyStore
	policies     []ownPolicy
	policyIDs    map[string]bool                   // of all policies, whoever made them
	control      *types.OriginAccessControlSummary // ours; nil where there is none
	role         *role                             // ours; nil where there is none
	keepsControl bool                              // an origin keeps the access control
	done         bool                              // there was something to do
}

// ownPolicy is a policy that this package made.
type ownPolicy struct {
	kind policykind.Kind
	policykind.Policy
}

// Undo removes what [Preparer.Prepare] made for a function that is attached nowhere. It
// restores distributions, as far as their former state is known and safe, and deletes
// what has our mark and is not in use elsewhere. It names what stays. With dryRun it
// describes the changes without making them.
func (p *Preparer) Undo(ctx context.Context, function string, dryRun bool) error {
	if !functionName.MatchString(function) {
		return nil // nothing was ever prepared for it
	}
	u := &undoing{Preparer: p, function: function, dryRun: dryRun, policyIDs: map[string]bool{}}
	if err := u.findOurs(ctx); err != nil {
		return err
	}
	if u.viewer.exists || len(u.policies) > 0 || u.control != nil || u.role != nil {
		err := p.eachDistribution(ctx, func(d types.DistributionSummary) error {
			concerns, err := u.concerns(ctx, d)
			if !concerns || err != nil {
				return err
			}
			return u.putBack(ctx, aws.ToString(d.Id))
		})
		if err != nil {
			return err
		}
	}
	return u.delete(ctx)
}

// findOurs finds what this package made for the function.
func (u *undoing) findOurs(ctx context.Context) (err error) {
	if u.account, err = u.accountID(ctx); err != nil {
		return err
	}
	if u.viewer, err = u.readViewerFunction(ctx, u.account, u.function); err != nil {
		return err
	}
	if !u.viewer.marked {
		u.viewer.exists = false
	}
	u.keys, err = u.readKeyStore(ctx, u.function)
	if strings.HasPrefix(awsapi.Code(err), "AccessDenied") {
		u.keys, err = &keyStore{}, nil // these credentials have made none
	}
	if err != nil {
		return err
	}
	u.keys.exists = u.keys.exists && u.keys.marked
	for _, k := range []policykind.Kind{policykind.Cache(u.cloudFront), policykind.OriginRequest(u.cloudFront), policykind.ResponseHeaders(u.cloudFront)} {
		all, err := k.All(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			u.policyIDs[p.ID] = true
			if isMarked(p.Comment) && (p.Name == u.function || p.Name == u.function+"-all-query-strings") {
				u.policies = append(u.policies, ownPolicy{k, p})
			}
		}
	}
	if u.control, err = u.accessControl(ctx, u.function); err != nil {
		return err
	}
	if u.control != nil && !isMarked(aws.ToString(u.control.Description)) {
		u.control = nil
	}
	if u.role, err = u.readRole(ctx, u.function); err != nil {
		return err
	}
	if u.role != nil && !isMarked(u.role.description) {
		u.role = nil
	}
	return nil
}

// isOurs reports whether this package made the policy with an ID.
func (u *undoing) isOurs(id string) bool {
	return id != "" && slices.ContainsFunc(u.policies, func(o ownPolicy) bool { return o.ID == id })
}

// concerns reports whether a distribution was prepared: it uses something of ours or
// has a record in its tags. Credentials that may not read its tags have not prepared
// it.
func (u *undoing) concerns(ctx context.Context, d types.DistributionSummary) (bool, error) {
	uses := func(functions *types.FunctionAssociations, ids ...*string) bool {
		return u.viewer.exists && associated(functions, u.viewer.arn) || slices.ContainsFunc(ids, func(id *string) bool { return u.isOurs(aws.ToString(id)) })
	}
	if b := d.DefaultCacheBehavior; b != nil && uses(b.FunctionAssociations, b.CachePolicyId, b.OriginRequestPolicyId, b.ResponseHeadersPolicyId) {
		return true, nil
	}
	if d.CacheBehaviors != nil {
		for _, b := range d.CacheBehaviors.Items {
			if uses(b.FunctionAssociations, b.CachePolicyId, b.OriginRequestPolicyId, b.ResponseHeadersPolicyId) {
				return true, nil
			}
		}
	}
	if d.Origins != nil && u.control != nil {
		for _, o := range d.Origins.Items {
			if aws.ToString(o.OriginAccessControlId) == aws.ToString(u.control.Id) {
				return true, nil
			}
		}
	}
	tags, err := u.tagsOf(ctx, aws.ToString(d.ARN))
	if strings.HasPrefix(awsapi.Code(err), "AccessDenied") {
		return false, nil
	}
	for key := range tags {
		if strings.HasPrefix(key, "edgeresize:"+u.function+":") {
			return true, nil
		}
	}
	return false, err
}

// do describes a change and, unless this is a dry run, makes it.
func (u *undoing) do(ctx context.Context, make func(context.Context) error, format string, args ...any) error {
	u.done = true
	u.say(format, args...)
	if u.dryRun {
		return nil
	}
	return make(ctx)
}

// delete deletes what is ours and not in use.
func (u *undoing) delete(ctx context.Context) error {
	if u.viewer.exists {
		i := u.viewer
		err := u.unlessUsed(ctx, "viewer-request function "+i.name, listDistributions, func(ctx context.Context) error {
			_, err := u.cloudFront.DeleteFunction(ctx, &cloudfront.DeleteFunctionInput{Name: &i.name, IfMatch: i.etag})
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := u.deleteKeyStore(ctx); err != nil {
		return err
	}
	for _, o := range u.policies {
		if err := u.unlessUsed(ctx, o.kind.Subject+" "+o.Name, listDistributions, func(ctx context.Context) error { return o.kind.Delete(ctx, o.ID) }); err != nil {
			return err
		}
	}
	if c := u.control; c != nil && !u.keepsControl {
		err := u.unlessUsed(ctx, "origin access control "+aws.ToString(c.Name), listDistributions, func(ctx context.Context) error {
			got, err := u.cloudFront.GetOriginAccessControl(ctx, &cloudfront.GetOriginAccessControlInput{Id: c.Id})
			if err == nil {
				_, err = u.cloudFront.DeleteOriginAccessControl(ctx, &cloudfront.DeleteOriginAccessControlInput{Id: c.Id, IfMatch: got.ETag})
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := u.deleteRole(ctx); err != nil {
		return err
	}
	if !u.done && !u.keepsControl {
		u.say("nothing that `prepare` makes exists for %s", u.function)
	}
	return nil
}

const listDistributions = "list-distributions"

// unlessUsed deletes something unless AWS answers that it is in use.
// list is the command that shows where.
func (u *undoing) unlessUsed(ctx context.Context, what, list string, remove func(context.Context) error) error {
	err := u.do(ctx, remove, "%s: delete it", what)
	switch code := awsapi.Code(err); {
	case strings.HasPrefix(code, "NoSuch"), code == "EntityNotFound": // a try of ours, whose answer was lost, deleted it
		return nil
	case strings.HasSuffix(code, "InUse"):
		u.say("left: %s is in use: `aws cloudfront %s` shows where", what, list)
		return nil
	}
	return err
}

// deleteRole deletes the role once the function is deleted.
func (u *undoing) deleteRole(ctx context.Context) error {
	if u.role == nil {
		return nil
	}
	function, err := u.roleOfFunction(ctx, u.function)
	if err != nil {
		return err
	}
	if function != "" && !u.dryRun {
		u.say("left: role %s, because the function still exists", u.role.name)
		return nil
	}
	pages := iam.NewListRolePoliciesPaginator(u.iam, &iam.ListRolePoliciesInput{RoleName: &u.role.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, name := range page.PolicyNames {
			if name != logsPolicy && !strings.HasPrefix(name, originalsPolicy) {
				u.say("left: role %s, because it has the policy %s, which `prepare` did not make", u.role.name, name)
				return nil
			}
		}
		for _, name := range page.PolicyNames {
			err := u.do(ctx, func(ctx context.Context) error {
				_, err := u.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &u.role.name, PolicyName: &name})
				return err
			}, "role %s: remove its policy %s", u.role.name, name)
			if err != nil && awsapi.Code(err) != "NoSuchEntity" {
				return err
			}
		}
	}
	err = u.do(ctx, func(ctx context.Context) error {
		_, err := u.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &u.role.name})
		return err
	}, "role %s: delete it", u.role.name)
	switch awsapi.Code(err) {
	case "NoSuchEntity":
		return nil
	case "DeleteConflict":
		return fmt.Errorf("the role %s has policies that this command did not make: remove them and run this command again: %w", u.role.name, err)
	}
	return err
}
