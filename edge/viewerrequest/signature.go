package viewerrequest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// KeysEntry is the key of the entry in the function's key value store that holds
// the text of [Keys].
const KeysEntry = "keys"

// Keys holds the secrets that sign URLs, one or two. A signature by either is
// valid. The zero value has none: every signature is invalid.
type Keys struct {
	secrets []string
}

// secret matches a secret. The bound keeps two of them within the 1 KB of a value
// in a key value store ("Quotas on key value stores").
var secret = regexp.MustCompile(`^[!-~]{32,256}$`)

// errKeys does not quote the text: it may be a secret.
var errKeys = errors.New("want one or two signing keys, separated by a space, each of 32 to 256 printable ASCII characters")

// ParseKeys reads keys from a text of one or two secrets, separated by white
// space. The first one signs.
func ParseKeys(text string) (Keys, error) {
	secrets := strings.Fields(text)
	if len(secrets) < 1 || len(secrets) > 2 {
		return Keys{}, errKeys
	}
	for _, s := range secrets {
		if !secret.MatchString(s) {
			return Keys{}, errKeys
		}
	}
	return Keys{secrets}, nil
}

// Entry returns k as the function reads it from its key value store.
func (k Keys) Entry() string { return strings.Join(k.secrets, " ") }

// Rotated returns keys that sign with secret and still accept the one that k
// signs with.
func (k Keys) Rotated(secret string) (Keys, error) {
	return ParseKeys(strings.Join(append([]string{secret}, k.secrets[:min(1, len(k.secrets))]...), " "))
}

// Accepts reports whether the URLs that other signs are valid with k.
func (k Keys) Accepts(other Keys) bool {
	return len(other.secrets) == 0 || slices.Contains(k.secrets, other.secrets[0])
}

// String returns how many secrets k holds, so that none gets into a log.
func (k Keys) String() string {
	if len(k.secrets) == 1 {
		return "1 signing key"
	}
	return fmt.Sprintf("%d signing keys", len(k.secrets))
}

// GoString returns what String does.
func (k Keys) GoString() string { return k.String() }

// Signature returns the signature of a canonical URL, "/path?query", that is valid
// until expires, in seconds of Unix time. It uses the first secret.
func (k Keys) Signature(canonical string, expires int64) string {
	if len(k.secrets) == 0 {
		return ""
	}
	return signature(k.secrets[0], canonical, strconv.FormatInt(expires, 10))
}

// signature returns the HMAC-SHA256 in base64url without padding.
func signature(secret, canonical, expires string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(canonical + "&expires=" + expires))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// accepts reports whether one of the secrets made given. It takes constant time
// for signatures of one length.
func (k Keys) accepts(canonical, expires, given string) bool {
	for _, s := range k.secrets {
		if hmac.Equal([]byte(given), []byte(signature(s, canonical, expires))) {
			return true
		}
	}
	return false
}

// seconds matches a time in seconds.
var seconds = regexp.MustCompile(`^[0-9]{1,12}$`)

// Signable returns the canonical URL, "/path?query", that a signature for r covers.
// It has a format only if r names one. If r asks for no variant, the reason says
// why; the error is a *[RefusalError].
func (s Settings) Signable(r Request) (string, edge.Reason, error) {
	path, err := canonicalPath(r.Path)
	if err != nil {
		return "", "", err
	}
	canonical, why := s.signable(path, r.Query)
	return canonical, why, nil
}

// signable returns what a signature covers for a canonical path and a query string in
// any spelling, and why that asks for no variant.
func (s Settings) signable(path, query string) (string, edge.Reason) {
	query, why := s.query(Request{Query: query})
	return path + "?" + query, why
}

// SignedURL returns r's URL, "/path?query", with an expiry and a signature by s.Keys.
// The path is canonical; the query keeps r's spelling, but for an expiry and a
// signature that it has. If r asks for no variant, the reason says why; the error is
// a *[RefusalError].
func (s Settings) SignedURL(r Request, expires int64) (string, edge.Reason, error) {
	canonical, why, err := s.Signable(r)
	if why != "" || err != nil {
		return "", why, err
	}
	path, _, _ := strings.Cut(canonical, "?")
	var kept []string
	for pair := range strings.SplitSeq(r.Query, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "expires" && name != "signature" && pair != "" {
			kept = append(kept, pair)
		}
	}
	return fmt.Sprintf("%s?%s&expires=%d&signature=%s", path, strings.Join(kept, "&"), expires, s.Keys.Signature(canonical, expires)), "", nil
}

// refusesSignature returns why a request for a variant, with a canonical path and the
// viewer's query string, is not answered with one: [edge.Unsigned], [edge.Expired] or
// "".
func (s Settings) refusesSignature(path, query string) edge.Reason {
	canonical, _ := s.signable(path, query)
	expires, given := single(query, "expires"), single(query, "signature")
	if !seconds.MatchString(expires) || !s.Keys.accepts(canonical, expires, given) {
		return edge.Unsigned
	}
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	last, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || now().UnixMilli() > last*1000 {
		return edge.Expired
	}
	return ""
}

// single returns the one value of a parameter, percent-decoded, or "" if it has
// several.
func single(query, name string) string {
	value, found := "", false
	for pair := range strings.SplitSeq(query, "&") {
		n, v, _ := strings.Cut(pair, "=")
		if n != name {
			continue
		}
		v, err := url.PathUnescape(v)
		if err != nil || found && v != value {
			return ""
		}
		value, found = v, true
	}
	return value
}

// ReadKeys reads the keys in a file. Its errors name the file and quote nothing of
// its content.
func ReadKeys(file string) (Keys, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Keys{}, fmt.Errorf("cannot read the signing keys: %w", err)
	}
	keys, err := ParseKeys(string(text))
	if err != nil {
		return Keys{}, fmt.Errorf("%s: %w", file, err)
	}
	return keys, nil
}
