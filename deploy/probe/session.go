package probe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/bucketregion"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
	"github.com/edgeresize/edgeresize/edge"
)

// session is a run at a distribution.
type session struct {
	*Prober
	id, host  string // of the distribution
	resizer   string // the name of the project's own function
	origin    string // the origin's ID
	named     string // the same if it was named, "" otherwise
	gone      bool   // the distribution does not exist
	bucket    string
	keyPrefix string // before the path in keys, "" or with a slash at its end
	tagHeader string // the header with cache tags, "" if the distribution has none
	storage   *s3.Client
	run       string // the random name of the run
	began     time.Time
	report    *Report
	notifies  bool              // the bucket notifies something of new objects
	batches   int               // invalidations made so far
	copies    []behavior        // those with origins of the probe's that CloudFront took
	replaced  map[int]bool      // statuses for which the distribution has custom error responses
	evidence  map[string]string // of the question that is being asked
	locations []string          // that answered the question
	trouble   string            // the last answer to the question that says nothing about it
}

// defaultFunction is the name of the project's own function, if none is given.
const defaultFunction = "edgeresize"

// errNoBucket says that the origin is no bucket.
var errNoBucket = errors.New("the origin is no S3 bucket: name one that is with -origin ID")

// look reads the distribution and finds its bucket. It refuses a distribution that cannot
// be probed, or that another run is probing.
func (p *Prober) look(ctx context.Context, o Options) (*session, error) {
	s, d, err := p.read(ctx, o)
	if err != nil {
		return nil, err
	}
	switch c := d.Typed; {
	case !aws.ToBool(c.Enabled):
		return nil, fmt.Errorf("the distribution %s is disabled: enable it first", s.id)
	case aws.ToBool(c.Staging):
		return nil, fmt.Errorf("the distribution %s is a staging distribution, which viewers do not reach by its own name: probe the primary one", s.id)
	case aws.ToString(c.ContinuousDeploymentPolicyId) != "":
		return nil, fmt.Errorf("the distribution %s has a continuous deployment policy, and its staging distribution would answer some requests: probe another one, or end the deployment first", s.id)
	}
	if err := s.findBucket(ctx, d.Typed); err != nil {
		return nil, err
	}
	if _, err := s.ownOrigins(d); err != nil {
		return nil, err
	}
	if _, err := s.ownGroup(d); err != nil {
		return nil, err
	}
	own, err := s.ownBehaviors(d)
	if err != nil {
		return nil, err
	}
	if len(own) > 0 { // two runs would remove each other's behaviours and objects
		return nil, fmt.Errorf("the distribution %s has behaviours of another run: wait for its end or, if it has crashed, clean up with `%s`", s.id, s.cleanupCommand())
	}
	return s, nil
}

// read reads the distribution.
func (p *Prober) read(ctx context.Context, o Options) (*session, *transfer.Document, error) {
	d, err := transfer.Read(ctx, p.cloudFront, o.Distribution)
	if err != nil {
		return nil, nil, err
	}
	out, err := p.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &o.Distribution})
	if err != nil {
		return nil, nil, err
	}
	s := &session{Prober: p, id: o.Distribution, resizer: cmp.Or(o.Function, defaultFunction), host: aws.ToString(out.Distribution.DomainName), origin: o.Origin, named: o.Origin, began: p.Now(),
		run: strings.ToLower(rand.Text()[:12]), report: newReport(o, p.Now()), replaced: map[int]bool{}}
	if s.origin == "" {
		s.origin = aws.ToString(d.Typed.DefaultCacheBehavior.TargetOriginId)
	}
	if custom := d.Typed.CustomErrorResponses; custom != nil {
		for _, e := range custom.Items {
			s.replaced[int(aws.ToInt32(e.ErrorCode))] = true
		}
	}
	s.tagHeader, err = d.Config.CacheTags()
	return s, d, err
}

// findBucket finds the bucket of the session's origin.
func (s *session) findBucket(ctx context.Context, d *types.DistributionConfig) error {
	for _, o := range d.Origins.Items {
		if aws.ToString(o.Id) != s.origin {
			continue
		}
		bucket, _, ok := edge.ParseS3Domain(aws.ToString(o.DomainName))
		if !ok {
			return errNoBucket
		}
		s.bucket = bucket
		if path := strings.Trim(aws.ToString(o.OriginPath), "/"); path != "" {
			s.keyPrefix = path + "/"
		}
		region, err := bucketregion.Of(ctx, s.Prober.storage(s.config.Region), bucket)
		if err != nil {
			return err
		}
		s.storage = s.Prober.storage(region)
		return nil
	}
	if g := d.OriginGroups; g != nil && slices.ContainsFunc(g.Items, func(g types.OriginGroup) bool { return aws.ToString(g.Id) == s.origin }) {
		return fmt.Errorf("%q is an origin group: name one of its origins with -origin ID", s.origin)
	}
	return fmt.Errorf("the distribution has no origin %q", s.origin)
}

// findNotifications notes whether the bucket notifies something of new objects.
func (s *session) findNotifications(ctx context.Context) error {
	n, err := s.storage.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &s.bucket})
	if err == nil {
		s.notifies = len(n.LambdaFunctionConfigurations)+len(n.QueueConfigurations)+len(n.TopicConfigurations) > 0 || n.EventBridgeConfiguration != nil
	}
	return err
}

// path returns a path of this run at a behaviour: steps tell the function what to do,
// name is the rest.
func (s *session) path(b behavior, steps, name string) string {
	return strings.Join([]string{"", Name, b.name, s.run, steps, name}, "/")
}

// put stores an object for a path without encoded characters.
func (s *session) put(ctx context.Context, path string, body []byte) error {
	_, err := s.putKey(ctx, strings.TrimPrefix(path, "/"), body)
	return err
}

// putKey stores an object and returns its ETag.
func (s *session) putKey(ctx context.Context, key string, body []byte) (etag string, err error) {
	key = s.keyPrefix + key
	out, err := s.storage.PutObject(ctx, &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: bytes.NewReader(body), ContentType: aws.String("image/jpeg")})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.ETag), nil
}

// putWith stores a small object for a path, with one header of metadata.
func (s *session) putWith(ctx context.Context, path, name, value string) error {
	key := s.keyPrefix + strings.TrimPrefix(path, "/")
	_, err := s.storage.PutObject(ctx, &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: strings.NewReader("the object"), ContentType: aws.String("image/jpeg"),
		Metadata: map[string]string{name: value}})
	return err
}

// object stores a small object and returns its path.
func (s *session) object(ctx context.Context, b behavior, steps, name string) (string, error) {
	path := s.path(b, steps, name)
	return path, s.put(ctx, path, []byte("the object "+name))
}

// visit stores an object and asks for it.
func (s *session) visit(ctx context.Context, b behavior, steps, name string) (path string, a *answer, err error) {
	if path, err = s.object(ctx, b, steps, name); err == nil {
		a, err = s.get(ctx, path)
	}
	return path, a, err
}

// twice asks for a path two times.
func (s *session) twice(ctx context.Context, path string) (first, second *answer, err error) {
	if first, err = s.get(ctx, path); err == nil {
		second, err = s.get(ctx, path)
	}
	return first, second, err
}

// revisit stores an object, asks for it, waits until the answer is stale and sends r for it.
// The steps have age-1.
func (s *session) revisit(ctx context.Context, steps, name string, r request) (path string, first, stale *answer, err error) {
	path, first, err = s.visit(ctx, all, steps, name)
	if err != nil {
		return "", nil, nil, err
	}
	if err := s.age(ctx); err != nil {
		return "", nil, nil, err
	}
	r.rawPath = path
	stale, err = s.send(ctx, r)
	if err != nil {
		return "", nil, nil, err
	}
	s.saw("first", first)
	s.saw("stale", stale)
	return path, first, stale, nil
}

// age waits until an answer with max-age=1 is stale.
func (s *session) age(ctx context.Context) error { return s.Wait(ctx, 3*time.Second) }
