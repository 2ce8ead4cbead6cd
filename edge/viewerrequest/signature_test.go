package viewerrequest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseKeys(t *testing.T) {
	long := strings.Repeat("k", 256)
	for text, want := range map[string]string{
		long[:32]:                               long[:32],
		long + " " + long:                       long + " " + long,
		"\r\n" + long + "\t" + long[:40] + "\n": long + " " + long[:40],
		long[:31]:                               "",
		long + "k":                              "",
		long[:40] + "é":                         "",
		"\ufeff" + long:                         "",
		long + " " + long[:31]:                  "",
		long + " " + long + " " + long:          "",
		"":                                      "",
		" ":                                     "",
	} {
		keys, err := ParseKeys(text)
		if (err != nil) != (want == "") || keys.Entry() != want {
			t.Errorf("%q: got %q, %v", text, keys.Entry(), err)
		}
		if err != nil && strings.Contains(err.Error(), "kkk") {
			t.Errorf("%q: a secret is in %v", text, err)
		}
		if len(want) > 1024 {
			t.Errorf("%d bytes are too many for a key value store", len(want))
		}
	}
}

// TestRotated wants the newest secret and the one before it to be valid.
func TestRotated(t *testing.T) {
	secrets := []string{strings.Repeat("a", 32), strings.Repeat("b", 32), strings.Repeat("c", 32)}
	var before Keys
	for n, secret := range secrets {
		keys, err := before.Rotated(secret)
		if err != nil || !keys.Accepts(before) || keys.Accepts(Keys{[]string{"other"}}) {
			t.Fatalf("got %v, %v", keys, err)
		}
		for i, s := range secrets {
			if got, want := keys.accepts("/a", "1", Keys{[]string{s}}.Signature("/a", 1)), i == n || i == n-1; got != want {
				t.Errorf("after %d rotations the secret %d is valid: %t", n, i, got)
			}
		}
		if keys.Signature("/a", 1) != (Keys{[]string{secret}}).Signature("/a", 1) {
			t.Errorf("after %d rotations another secret signs", n)
		}
		before = keys
	}
	if got := (Keys{}).Signature("/a", 1); got != "" || (Keys{}).accepts("/a", "1", "") {
		t.Errorf("without secrets: got %q", got)
	}
}

// TestKeysInWords wants no secret in what is printed.
func TestKeysInWords(t *testing.T) {
	secret := strings.Repeat("secret", 6)
	s := Settings{Keys: Keys{[]string{secret}}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, value := range []any{s, &s, s.Keys, []Settings{s}} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, secret) {
				t.Errorf("%s of %T has the secret", verb, value)
			}
		}
	}
	if got := fmt.Sprint(s.Keys, Keys{}, Keys{[]string{secret, secret}}); got != "1 signing key 0 signing keys 2 signing keys" {
		t.Errorf("got %s", got)
	}
	if strings.Contains(s.Script(), secret) {
		t.Error("the script has the secret")
	}
}

// TestSingle wants one value of a parameter, or none.
func TestSingle(t *testing.T) {
	for query, want := range map[string]string{
		"": "", "a": "", "a=": "", "a=1": "1", "b=2&a=1": "1", "a=1&a=1": "1", "a=1&a=%31": "1", "a=1&a=2": "", "a=1&a": "", "a=%": "", "a=1&a=%": "",
		"A=1": "", "%61=1": "", "aa=1": "", "a=1=2": "1=2", "a=%2B+": "++",
	} {
		if got := single(query, "a"); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

func TestReadKeys(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	if _, err := ReadKeys(file); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(file, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKeys(file); !strings.Contains(fmt.Sprint(err), file) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
