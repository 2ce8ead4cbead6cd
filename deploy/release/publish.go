package release

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// PublishOptions say what to publish.
type PublishOptions struct {
	// Zip is the package.
	Zip []byte
	// Role is the ARN of the function's role. If it is empty, a function that exists
	// keeps its own.
	Role string
	// MemoryMB and TimeoutS, if 0, stay as they are; a new function gets
	// [DefaultMemoryMB] and [DefaultTimeoutS].
	MemoryMB, TimeoutS int
	// Description is the version's, as [Describe] writes it.
	Description string
	// Adopt takes over a function that has no [OwnTag].
	Adopt bool
}

// rolePatience is for a new role to become known to Lambda.
var rolePatience = patience{3 * time.Second, 2 * time.Minute}

// maxSteps is the most steps of a publication. It needs more than a few only if others
// change the function at the same time.
const maxSteps = 12

// errAgain says that the function has changed since it was read.
var errAgain = errors.New("the function was changed meanwhile")

// Publish creates or updates the function, publishes a version of it and returns the
// version's ARN. Publishing the same package again returns the same version.
func (r *Releaser) Publish(ctx context.Context, o PublishOptions) (string, error) {
	p := &publication{Releaser: r, PublishOptions: o, sha256: Checksum(o.Zip)}
	if r.DryRun {
		return "", p.dryRun(ctx)
	}
	for range maxSteps {
		arn, err := p.step(ctx)
		if errors.Is(err, errAgain) {
			r.tell("function %s: changed meanwhile, looking again", r.Function)
			continue
		}
		if arn != "" || err != nil {
			return arn, err
		}
	}
	return "", fmt.Errorf("the function %s: somebody else keeps changing its settings: run the same command again later", r.Function)
}

// publication is one call of Publish.
type publication struct {
	*Releaser
	PublishOptions
	sha256   string // of the package, as Lambda writes it
	ours     bool   // the function has our tag
	uploaded bool   // we have uploaded the package
	changed  bool   // we have changed the function
}

// Checksum returns the SHA-256 of a package as Lambda writes it, in base64.
func Checksum(zip []byte) string {
	sum := sha256.Sum256(zip)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// step makes one change to the function. Once there is nothing to change, it publishes
// and returns the version's ARN.
func (p *publication) step(ctx context.Context) (string, error) {
	c, err := p.awaitSettled(ctx, "")
	switch {
	case err != nil:
		return "", err
	case c == nil:
		return "", p.create(ctx)
	}
	if !p.ours {
		if err := p.claim(ctx, c); err != nil {
			return "", err
		}
	}
	if err := p.checkKind(c); err != nil {
		return "", err
	}
	if c.LastUpdateStatus == types.LastUpdateStatusFailed && p.changed {
		return "", fmt.Errorf("function %s: the update has failed: %s", p.Function, aws.ToString(c.LastUpdateStatusReason))
	}
	if differing := p.differing(c); len(differing) > 0 {
		return "", p.configure(ctx, c, differing)
	}
	if !p.hasCode(c) {
		return "", p.upload(ctx, c)
	}
	return p.publish(ctx, c)
}

// claim checks that the function is ours, or adopts it if p.Adopt says so.
func (p *publication) claim(ctx context.Context, c *configuration) error {
	_, err := p.tags(ctx, c)
	if untagged := (*UntaggedError)(nil); errors.As(err, &untagged) && p.Adopt {
		err = p.adopt(ctx, c)
	}
	p.ours = err == nil
	return err
}

// hasCode reports whether a function has the package already.
func (p *publication) hasCode(c *configuration) bool {
	return aws.ToString(c.CodeSha256) == p.sha256 &&
		slices.Equal(c.Architectures, []types.Architecture{types.ArchitectureX8664}) &&
		c.LastUpdateStatus != types.LastUpdateStatusFailed
}

// create makes the function.
func (p *publication) create(ctx context.Context) error {
	if p.Role == "" {
		return fmt.Errorf("there is no function %s in %s: create it with -role ARN, or name another with -function NAME", p.Function, awsapi.Region)
	}
	p.tell("function %s: creating it in %s", p.Function, awsapi.Region)
	err := p.withRole(ctx, func() error {
		_, err := p.lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName:  &p.Function,
			Role:          &p.Role,
			Runtime:       Runtime,
			Handler:       aws.String(launcher.Handler),
			Architectures: []types.Architecture{types.ArchitectureX8664},
			PackageType:   types.PackageTypeZip,
			MemorySize:    aws.Int32(int32(cmp.Or(p.MemoryMB, DefaultMemoryMB))),
			Timeout:       aws.Int32(int32(cmp.Or(p.TimeoutS, DefaultTimeoutS))),
			Code:          &types.FunctionCode{ZipFile: p.Zip},
			Tags:          map[string]string{OwnTag: OwnTagValue},
		})
		return err
	})
	p.uploaded, p.changed = err == nil, true
	return again(err)
}

// withRole repeats try while Lambda does not know the role yet.
func (p *publication) withRole(ctx context.Context, try func() error) error {
	err := p.until(ctx, "role "+p.Role, rolePatience, func() (string, bool, error) {
		err := try()
		bad := (*types.InvalidParameterValueException)(nil)
		if errors.As(err, &bad) && strings.Contains(bad.ErrorMessage(), "cannot be assumed by Lambda") {
			return "not assumable by Lambda", false, nil
		}
		return "", true, err
	})
	if slow := (*SlowError)(nil); errors.As(err, &slow) {
		return fmt.Errorf("%w; does it exist, and does its trust policy name lambda.amazonaws.com and edgelambda.amazonaws.com?", err)
	}
	return err
}

// again returns errAgain for a refusal that is due to a change by somebody else, or to a
// try of ours whose answer was lost.
func again(err error) error {
	conflict, precondition := (*types.ResourceConflictException)(nil), (*types.PreconditionFailedException)(nil)
	bad := (*types.InvalidParameterValueException)(nil)
	otherCode := errors.As(err, &bad) && strings.Contains(bad.ErrorMessage(), "is different from current CodeSHA256")
	if errors.As(err, &conflict) || errors.As(err, &precondition) || otherCode {
		return errAgain
	}
	return err
}

// configure changes the settings that differ.
func (p *publication) configure(ctx context.Context, c *configuration, differing []setting) error {
	input := &lambda.UpdateFunctionConfigurationInput{FunctionName: &p.Function, RevisionId: c.RevisionId}
	for _, s := range differing {
		p.tell("function %s: %s %s -> %s", p.Function, s.name, s.have(c), s.want)
		s.put(input)
	}
	p.changed = true
	return again(p.withRole(ctx, func() error {
		_, err := p.lambda.UpdateFunctionConfiguration(ctx, input)
		return err
	}))
}

// upload replaces the function's code with the package.
func (p *publication) upload(ctx context.Context, c *configuration) error {
	if p.uploaded {
		return fmt.Errorf("the function %s has the code %s instead of %s, which was just uploaded: "+
			"somebody else is publishing; run the same command again when they are done", p.Function, aws.ToString(c.CodeSha256), p.sha256)
	}
	p.tell("function %s: uploading %d bytes", p.Function, len(p.Zip))
	_, err := p.lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{
		FunctionName:  &p.Function,
		ZipFile:       p.Zip,
		Architectures: []types.Architecture{types.ArchitectureX8664},
		RevisionId:    c.RevisionId,
	})
	p.uploaded, p.changed = err == nil, true
	return again(err)
}

// publish publishes the function as c describes it, and fails if it has changed since.
func (p *publication) publish(ctx context.Context, c *configuration) (string, error) {
	v, err := p.lambda.PublishVersion(ctx, &lambda.PublishVersionInput{
		FunctionName: &p.Function,
		CodeSha256:   &p.sha256,
		RevisionId:   c.RevisionId,
		Description:  &p.Description,
	})
	if err != nil {
		return "", again(err)
	}
	settled, err := p.awaitSettled(ctx, aws.ToString(v.Version))
	if err != nil {
		return "", err
	}
	if settled == nil || aws.ToString(settled.CodeSha256) != p.sha256 {
		return "", &CodeError{Version: aws.ToString(v.Version), Want: p.sha256, Got: codeOf(settled)}
	}
	return aws.ToString(v.FunctionArn), nil
}

// CodeError says that a published version has other code than the package.
type CodeError struct{ Version, Want, Got string }

func (e *CodeError) Error() string {
	return fmt.Sprintf("version %s has the code %s, not that of the package, %s: do not attach it", e.Version, e.Got, e.Want)
}

// codeOf returns the checksum of a version's code, or "none" if there is no version.
func codeOf(c *configuration) string {
	if c == nil {
		return "none"
	}
	return aws.ToString(c.CodeSha256)
}

// dryRun writes what Publish would change.
func (p *publication) dryRun(ctx context.Context) error {
	c, err := p.configuration(ctx, "")
	if err != nil {
		return err
	}
	if c == nil {
		p.differ("+function %s in %s: runtime %s, handler %s, x86_64, memory %d MB, timeout %d s, role %s",
			p.Function, awsapi.Region, Runtime, launcher.Handler, cmp.Or(p.MemoryMB, DefaultMemoryMB),
			cmp.Or(p.TimeoutS, DefaultTimeoutS), cmp.Or(p.Role, "MISSING: give -role ARN"))
		p.differ("+code %s, %d bytes", p.sha256, len(p.Zip))
		p.differ("+version 1")
		return nil
	}
	if _, err := p.tags(ctx, c); err != nil {
		if untagged := (*UntaggedError)(nil); !errors.As(err, &untagged) || !p.Adopt {
			return err
		}
		p.differ("+function %s: tag %s: %s", p.Function, OwnTag, OwnTagValue)
	}
	for _, s := range p.differing(c) {
		p.differ("-function %s: %s %s", p.Function, s.name, s.have(c))
		p.differ("+function %s: %s %s", p.Function, s.name, s.want)
	}
	if !p.hasCode(c) {
		p.differ("-function %s: code %s, %v", p.Function, aws.ToString(c.CodeSha256), c.Architectures)
		p.differ("+function %s: code %s, %v, %d bytes", p.Function, p.sha256, types.ArchitectureX8664, len(p.Zip))
	}
	newest, err := p.newest(ctx)
	if err != nil {
		return err
	}
	if newest == nil {
		p.differ("+version 1, or a higher one if versions were deleted")
		return nil
	}
	n := configurationOf(*newest)
	if len(p.differing(n)) == 0 && p.hasCode(n) {
		p.tell("version %s already has this code and these settings", aws.ToString(newest.Version))
		return nil
	}
	p.differ("+a version after %s", aws.ToString(newest.Version))
	return nil
}
