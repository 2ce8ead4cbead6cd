package main

import (
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
)

func TestLedgerCheckCommand(t *testing.T) {
	c := newCloud(t)
	var answer string
	c.functions.Runs = map[string]fakelambda.Run{
		"arn:aws:lambda:eu-west-1:123456789012:function:edgeresize-purge": func(payload []byte) ([]byte, error) {
			if string(payload) != `{"action":"check-ledger"}` {
				t.Errorf("asked for %s", payload)
			}
			if answer == "" {
				return nil, errors.New("ledger l:6379: dial tcp: i/o timeout")
			}
			return []byte(answer), nil
		},
	}
	status, _, stderr := deploy(t, "ledger-check", "-region", "eu-west-1")
	if want := "deploy ledger-check: the function edgeresize-purge says: ledger l:6379: dial tcp: i/o timeout\n"; status != 1 || stderr != want {
		t.Errorf("got %d and %q", status, stderr)
	}
	answer = `{"address": "l:6379", "server": "valkey 8.0.1", "user": "u", "wrote": "ABC", "read": "ABC", "ms": 12.34, "spent": 7}`
	status, stdout, stderr := deploy(t, "ledger-check", "-region", "eu-west-1")
	if want := "l:6379, valkey 8.0.1, as user u\nwrote ABC\nread  ABC, after 12.3 ms\n7 paths were invalidated this month\n"; status != 0 || stdout != want {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
	if status, _, stderr = deploy(t, "ledger-check", "-function", "other"); status != 1 || !strings.Contains(stderr, "Function not found") {
		t.Errorf("got %d and %q", status, stderr)
	}
}

func TestLedgerCheckFromHere(t *testing.T) {
	c := newCloud(t)
	cache := fakeelasticache.ForTest(t, &fakeelasticache.Verifier{
		Cache: "edgeresize-ledger", User: "edgeresize-ledger", Region: "eu-west-1", Credentials: c.Credentials, Now: time.Now,
	}, true)
	// The roots of this machine, which the first verification reads for good.
	file := filepath.Join(t.TempDir(), "roots.pem")
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cache.Certificate.Raw})
	if err := os.WriteFile(file, root, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	status, stdout, stderr := deploy(t, "ledger-check", "-region", "eu-west-1", "-address", cache.Address)
	want := regexp.MustCompile(`^` + cache.Address + `, (redis|valkey) [0-9.]+, as user edgeresize-ledger
wrote ([A-Z2-7]+)
read  ([A-Z2-7]+), after [0-9.]+ ms
0 paths were invalidated this month
$`)
	if m := want.FindStringSubmatch(stdout); status != 0 || m == nil || m[2] != m[3] {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
	status, _, stderr = deploy(t, "ledger-check", "-region", "us-east-1", "-address", cache.Address)
	if status != 1 || !strings.Contains(stderr, "WRONGPASS") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("in another region: got %d and %q", status, stderr)
	}
}
