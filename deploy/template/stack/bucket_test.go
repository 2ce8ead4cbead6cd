package stack

import (
	"net/http"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// TestBucketRefusals checks which refusals of S3 end a deployment, and with what
// message.
func TestBucketRefusals(t *testing.T) {
	const account = "123456789012"
	for _, tt := range []struct {
		operation string
		status    int
		code      string
		want      string // part of the error; "" for none
	}{
		{"CreateBucket", http.StatusConflict, "BucketAlreadyOwnedByYou", ""}, // an earlier call made it, and its answer was lost
		{"CreateBucket", http.StatusConflict, "BucketAlreadyExists", "the code bucket packages belongs to somebody else: name another with CODE_BUCKET=NAME"},
		{"CreateBucket", http.StatusForbidden, "AccessDenied", "AccessDenied"},
		{"HeadBucket", http.StatusBadRequest, "BadRequest", "400"},
		{"HeadBucket", http.StatusInternalServerError, "InternalError", "500"},
		{"HeadObject", http.StatusForbidden, "Forbidden", ""}, // S3 says so of a missing object to those who may not list
		{"HeadObject", http.StatusInternalServerError, "InternalError", "500"},
		{"PutObject", http.StatusForbidden, "AccessDenied", "AccessDenied"},
	} {
		a := newAccount(t)
		a.config.RetryMaxAttempts = 1
		if tt.operation != "CreateBucket" {
			a.buckets.Bucket("packages", virginia, "")
		}
		asked := false
		a.Fault = func(call fakeaws.Call) (fault fakeaws.Fault) {
			if call.Operation == tt.operation {
				asked = true
				fault.Error = &fakeaws.Error{Status: tt.status, Code: tt.code, Message: "no"}
			}
			return fault
		}
		d := New(a.config, virginia)
		var err error
		if tt.operation == "CreateBucket" {
			err = d.makeBucket(t.Context(), "packages")
		} else {
			b, failed := d.findBucket(t.Context(), "packages", account)
			if err = failed; err == nil {
				_, err = d.upload(t.Context(), b, []byte("package"))
			}
		}
		if !asked || (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s refused by %s: got %v, want %q", tt.operation, tt.code, err, tt.want)
		}
	}
}
