package fakeaws

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
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

// verify checks the signature of r over body: a body that was changed after it had been
// signed does not pass.
func (s *Server) verify(r *http.Request, given sigv4.Authorization, body []byte) *Error {
	verifier := sigv4.Verifier{Credentials: s.Credentials, MaxSkew: maxSkew}
	err := verifier.VerifyScope(r, given)
	if errors.Is(err, sigv4.ErrAccessKey) || errors.Is(err, sigv4.ErrToken) {
		return ErrUnknownKey
	}
	sum := sha256.Sum256(body)
	if err != nil || verifier.VerifySignature(r, given, hex.EncodeToString(sum[:])) != nil {
		return ErrBadSignature
	}
	return nil
}
