package bucket

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// transport signs CloudFront's requests to S3.
type transport struct {
	region      string
	credentials aws.CredentialsProvider
	base        *http.Transport
}

// NewTransport returns a transport that signs its requests to a bucket in
// region, as an origin access control does.
func NewTransport(region string, credentials aws.CredentialsProvider) http.RoundTripper {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.DisableCompression = true // the bytes as stored
	return &transport{region, credentials, base}
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	credentials, err := t.credentials.Retrieve(r.Context())
	if err != nil {
		return nil, err
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("X-Amz-Content-Sha256", sigv4.EmptyPayload)
	err = sigv4.NewSigner("s3").SignHTTP(r.Context(), credentials, signed, sigv4.EmptyPayload, "s3", t.region, time.Now())
	if err != nil {
		return nil, err
	}
	return t.base.RoundTrip(signed)
}

// CloseIdleConnections closes the connections that are not in use.
func (t *transport) CloseIdleConnections() { t.base.CloseIdleConnections() }
