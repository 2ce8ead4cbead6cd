package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// TestFailures checks that a stack that fails is reported with the resource, the cause
// and the way out, and that the next command reports the same and changes nothing.
func TestFailures(t *testing.T) {
	const cause, held = "Resource handler returned message: \"Invalid request\" <&>", "the role is in use"
	for _, kind := range []Kind{Site, Purge, Invoker} {
		parameters := map[string]string{"site": "", "purge": "DistributionId=E1", "invoker": "Mode=invoke Purge=arn:aws:lambda:eu-west-1:222222222222:function:a"}[kind.Name]
		name := "edgeresize" + kind.suffix
		where := " --region us-east-1 --stack-name " + name
		for _, update := range []bool{false, true} {
			for _, hold := range []bool{false, true} {
				what := fmt.Sprintf("%s, update %t, held %t", kind.Name, update, hold)
				a := newAccount(t)
				if update {
					a.mustDeploy(t, virginia, order(t, kind, "edgeresize", parameters))
				}
				a.Lock()
				a.stacks.Fail = map[string]string{"Function": cause}
				if hold {
					a.stacks.Hold = map[string]string{"Role": held}
				}
				a.Unlock()
				o := order(t, kind, "edgeresize", parameters)
				o.Own = with(o.Own, map[string]string{})
				if kind.Name == Site.Name {
					o.Parameters["MemorySize"] = "1024"
				} else {
					o.Own["Architecture"] = "x86_64"
				}
				_, err := a.deploy(t, virginia, o)
				failed := (*FailedError)(nil)
				if !errors.As(err, &failed) {
					t.Fatalf("%s: %v", what, err)
				}
				wants := []string{"\n  cause: Function (AWS::Lambda::Function): " + cause + "\n"}
				if hold {
					wants = append(wants, "\n  blocked by: Role (AWS::IAM::Role): "+held+"\n")
				}
				remove := "\n  aws cloudformation delete-stack" + where + " && aws cloudformation wait stack-delete-complete" + where + "\n"
				status := "ROLLBACK_COMPLETE"
				switch {
				case update && hold:
					status = "UPDATE_ROLLBACK_FAILED"
					wants = append(wants, "\n  aws cloudformation continue-update-rollback"+where+" && aws cloudformation wait stack-rollback-complete"+where+"\n")
				case update:
					status = "UPDATE_ROLLBACK_COMPLETE"
					wants = append(wants, "it is rolled back: fix the cause, and run the same command again")
				case hold:
					status = "ROLLBACK_FAILED"
					wants = append(wants, remove)
				default:
					wants = append(wants, remove)
				}
				wants = append(wants, "stack "+name+" in us-east-1: "+status+"\n")
				for _, want := range wants {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s: no %q in %v", what, want, err)
					}
				}
				if !strings.Contains(a.progress.String(), "_FAILED: "+cause+"\n") {
					t.Errorf("%s: told %s", what, &a.progress)
				}
				before := len(a.Writes())
				a.Lock()
				a.stacks.Fail, a.stacks.Hold = nil, nil
				a.Unlock()
				_, again := a.deploy(t, virginia, o)
				if status == "UPDATE_ROLLBACK_COMPLETE" {
					if again != nil {
						t.Errorf("%s: then %v", what, again)
					}
					continue
				}
				if again == nil || again.Error() != err.Error() || len(a.Writes()) != before {
					t.Errorf("%s: then %v, and made %v", what, again, a.Writes()[before:])
				}
			}
		}
	}
}

// TestStatuses checks that a stack in a status that takes no update is refused with the
// way out, whatever led there.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]string{
		"ROLLBACK_COMPLETE":        "aws cloudformation delete-stack --region us-east-1",
		"ROLLBACK_FAILED":          "aws cloudformation delete-stack --region us-east-1",
		"CREATE_FAILED":            "aws cloudformation delete-stack --region us-east-1",
		"DELETE_FAILED":            "CloudFront keeps a function until hours after",
		"UPDATE_FAILED":            "aws cloudformation rollback-stack --region us-east-1",
		"UPDATE_ROLLBACK_FAILED":   "aws cloudformation continue-update-rollback --region us-east-1",
		"UPDATE_ROLLBACK_COMPLETE": "",
		"UPDATE_COMPLETE":          "",
	} {
		a := newAccount(t)
		a.mustDeploy(t, virginia, order(t, Site, "edgeresize", ""))
		a.stacks.Put(virginia, "edgeresize", status)
		before := len(a.Writes())
		_, err := a.deploy(t, virginia, order(t, Site, "edgeresize", "MemorySize=1024"))
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", status, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || len(a.Writes()) != before {
			t.Errorf("%s: %v, want %q, and made %v", status, err, want, a.Writes()[before:])
		}
	}
}

// TestChangeSetThatWasNotCarriedOut checks that a stack whose first change set was not
// carried out is made anew, with the template's defaults instead of that set's values.
func TestChangeSetThatWasNotCarriedOut(t *testing.T) {
	a := newAccount(t)
	a.mustDeploy(t, virginia, order(t, Site, "edgeresize", "MemorySize=1024 DomainName=a.example.com HostedZoneId=Z1"))
	a.stacks.Put(virginia, "edgeresize", "REVIEW_IN_PROGRESS")
	a.mustDeploy(t, virginia, order(t, Site, "edgeresize", "HostedZoneId= CertificateArn="))
	if got := a.stacks.Stack(virginia, "edgeresize").Parameters; got["MemorySize"] == "1024" || got["DomainName"] != "" {
		t.Errorf("got %v", got)
	}
}

// TestUnchanged checks both texts by which CloudFormation says that nothing changes.
func TestUnchanged(t *testing.T) {
	for reason, want := range map[string]bool{
		"The submitted information didn't contain changes. Submit different information to create a change set.": true,
		"No updates are to be performed.":  true,
		"Resource Function does not exist": false,
	} {
		if got := unchanged(reason); got != want {
			t.Errorf("%s: got %t", reason, got)
		}
	}
}

// TestNamesThatAreTaken checks that a stack of another template is refused in its
// region, and does not matter in another one.
func TestNamesThatAreTaken(t *testing.T) {
	a := newAccount(t)
	a.mustDeploy(t, virginia, order(t, Site, "edgeresize-purge", ""))
	// The stack of the same name but another template is in another region.
	a.mustDeploy(t, tokyo, order(t, Purge, "edgeresize", "DistributionId=E1"))
	if _, err := a.deploy(t, virginia, order(t, Purge, "edgeresize", "DistributionId=E1")); err == nil || !strings.Contains(err.Error(), "was not made from deploy/purge/purge.yaml") {
		t.Errorf("got %v", err)
	}
}

// TestEventsOfTheBucket checks that a purge warns of a bucket that sends no events, and
// suggests a command only where that deletes no notification.
func TestEventsOfTheBucket(t *testing.T) {
	const queue = "<QueueConfiguration><Id>1</Id><Queue>arn:aws:sqs:us-east-1:123456789012:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>"
	const bridge = "<EventBridgeConfiguration></EventBridgeConfiguration>"
	for configuration, want := range map[string]string{
		"":             "\n  aws s3api put-bucket-notification-configuration --region us-east-1 --bucket originals --notification-configuration '{\"EventBridgeConfiguration\": {}}'\n",
		queue:          "turn that on in the console, which keeps the bucket's other notifications",
		bridge:         "",
		queue + bridge: "",
	} {
		a := newAccount(t)
		a.buckets.Bucket("originals", virginia, "")
		a.buckets.Notify("originals", configuration)
		a.mustDeploy(t, virginia, order(t, Purge, "edgeresize", purging("E1", "originals")))
		if warned := strings.Contains(a.progress.String(), "EventBridge"); warned != (want != "") || !strings.Contains(a.progress.String(), want) {
			t.Errorf("%q: want %q in %s", configuration, want, &a.progress)
		}
	}
}

// TestTerminal checks the line of pending resources that a terminal shows and erases.
func TestTerminal(t *testing.T) {
	a := newAccount(t)
	d := New(a.config, virginia)
	var shown bytes.Buffer
	d.Progress, d.Terminal = &shown, true
	d.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	if _, err := d.Deploy(t.Context(), order(t, Invoker, "edgeresize", "Mode=invoke Purge=arn:aws:lambda:eu-west-1:222222222222:function:a")); err != nil {
		t.Fatal(err)
	}
	text := shown.String()
	if !strings.Contains(text, "\r  0s: ") || !strings.HasSuffix(text, "\r\x1b[Kstack edgeresize-invoker: CREATE_COMPLETE\n") {
		t.Errorf("shown %q", text)
	}
}

// TestEventsOfTheStack checks failed and begins by status, and that the cause of a
// cancelled update is the reason of the stack's own event.
func TestEventsOfTheStack(t *testing.T) {
	event := func(status types.ResourceStatus, reason string) types.StackEvent {
		return types.StackEvent{StackId: aws.String("id"), PhysicalResourceId: aws.String("id"), ResourceStatus: status, ResourceStatusReason: &reason}
	}
	begun := event(types.ResourceStatusUpdateInProgress, "User Initiated")
	for status, want := range map[types.ResourceStatus]bool{
		types.ResourceStatusCreateComplete: false, types.ResourceStatusUpdateComplete: false, types.ResourceStatusImportComplete: false,
		types.ResourceStatusDeleteComplete:   false, // somebody deletes the stack meanwhile
		types.ResourceStatusRollbackComplete: true, types.ResourceStatusUpdateRollbackComplete: true, types.ResourceStatusCreateFailed: true, types.ResourceStatusDeleteFailed: true,
	} {
		if got := failed([]types.StackEvent{begun, event(status, "")}); got != want {
			t.Errorf("%s: got %t", status, got)
		}
	}
	for status, want := range map[types.ResourceStatus]bool{
		types.ResourceStatusCreateInProgress: true, types.ResourceStatusUpdateInProgress: true, types.ResourceStatusDeleteInProgress: true,
		types.ResourceStatusUpdateRollbackInProgress: false, types.ResourceStatusRollbackInProgress: false, types.ResourceStatusUpdateComplete: false,
	} {
		if got := begins(event(status, "")); got != want {
			t.Errorf("%s begins: got %t", status, got)
		}
	}
	cancelled := []types.StackEvent{begun, event(types.ResourceStatusUpdateRollbackInProgress, "Update cancelled by user"), event(types.ResourceStatusUpdateRollbackComplete, "")}
	if got := failure(&state{}, cancelled); got.Cause != "Update cancelled by user" || got.Held != "" {
		t.Errorf("got %+v", got)
	}
}
