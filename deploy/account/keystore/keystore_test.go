package keystore

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
)

// newStore returns a store in a fake AWS.
func newStore(t *testing.T) (server *fakeaws.Server, cloudFront *fakecloudfront.CloudFront, client *Client, arn string) {
	t.Helper()
	server = fakeaws.New()
	cloudFront = fakecloudfront.New(server, fakelambda.New(server))
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	client = New(aws.Config{
		BaseEndpoint: &front.URL, HTTPClient: fakeaws.NewClient(), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, ""),
	})
	return server, cloudFront, client, cloudFront.AddKeyValueStore("keys", map[string]string{"a": "1"})
}

func TestEntries(t *testing.T) {
	_, cloudFront, client, arn := newStore(t)
	if value, found, err := client.Get(t.Context(), arn, "a"); value != "1" || !found || err != nil {
		t.Errorf("got %q, %t, %v", value, found, err)
	}
	if value, found, err := client.Get(t.Context(), arn, "b"); value != "" || found || err != nil {
		t.Errorf("missing: got %q, %t, %v", value, found, err)
	}
	for _, value := range []string{"2", "3", strings.Repeat("v", 1024)} {
		if err := client.Put(t.Context(), arn, "a", value); err != nil || cloudFront.Entry("keys", "a") != value {
			t.Errorf("%.10s: got %v", value, err)
		}
	}
	for what, err := range map[string]error{
		"value too long": client.Put(t.Context(), arn, "a", strings.Repeat("v", 1025)),
		"key too long":   client.Put(t.Context(), arn, strings.Repeat("k", 513), "v"),
	} {
		if awsapi.Code(err) != "ValidationException" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	other := arn + "0"
	if _, _, err := client.Get(t.Context(), other, "a"); awsapi.Code(err) != "ResourceNotFoundException" {
		t.Errorf("no store: got %v", err)
	}
	if err := client.Put(t.Context(), other, "a", "v"); awsapi.Code(err) != "ResourceNotFoundException" {
		t.Errorf("no store: got %v", err)
	}
}

// TestConflicts wants changes by others survived, if they end.
func TestConflicts(t *testing.T) {
	for conflicts, fails := range map[int]bool{1: false, 4: false, 5: true} {
		server, cloudFront, client, arn := newStore(t)
		server.Fault = func(call fakeaws.Call) fakeaws.Fault {
			if call.Operation == "PutKey" && conflicts > 0 {
				conflicts--
				return fakeaws.Fault{Error: &fakeaws.Error{Status: 409, Code: "ConflictException", Message: "changed"}}
			}
			return fakeaws.Fault{}
		}
		err := client.Put(t.Context(), arn, "a", "2")
		if (err != nil) != fails || (cloudFront.Entry("keys", "a") == "2") == fails {
			t.Errorf("got %v", err)
		}
	}
}

// TestForeignCredentials wants the fake to look at what is signed.
func TestForeignCredentials(t *testing.T) {
	server, _, client, arn := newStore(t)
	server.Credentials.AccessKeyID = "AKIAOTHER"
	if _, _, err := client.Get(t.Context(), arn, "a"); awsapi.Code(err) != "InvalidClientTokenId" {
		t.Errorf("got %v", err)
	}
}
