package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/edgeresize/edgeresize/deploy/distconfig"
)

// distributionPatience is for a change that goes to every edge location:
// minutes.
var distributionPatience = patience{10 * time.Second, 45 * time.Minute}

// distribution is one's config as CloudFront gave it.
type distribution struct {
	config *distconfig.Config
	etag   *string
	// typed is what the SDK makes of the config. It stands in for the config
	// where the SDK wants one, and never goes out.
	typed *types.DistributionConfig
}

// distribution reads a distribution's config.
func (r *Releaser) distribution(ctx context.Context, id string) (*distribution, error) {
	var document []byte
	out, err := r.cloudFront.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: &id},
		cloudfront.WithAPIOptions(keepBody(&document)))
	if err != nil {
		return nil, err
	}
	config, err := distconfig.Parse(document)
	if err != nil {
		return nil, err
	}
	return &distribution{config, out.ETag, out.DistributionConfig}, nil
}

// update gives the distribution another config, if it still has the one that d
// was read from.
func (r *Releaser) update(ctx context.Context, id string, d *distribution, config *distconfig.Config) error {
	_, err := r.cloudFront.UpdateDistribution(ctx, &cloudfront.UpdateDistributionInput{
		Id: &id, IfMatch: d.etag, DistributionConfig: d.typed,
	}, cloudfront.WithAPIOptions(sendBody(config.XML())))
	return err
}

// keepBody keeps the body of a response as it came.
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
	// The last of them is the one next to the connection.
	return func(stack *middleware.Stack) error { return stack.Deserialize.Add(keep, middleware.After) }
}

// sendBody sends a body in the place of the one that the SDK has written. It
// comes before the steps that sign it.
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

// isStale reports whether an update was refused because the config has changed
// since it was read.
func isStale(err error) bool {
	failed, invalid := (*types.PreconditionFailed)(nil), (*types.InvalidIfMatchVersion)(nil)
	return errors.As(err, &failed) || errors.As(err, &invalid)
}

// deployed waits until a distribution's config is at every edge location. The
// result stands for that very config: another one, or the same one put in place
// again, has another.
func (r *Releaser) deployed(ctx context.Context, id string) (state string, err error) {
	err = r.until(ctx, "distribution "+id, distributionPatience, func() (string, bool, error) {
		out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
		if err != nil {
			return "", false, err
		}
		// Nothing is said of whether an ETag comes again with its config.
		state = aws.ToString(out.ETag) + " " + aws.ToTime(out.Distribution.LastModifiedTime).UTC().Format(time.RFC3339Nano)
		status := aws.ToString(out.Distribution.Status)
		return status, status == "Deployed", nil
	})
	if err == nil {
		r.tell("distribution %s: Deployed", id)
	}
	return state, err
}
