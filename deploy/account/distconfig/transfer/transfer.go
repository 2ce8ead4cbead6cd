// Package transfer reads a distribution's config from CloudFront and replaces it, both
// in CloudFront's own bytes, which package distconfig edits.
package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// Document is a distribution's config as CloudFront returned it.
type Document struct {
	Config *distconfig.Config
	// Typed is the config as the SDK decodes it, for reading only: it is never sent.
	Typed *types.DistributionConfig

	id   string
	etag *string
}

// Read returns the config of the distribution with an ID.
func Read(ctx context.Context, client *cloudfront.Client, id string) (*Document, error) {
	var document []byte
	out, err := client.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: &id},
		cloudfront.WithAPIOptions(keepBody(&document)))
	if err != nil {
		return nil, err
	}
	config, err := distconfig.Parse(document)
	if err != nil {
		return nil, err
	}
	return &Document{config, out.DistributionConfig, id, out.ETag}, nil
}

// Update replaces the distribution's config if it is still the one that d holds: see
// [IsStale].
func (d *Document) Update(ctx context.Context, client *cloudfront.Client, config *distconfig.Config) error {
	_, err := client.UpdateDistribution(ctx, &cloudfront.UpdateDistributionInput{
		Id: &d.id, IfMatch: d.etag, DistributionConfig: d.Typed,
	}, cloudfront.WithAPIOptions(sendBody(config.XML())))
	return err
}

// IsStale reports whether CloudFront refused an update because the config has changed
// since it was read.
func IsStale(err error) bool {
	failed, invalid := (*types.PreconditionFailed)(nil), (*types.InvalidIfMatchVersion)(nil)
	return errors.As(err, &failed) || errors.As(err, &invalid)
}

// keepBody copies the body of a response with the status 200 into *into, as it came.
func keepBody(into *[]byte) func(*middleware.Stack) error {
	keep := middleware.DeserializeMiddlewareFunc("KeepBody", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		response, ok := out.RawResponse.(*smithyhttp.Response)
		if err != nil || !ok || response.StatusCode != http.StatusOK {
			return out, metadata, err
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		*into, response.Body = body, io.NopCloser(bytes.NewReader(body))
		return out, metadata, err
	})
	// The last middleware is the one next to the connection.
	return func(stack *middleware.Stack) error { return stack.Deserialize.Add(keep, middleware.After) }
}

// sendBody sends body in place of the one that the SDK wrote. It runs before the steps
// that sign the request.
func sendBody(body []byte) func(*middleware.Stack) error {
	send := middleware.SerializeMiddlewareFunc("SendBody", func(
		ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler,
	) (middleware.SerializeOutput, middleware.Metadata, error) {
		request, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("a request of type %T", in.Request)
		}
		request, err := request.SetStream(bytes.NewReader(body))
		if err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, err
		}
		in.Request = request
		return next.HandleSerialize(ctx, in)
	})
	return func(stack *middleware.Stack) error { return stack.Serialize.Add(send, middleware.After) }
}
