package s3origin

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Options say where S3 is. The zero value means Amazon S3 with the credentials
// in the environment.
type Options struct {
	// Endpoint, if set, is the base URL of a server that speaks S3's protocol,
	// such as "http://127.0.0.1:9000". There, buckets are addressed by path; at
	// Amazon S3, by host name.
	Endpoint string
	// Credentials provides the credentials for every request; nil means
	// [Environment].
	Credentials aws.CredentialsProvider
}

// Environment reads the credentials from AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN each time it is asked. Lambda
// Developer Guide, "Defined runtime environment variables".
var Environment aws.CredentialsProvider = aws.CredentialsProviderFunc(
	func(context.Context) (aws.Credentials, error) {
		c := aws.Credentials{
			AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
			Source:          "environment",
		}
		if !c.HasKeys() {
			return aws.Credentials{}, errNoCredentials
		}
		return c, nil
	})

var errNoCredentials = errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")

// New returns an Origin. It opens no connection.
func New(o Options) *Origin {
	return newOrigin(o, newTransport())
}

func newOrigin(o Options, transport http.RoundTripper) *Origin {
	hedged := &hedge{base: transport}
	options := s3.Options{
		AppID:       "edgeresize",
		Credentials: o.Credentials,
		HTTPClient: boundedErrors{&http.Client{
			Transport: hedged,
			// A signature is valid for one host only.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}},
		// tries counts attempts: it covers the body too.
		Retryer: aws.NopRetryer{},
		// TLS protects the bytes in transit; hashing them again would cost
		// processor time.
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}
	if o.Credentials == nil {
		options.Credentials = Environment
	}
	if o.Endpoint != "" {
		options.BaseEndpoint = &o.Endpoint
		options.UsePathStyle = true
	}
	return &Origin{client: s3.New(options), connections: hedged, plan: defaultPlan}
}

// boundedErrors is a client that cuts error answers off after maxError bytes:
// the SDK reads them whole.
type boundedErrors struct{ *http.Client }

// maxError is far more than the errors of S3 need, in bytes.
const maxError = 64 << 10

// Do sends a request.
func (c boundedErrors) Do(r *http.Request) (*http.Response, error) {
	response, err := c.Client.Do(r)
	if err == nil && response.StatusCode >= 300 {
		response.Body = limitedBody{io.LimitReader(response.Body, maxError), response.Body}
	}
	return response, err
}

// limitedBody is the beginning of a body.
type limitedBody struct {
	io.Reader
	io.Closer
}

// newTransport returns a transport for a few requests at a time, followed by
// pauses of unknown length. net/http compares idle times by the wall clock, so
// after a freeze longer than IdleConnTimeout it does not reuse a connection. If
// the server has closed a connection before that, net/http itself repeats the
// request on a new one. [hedge] deals with connections that died without being
// closed.
func newTransport() *http.Transport {
	// S3 speaks only HTTP/1.1. With HTTP/2, all parts would share one
	// connection.
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Protocols:           &protocols,
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		TLSHandshakeTimeout: 3 * time.Second,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			ClientSessionCache: tls.NewLRUClientSessionCache(8),
		},
		MaxIdleConnsPerHost: defaultPlan.parallel,
		IdleConnTimeout:     20 * time.Second,
		// An object has at most 2 KB of metadata.
		MaxResponseHeaderBytes: 64 << 10,
		// An original is the stored bytes, whatever its Content-Encoding.
		DisableCompression: true,
	}
}
