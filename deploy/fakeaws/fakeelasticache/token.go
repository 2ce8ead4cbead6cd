package fakeelasticache

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// maxLifetime is the maximum lifetime of a token. ElastiCache User Guide,
// "Authenticating with IAM".
const maxLifetime = 15 * time.Minute

// maxSkew is how far in the future a token may have been signed.
const maxSkew = 5 * time.Minute

// Verifier verifies tokens as IAM does for ElastiCache.
type Verifier struct {
	Cache, User, Region string
	Credentials         aws.Credentials
	Now                 func() time.Time
}

// Verify returns why a token does not let user in, or nil. IAM User Guide,
// "Authenticating requests: using query parameters".
func (v *Verifier) Verify(user, token string) error {
	u, err := url.Parse("http://" + token)
	if err != nil || strings.Contains(token, "://") {
		return fmt.Errorf("no request without its scheme: %v", err)
	}
	query := u.Query()
	if u.Host != v.Cache || u.Path != "/" {
		return fmt.Errorf("for %q, not for %q", u.Host+u.Path, v.Cache+"/")
	}
	for name, want := range map[string]string{
		"Action": "connect", "User": v.User, "ResourceType": "ServerlessCache", "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
		"X-Amz-SignedHeaders": "host", "X-Amz-Security-Token": v.Credentials.SessionToken,
	} {
		if got := query[name]; want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0] != want) {
			return fmt.Errorf("%s is %q", name, got)
		}
	}
	if user != v.User {
		return fmt.Errorf("the user is %q", user)
	}
	at, err := v.checkTime(query)
	if err != nil {
		return err
	}
	scope := strings.Join([]string{v.Credentials.AccessKeyID, at.Format("20060102"), v.Region, "elasticache", "aws4_request"}, "/")
	if got := query.Get("X-Amz-Credential"); got != scope {
		return fmt.Errorf("signed as %q, not as %q", got, scope)
	}
	if sigv4.VerifyURL(context.Background(), u, v.Credentials, "elasticache", v.Region, at) != nil {
		return errors.New("the signature does not match")
	}
	return nil
}

// checkTime returns when a token was signed. It refuses one that is not valid at this
// time.
func (v *Verifier) checkTime(query url.Values) (time.Time, error) {
	at, err := time.Parse("20060102T150405Z", query.Get("X-Amz-Date"))
	if err != nil {
		return at, err
	}
	seconds, err := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil || seconds < 1 || time.Duration(seconds)*time.Second > maxLifetime {
		return at, fmt.Errorf("X-Amz-Expires is %q", query.Get("X-Amz-Expires"))
	}
	now := v.Now()
	if now.After(at.Add(time.Duration(seconds)*time.Second)) || now.Before(at.Add(-maxSkew)) {
		return at, fmt.Errorf("it was for %d s from %v, and it is %v", seconds, at, now)
	}
	return at, nil
}
