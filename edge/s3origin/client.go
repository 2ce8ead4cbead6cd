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

// Options say where S3 is. The zero value is Amazon S3 with the credentials
// of the environment.
type Options struct {
	// Endpoint, where set, is the base URL of a server that speaks S3's
	// protocol, such as "http://127.0.0.1:9000". Buckets are addressed by path
	// there, and by host name at Amazon S3.
	Endpoint string
	// Credentials are asked for every request; nil is [Environment].
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

// New is an Origin. It opens no connection.
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
			// A signed request is good for one host only.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}},
		// Attempts are counted by tries, which covers the body too.
		Retryer: aws.NopRetryer{},
		// TLS guards the bytes on their way; hashing them again would cost
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

// boundedErrors is a client whose error answers end after maxError bytes: the
// SDK reads them whole.
type boundedErrors struct{ *http.Client }

// maxError is far more than S3's errors have, in bytes.
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

// newTransport returns a transport for a few requests at a time, with a pause of
// unknown length after them. net/http compares idle times by the wall clock, so
// a connection that outlasted a freeze is not used again once the pause was
// longer than IdleConnTimeout; where the server closed one earlier, net/http
// repeats the request by itself on a fresh one. What died without a word is left
// to [hedge].
func newTransport() *http.Transport {
	// S3 speaks nothing else. Of HTTP/2 all parts would share one connection.
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
		// An object's metadata has 2 KB at most.
		MaxResponseHeaderBytes: 64 << 10,
		// An original is the bytes that are stored, whatever their
		// Content-Encoding.
		DisableCompression: true,
	}
}
