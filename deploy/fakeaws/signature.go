package fakeaws

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// maxSkew is how far a request's date may be off. AWS IAM User Guide,
// "Troubleshoot Signature Version 4 signing for AWS API requests".
const maxSkew = 5 * time.Minute

// The refusals of a signature. Services that have codes of their own for them
// rename them in their [Refuser].
var (
	ErrUnknownKey = &Error{http.StatusForbidden, "InvalidClientTokenId",
		"The security token included in the request is invalid."}
	ErrBadSignature = &Error{http.StatusForbidden, "SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
)

// allRegions is the region of signatures for all regions at once.
const allRegions = "*"

// asymmetric matches the header of a signature for all regions. AWS IAM User Guide,
// "AWS Signature Version 4 for API requests".
var asymmetric = regexp.MustCompile(`^AWS4-ECDSA-P256-SHA256 Credential=([^/]+)/(\d{8})/([a-z0-9-]+)/aws4_request, ?` +
	`SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]+$`)

// parseSignature parses the Authorization header of a request.
func parseSignature(header string) (a sigv4.Authorization, ok bool) {
	m := asymmetric.FindStringSubmatch(header)
	if m == nil {
		return sigv4.Parse(header)
	}
	return sigv4.Authorization{AccessKey: m[1], Date: m[2], Region: allRegions, Service: m[3], SignedHeaders: strings.Split(m[4], ";")}, true
}

// verify checks the signature of r over body: a body that was changed after it had been
// signed does not pass.
func (s *Server) verify(r *http.Request, given sigv4.Authorization, body []byte) *Error {
	verifier := sigv4.Verifier{Credentials: s.Credentials, MaxSkew: maxSkew}
	err := verifier.VerifyScope(r, given)
	if errors.Is(err, sigv4.ErrAccessKey) || errors.Is(err, sigv4.ErrToken) {
		return ErrUnknownKey
	}
	if given.Region == allRegions {
		// Its key is derived from the secret, which only the SDK's own package does: what
		// is signed is checked, the signature itself is not.
		if err != nil || r.Header.Get("X-Amz-Region-Set") != allRegions || !slices.Contains(given.SignedHeaders, "x-amz-region-set") || !slices.Contains(given.SignedHeaders, "host") {
			return ErrBadSignature
		}
		return nil
	}
	sum := sha256.Sum256(body)
	if err != nil || verifier.VerifySignature(r, given, hex.EncodeToString(sum[:])) != nil {
		return ErrBadSignature
	}
	return nil
}
