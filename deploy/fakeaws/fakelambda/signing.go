package fakelambda

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Sign gives a function the code signing configuration with an ARN.
func (l *Lambda) Sign(region, name, arn string) {
	l.server.Lock()
	defer l.server.Unlock()
	l.functions[functionKey{region, name}].signing = arn
}

// checkSignature refuses a zip without a signature if the code signing configuration with
// an ARN enforces signatures. It does not verify them. AWS Lambda Developer Guide, "Using
// code signing to verify code integrity with Lambda".
func (l *Lambda) checkSignature(signing string, packed []byte) error {
	if !l.Enforces[signing] {
		return nil // a policy of Warn takes every zip
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	for _, f := range archive.File {
		if strings.HasPrefix(f.Name, "META-INF/aws_signer_signature") {
			return nil
		}
	}
	return &fakeaws.Error{Status: http.StatusBadRequest, Code: "CodeVerificationFailedException",
		Message: "Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept."}
}
