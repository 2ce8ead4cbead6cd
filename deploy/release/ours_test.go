package release

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// made makes a function as somebody else would, or an edition before there were tags.
func (b *bench) made(t *testing.T, handler string, tags map[string]string) {
	t.Helper()
	_, err := b.lambda.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &b.Function, Role: aws.String(role), Runtime: Runtime, Handler: &handler, Tags: tags,
		Code: &types.FunctionCode{ZipFile: zipOf(t, "theirs")},
	})
	must(t, err)
	_, err = b.awaitSettled(t.Context(), "")
	must(t, err)
}

// publish and teardown change only functions with our tag, which publish -adopt adds.
func TestOnlyOurs(t *testing.T) {
	untagged := func(err error) bool { e := (*UntaggedError)(nil); return errors.As(err, &e) }
	foreign := func(err error) bool { e := (*NotOursError)(nil); return errors.As(err, &e) }
	stack := func(err error) bool { e := (*StackError)(nil); return errors.As(err, &e) }
	fine := func(err error) bool { return err == nil }
	const ours = "lambda_function.handler"
	functions := map[string]struct {
		handler                  string
		tags                     map[string]string
		stack                    string
		publish, adopt, teardown func(error) bool
	}{
		"ours":                        {ours, map[string]string{OwnTag: OwnTagValue}, "", fine, fine, fine},
		"of a stack":                  {ours, map[string]string{OwnTag: "site"}, "site", fine, fine, stack},
		"of an edition without tags":  {ours, nil, "", untagged, fine, untagged},
		"of a stack of such":          {ours, nil, "site", untagged, fine, stack},
		"attached by such an edition": {ours, map[string]string{"edgeresize:E1:default": "former=none attached=1"}, "", untagged, fine, untagged},
		"somebody else's":             {"index.handler", map[string]string{"team": "login"}, "", foreign, foreign, foreign},
		"somebody else's with our tag": {"index.handler", map[string]string{OwnTag: OwnTagValue}, "",
			foreign, foreign, foreign},
	}
	for name, f := range functions {
		for _, dry := range []bool{false, true} {
			for command, tt := range map[string]struct {
				do   func(ctx context.Context, b *bench) error
				want func(error) bool
			}{
				"publish": {func(ctx context.Context, b *bench) error {
					_, err := b.Publish(ctx, PublishOptions{Zip: zipOf(t, "one")})
					return err
				}, f.publish},
				"publish -adopt": {func(ctx context.Context, b *bench) error {
					_, err := b.Publish(ctx, PublishOptions{Zip: zipOf(t, "one"), Adopt: true})
					return err
				}, f.adopt},
				"teardown": {tearDown, f.teardown},
			} {
				b := newBench(t)
				b.made(t, f.handler, f.tags)
				if f.stack != "" {
					b.functions.OfStack(awsapi.Region, b.Function, f.stack)
				}
				b.DryRun = dry
				before := b.functions.String()
				err := tt.do(t.Context(), b)
				if !tt.want(err) {
					t.Errorf("%s %s, dry %t: got %v", command, name, dry, err)
				}
				if changed := b.functions.String() != before; changed != (err == nil && !dry) {
					t.Errorf("%s %s, dry %t: changed is %t", command, name, dry, changed)
				}
			}
		}
	}
}

// A function that was adopted has the tag, and teardown deletes it like one that was
// published. Errors say how to adopt.
func TestAdopt(t *testing.T) {
	b := newBench(t)
	b.made(t, "lambda_function.handler", nil)
	_, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one")})
	if err == nil || !strings.Contains(err.Error(), "`go run ./deploy publish -function edgeresize -adopt`") {
		t.Errorf("got %v", err)
	}
	if writes := operations(b.aws.Writes()); !slices.Equal(writes, []string{"CreateFunction"}) {
		t.Errorf("wrote %v", writes)
	}
	_, err = b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one"), Adopt: true})
	must(t, err)
	if got := b.functions.String(); !strings.Contains(got, " tag edgeresize=deploy\n") {
		t.Errorf("got %s", got)
	}
	must(t, publishing("two")(t.Context(), b))
	must(t, b.Teardown(t.Context()))
	b.made(t, "lambda_function.handler", map[string]string{OwnTag: "site"})
	b.functions.OfStack(awsapi.Region, b.Function, "blog")
	if err := b.Teardown(t.Context()); err == nil || !strings.Contains(err.Error(), "aws cloudformation delete-stack --region us-east-1 --stack-name blog") {
		t.Errorf("got %v", err)
	}
}
