package probe

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// TestAnonymousErrors checks that the report names neither who ran it nor their functions,
// though AWS's errors do.
func TestAnonymousErrors(t *testing.T) {
	c := newCloud(t, "<OriginPath></OriginPath>", "<OriginPath>/secret-folder</OriginPath>")
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation != "FilterLogEvents" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "AccessDeniedException",
			Message: "User: arn:aws:sts::123456789012:assumed-role/Admins/alice@example.com is not authorized to perform logs:FilterLogEvents on resource: " +
				"arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/us-east-1.secret-resizer:log-stream: in secret-resizer, for secret-folder/a of the account 123456789012"}}
	})
	report, err := c.prober.Run(t.Context(), Options{Distribution: "E1", Function: "secret-resizer"})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := report.Fact("launcher")
	if f.Verdict != NotMeasured || !strings.Contains(f.Reason, "AccessDenied") {
		t.Errorf("got %+v", f)
	}
	var out bytes.Buffer
	if err := report.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"alice", "Admins", "123456789012", "secret-resizer", "secret-folder"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the report has %q: %q", secret, f.Reason)
		}
	}
}

// TestNames checks that a report names the distribution if it is asked to.
func TestNames(t *testing.T) {
	c := newCloud(t)
	for o, want := range map[Options]string{options: "", {Distribution: "E1", Names: true}: "E1"} {
		if s, err := c.prober.look(t.Context(), o); err != nil || s.report.Distribution != want {
			t.Errorf("got %+v, %v, want %q", s.report, err, want)
		}
	}
}
