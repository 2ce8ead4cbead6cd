// Package keystore reads and writes entries of CloudFront's key value stores.
package keystore

import (
	"context"
	"net"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	kvs "github.com/aws/aws-sdk-go-v2/service/cloudfrontkeyvaluestore"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// Client calls AWS. [New] makes one.
type Client struct{ kvs *kvs.Client }

// New returns a Client that calls AWS with config.
func New(config aws.Config) *Client {
	config.Region = awsapi.Region
	return &Client{kvs.NewFromConfig(config, func(o *kvs.Options) { o.EndpointResolverV2 = resolver{kvs.NewDefaultEndpointResolverV2()} })}
}

// resolver finds the host of a store: its account and a domain. An IP address, as that
// of an emulation, takes no account before it.
type resolver struct{ kvs.EndpointResolverV2 }

func (r resolver) ResolveEndpoint(ctx context.Context, p kvs.EndpointParameters) (smithyendpoints.Endpoint, error) {
	endpoint, err := r.EndpointResolverV2.ResolveEndpoint(ctx, p)
	if given, wrong := url.Parse(aws.ToString(p.Endpoint)); err == nil && wrong == nil && net.ParseIP(given.Hostname()) != nil {
		endpoint.URI.Host = given.Host
	}
	return endpoint, err
}

// Get returns the value of a key in the store with an ARN, and reports whether there is
// one.
func (c *Client) Get(ctx context.Context, arn, key string) (value string, found bool, err error) {
	out, err := c.kvs.GetKey(ctx, &kvs.GetKeyInput{KvsARN: &arn, Key: &key})
	if awsapi.Code(err) == "ResourceNotFoundException" {
		// The store itself may be missing.
		_, err = c.kvs.DescribeKeyValueStore(ctx, &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
		return "", false, err
	}
	if err != nil {
		return "", false, err
	}
	return aws.ToString(out.Value), true, nil
}

// maxTries is how often Put tries while others change the same store.
const maxTries = 5

// Put sets the value of a key in the store with an ARN. Edge locations have it within
// seconds.
func (c *Client) Put(ctx context.Context, arn, key, value string) error {
	for n := 1; ; n++ {
		store, err := c.kvs.DescribeKeyValueStore(ctx, &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
		if err != nil {
			return err
		}
		_, err = c.kvs.PutKey(ctx, &kvs.PutKeyInput{KvsARN: &arn, Key: &key, Value: &value, IfMatch: store.ETag})
		if awsapi.Code(err) != "ConflictException" || n == maxTries {
			return err
		}
	}
}
