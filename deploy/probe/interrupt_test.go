package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// fail lets fault decide about all further calls.
func (c *cloud) fail(fault func(fakeaws.Call) fakeaws.Fault) {
	c.server.Lock()
	defer c.server.Unlock()
	c.server.Fault = fault
}

// checkClean checks that a few calls of Cleanup leave the state before and no object.
func (c *cloud) checkClean(before string) {
	c.t.Helper()
	for range 4 { // until the change is deployed and the replicas are gone
		if err := c.prober.Cleanup(c.t.Context(), options); err != nil {
			c.t.Fatalf("%v\n%s", err, &c.progress)
		}
	}
	if after := c.state(); after != before {
		c.t.Errorf("got\n%s\nwant\n%s", after, before)
	}
	if got := c.objects(); len(got) > 0 {
		c.t.Errorf("objects are left: %q", got)
	}
}

// TestCrash stops AWS from answering at each change of the set-up, before or after it was
// carried out, and at some later ones. Cleanup must then remove everything.
func TestCrash(t *testing.T) {
	for at := range 24 {
		for _, lost := range []fakeaws.Lost{fakeaws.BeforeEffect, fakeaws.AfterEffect} {
			t.Run(fmt.Sprint(at, lost), func(t *testing.T) {
				t.Parallel()
				c := newCloud(t)
				before, writes := c.state(), 0
				c.fail(func(call fakeaws.Call) fakeaws.Fault {
					if call.Writes {
						writes++
					}
					switch {
					case writes == at+1 && call.Writes:
						return fakeaws.Fault{Lost: lost}
					case writes > at:
						return fakeaws.Fault{Lost: fakeaws.BeforeEffect}
					}
					return fakeaws.Fault{}
				})
				if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "probe -cleanup -distribution E1") {
					t.Errorf("got %v, want the command that cleans up", err)
				}
				c.fail(nil)
				c.checkClean(before)
			})
		}
	}
}

// TestRunAfterCrash checks that a run goes on from what one has left that crashed before it
// changed the distribution.
func TestRunAfterCrash(t *testing.T) {
	for _, operation := range []string{"PutRolePolicy", "GetFunctionConfiguration", "PublishFunction", "CreateResponseHeadersPolicy"} {
		c := newCloud(t)
		c.lambda.Polls = 2
		before := c.state()
		c.stopAt(operation)
		if _, err := c.prober.Run(t.Context(), options); err == nil || c.state() == before {
			t.Fatalf("%s: the crash left nothing, %v", operation, err)
		}
		c.fail(nil)
		c.run()
		c.checkClean(before)
	}
}

// TestInterrupt stops a run by its context at several moments. It must clean up by itself.
func TestInterrupt(t *testing.T) {
	for _, after := range []int{1, 3, 6, 12} {
		c := newCloud(t)
		config := string(c.cloudFront.Config("E1"))
		ctx, stop := context.WithCancel(t.Context())
		waits := 0
		c.prober.Wait = func(ctx context.Context, d time.Duration) error {
			c.edge.Pass(d)
			if waits++; waits == after {
				stop()
			}
			return ctx.Err()
		}
		if _, err := c.prober.Run(ctx, options); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d waits: got %v", after, err)
		}
		if got := string(c.cloudFront.Config("E1")); got != config {
			t.Errorf("after %d waits: got %s", after, got)
		}
		if got := c.objects(); len(got) > 0 {
			t.Errorf("after %d waits: objects are left: %q", after, got)
		}
	}
}

// TestMeddling lets somebody else change the distribution between a read and an update.
func TestMeddling(t *testing.T) {
	c := newCloud(t)
	times := 0
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation == "UpdateDistribution" && times < 3 {
			times++
			c.cloudFront.Meddle("E1", func(config string) string { return strings.Replace(config, "<Comment>", "<Comment>x", 1) })
		}
		return fakeaws.Fault{}
	})
	c.run()
	if got := string(c.cloudFront.Config("E1")); !strings.Contains(got, "<Comment>xxxphotos<") || strings.Contains(got, Name) {
		t.Errorf("got %s", got)
	}
}

// TestNewRole lets Lambda say for a while that it may not assume the role.
func TestNewRole(t *testing.T) {
	c := newCloud(t)
	refusals := 0
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Service != "lambda" || call.Operation != "CreateFunction" || refusals == 3 {
			return fakeaws.Fault{}
		}
		refusals++
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 400, Code: "InvalidParameterValueException", Message: "The role defined for the function cannot be assumed by Lambda."}}
	})
	c.setUp()
	if refusals != 3 {
		t.Errorf("got %d refusals", refusals)
	}
}

// TestInUse lets CloudFront say for a while that policies and functions are in use,
// although their behaviours are gone.
func TestInUse(t *testing.T) {
	c := newCloud(t)
	before, refusals := c.state(), map[string]int{}
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		codes := map[string]string{"DeleteCachePolicy": "CachePolicyInUse", "DeleteFunction": "FunctionInUse"}
		code, ok := codes[call.Operation]
		if ok && call.Service == "cloudfront" && refusals[code] < 3 {
			refusals[code]++
			return fakeaws.Fault{Error: &fakeaws.Error{Status: 409, Code: code, Message: "in use"}}
		}
		return fakeaws.Fault{}
	})
	c.run()
	if refusals["CachePolicyInUse"] != 3 || refusals["FunctionInUse"] != 3 {
		t.Errorf("got %v", refusals)
	}
	c.fail(nil)
	c.checkClean(before)
}
