package fakeelasticache

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// newVerifier returns a verifier whose clock stands at now.
func newVerifier() *Verifier {
	return &Verifier{
		Cache: "ledger", User: "u", Region: "eu-west-1", Now: func() time.Time { return now },
		Credentials: aws.Credentials{AccessKeyID: "ASIA", SecretAccessKey: "secret", SessionToken: "session"},
	}
}

// presigned returns the token for a URL.
func presigned(t *testing.T, url string, at time.Time, service string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	empty := sha256.Sum256(nil)
	signed, _, err := v4.NewSigner().PresignHTTP(context.Background(), newVerifier().Credentials, request, hex.EncodeToString(empty[:]), service, "eu-west-1", at)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(signed, "http://")
}

// TestVerify checks which tokens are accepted.
func TestVerify(t *testing.T) {
	const url = "http://ledger/?Action=connect&ResourceType=ServerlessCache&User=u&X-Amz-Expires=900"
	right := presigned(t, url, now, "elasticache")
	if err := newVerifier().Verify("u", right); err != nil {
		t.Fatal(err)
	}
	without := func(part string) string { return strings.Replace(url, part, "", 1) }
	for name, token := range map[string]string{
		"nothing":                   "",
		"a password":                "password",
		"a scheme":                  "http://" + right,
		"another cache":             presigned(t, strings.Replace(url, "ledger", "other", 1), now, "elasticache"),
		"a path":                    presigned(t, strings.Replace(url, "/?", "/x?", 1), now, "elasticache"),
		"another user":              presigned(t, strings.Replace(url, "User=u", "User=v", 1), now, "elasticache"),
		"no action":                 presigned(t, without("Action=connect&"), now, "elasticache"),
		"no resource type":          presigned(t, without("ResourceType=ServerlessCache&"), now, "elasticache"),
		"no expiry":                 presigned(t, without("&X-Amz-Expires=900"), now, "elasticache"),
		"too long":                  presigned(t, strings.Replace(url, "900", "901", 1), now, "elasticache"),
		"another service":           presigned(t, url, now, "memorydb"),
		"expired":                   presigned(t, url, now.Add(-901*time.Second), "elasticache"),
		"of the future":             presigned(t, url, now.Add(6*time.Minute), "elasticache"),
		"another signature":         right[:len(right)-1] + map[bool]string{true: "0", false: "1"}[right[len(right)-1] != '0'],
		"something that was added":  right + "&x=y",
		"a user given for a second": right + "&User=u",
	} {
		if newVerifier().Verify("u", token) == nil {
			t.Errorf("%s: %q is taken", name, token)
		}
	}
	if newVerifier().Verify("v", right) == nil {
		t.Error("another user may use it")
	}
	if err := newVerifier().Verify("u", presigned(t, url, now.Add(-900*time.Second), "elasticache")); err != nil {
		t.Errorf("in its last second: %v", err)
	}
}

// TestCommands checks that readCommand reads what command writes, and refuses the rest.
func TestCommands(t *testing.T) {
	words := []string{"SET", "a b", "", "line\r\nline"}
	got, err := readCommand(bufio.NewReader(bytes.NewReader(command(words))))
	if err != nil || !slices.Equal(got, words) {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{"", "\n", "PING\r\n", "*0\r\n", "*-1\r\n", "*1\r\n$-1\r\n", "*1\r\n$3\r\nab", "*99999999\r\n", "*1\r\n$99999999\r\n"} {
		if got, err := readCommand(bufio.NewReader(strings.NewReader(text))); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

// TestCredentialsIn checks where commands have credentials.
func TestCredentialsIn(t *testing.T) {
	for text, want := range map[string]string{
		"AUTH u p": "u p", "auth u p": "u p", "HELLO 3 AUTH u p SETNAME n": "u p", "HELLO 3 SETNAME n auth u p": "u p",
		"HELLO 3": "", "AUTH p": "", "SET AUTH u p": "", "HELLO 3 AUTH u": "",
	} {
		user, password := credentialsIn(strings.Fields(text))
		got := ""
		if user != nil {
			got = *user + " " + *password
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
