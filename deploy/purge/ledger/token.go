package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Tokens expire after lifetime, the longest that ElastiCache takes. Connections are
// authenticated again renewal before that, so that none lasts the 12 hours after which
// ElastiCache closes it. ElastiCache User Guide, "Authenticating with IAM".
const (
	lifetime = 15 * time.Minute
	renewal  = 5 * time.Minute
)

// signer makes the tokens that ElastiCache takes as passwords.
type signer struct {
	cache, user, region string
	credentials         aws.CredentialsProvider
}

// token returns a signed request to connect as the user, without its scheme.
func (s *signer) token(ctx context.Context, now time.Time) (string, error) {
	credentials, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return "", fmt.Errorf("credentials: %w", err)
	}
	query := url.Values{
		"Action": {"connect"}, "User": {s.user}, "ResourceType": {"ServerlessCache"},
		"X-Amz-Expires": {strconv.Itoa(int(lifetime.Seconds()))},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.cache+"/?"+query.Encode(), nil)
	if err != nil {
		return "", err
	}
	empty := sha256.Sum256(nil)
	signed, _, err := v4.NewSigner().PresignHTTP(ctx, credentials, request, hex.EncodeToString(empty[:]), "elasticache", s.region, now)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return strings.TrimPrefix(signed, "http://"), nil
}
