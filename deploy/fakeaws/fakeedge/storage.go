package fakeedge

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// principal is the caller of S3: a service on behalf of a source, or a role or user.
// The zero principal is anonymous.
type principal struct{ service, source, arn string }

// storage is a fake S3 for readers of objects.
type storage struct {
	folder string
	iam    *iam.Client
	s3     *s3.Client
	server *http.Server
	base   *url.URL

	mu      sync.Mutex
	roots   map[string]*os.Root
	callers map[string]principal // by access key
}

// newStorage starts a server for the buckets in folder.
func newStorage(config aws.Config, folder string) (*storage, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &storage{folder: folder, iam: iam.NewFromConfig(config), s3: s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		base: &url.URL{Scheme: "http", Host: listener.Addr().String()}, roots: map[string]*os.Root{}, callers: map[string]principal{}}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(listener) }() // ends when s.server is closed
	return s, nil
}

// close stops the server.
func (s *storage) close() {
	s.server.Close()
	for _, root := range s.roots {
		root.Close()
	}
}

func (s *storage) endpoint() *url.URL { return s.base }

// secret is the secret key of every principal.
const secret = "fakeedge"

// credentials returns the credentials of a principal. Each has an access key of its
// own.
func (s *storage) credentials(who principal) aws.CredentialsProvider {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, other := range s.callers {
		if other == who {
			return credentials.NewStaticCredentialsProvider(key, secret, "")
		}
	}
	key := fmt.Sprintf("AKIAFAKEEDGE%08d", len(s.callers))
	s.callers[key] = who
	return credentials.NewStaticCredentialsProvider(key, secret, "")
}

// transport returns a transport that signs requests as a principal.
func (s *storage) transport(who principal, region string) http.RoundTripper {
	return bucket.NewTransport(cmp.Or(region, "us-east-1"), s.credentials(who))
}

// ServeHTTP answers a request for an object from those who may read it.
func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, scope, _ := strings.Cut(rest, "/")
	region := "us-east-1"
	if parts := strings.Split(scope, "/"); len(parts) > 1 {
		region = parts[1]
	}
	name, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s.mu.Lock()
	who, known := s.callers[key]
	root, ok := s.roots[name]
	if !ok {
		var err error
		if root, err = os.OpenRoot(filepath.Join(s.folder, name)); err == nil {
			s.roots[name], ok = root, true
		}
	}
	s.mu.Unlock()
	if !known || !ok {
		http.Error(w, "no such bucket, or nobody asks", http.StatusForbidden)
		return
	}
	reads, lists, err := s.may(r.Context(), who, name, region, object)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if !reads {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
		return
	}
	(&bucket.Server{Folder: root, Name: name, Credentials: aws.Credentials{AccessKeyID: key, SecretAccessKey: secret}, HideMissing: !lists}).ServeHTTP(w, r)
}

// may reports whether a principal may read an object, and whether S3 may tell it that
// the object is missing. The bucket's policy decides, or, for a role, the role's
// policies.
func (s *storage) may(ctx context.Context, who principal, name, region, key string) (reads, lists bool, err error) {
	arn := "arn:aws:s3:::" + name
	out, err := s.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name}, func(o *s3.Options) { o.Region = region })
	var policy document
	if err == nil {
		err = json.Unmarshal([]byte(aws.ToString(out.Policy)), &policy)
	} else if coded := (interface{ ErrorCode() string })(nil); errors.As(err, &coded) && coded.ErrorCode() == "NoSuchBucketPolicy" {
		err = nil
	}
	if err != nil {
		return false, false, err
	}
	reads = policy.allows(who, "s3:GetObject", arn+"/"+key, nil)
	lists = policy.allows(who, "s3:ListBucket", arn, map[string]string{"s3:prefix": key})
	if !strings.Contains(who.arn, ":role/") {
		return reads, lists, nil
	}
	if reads, err = s.simulate(ctx, who.arn, "s3:GetObject", arn+"/"+key); err == nil {
		lists, err = s.simulate(ctx, who.arn, "s3:ListBucket", arn)
	}
	return reads, lists, err
}

// simulate asks IAM whether a role may do something.
func (s *storage) simulate(ctx context.Context, role, action, resource string) (bool, error) {
	out, err := s.iam.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &role, ActionNames: []string{action}, ResourceArns: []string{resource}})
	return err == nil && len(out.EvaluationResults) == 1 && out.EvaluationResults[0].EvalDecision == types.PolicyEvaluationDecisionTypeAllowed, err
}

// document is a bucket's policy.
type document struct {
	Statement []struct {
		Effect           string
		Principal        any
		Action, Resource any
		Condition        map[string]map[string]any
	}
}

// allows evaluates the policy. A condition with an unknown operator does not hold. IAM
// User Guide, "Policy evaluation logic".
func (d document) allows(who principal, action, resource string, context map[string]string) bool {
	context = with(context, "aws:sourcearn", who.source)
	allowed := false
	for _, s := range d.Statement {
		if !who.isOneOf(s.Principal) || !one(s.Action, action) || !one(s.Resource, resource) || !hold(s.Condition, context) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = allowed || s.Effect == "Allow"
	}
	return allowed
}

// with returns context with one more value. All its keys but the new one are in lower
// case.
func with(context map[string]string, key, value string) map[string]string {
	all := map[string]string{key: value}
	for k, v := range context {
		all[strings.ToLower(k)] = v
	}
	return all
}

// isOneOf reports whether the principal is among those of a statement.
func (p principal) isOneOf(principals any) bool {
	if principals == "*" {
		return true
	}
	kinds, _ := principals.(map[string]any)
	return p.service != "" && one(kinds["Service"], p.service) || p.arn != "" && one(kinds["AWS"], p.arn) || one(kinds["AWS"], "*")
}

// hold reports whether all conditions hold.
func hold(conditions map[string]map[string]any, context map[string]string) bool {
	for operator, keys := range conditions {
		for key, wanted := range keys {
			value := context[strings.ToLower(key)]
			switch operator {
			case "StringEquals", "StringLike", "ArnEquals", "ArnLike":
			default:
				return false
			}
			if value == "" || !one(wanted, value) {
				return false
			}
		}
	}
	return true
}

// one reports whether a pattern, or one in a list of patterns, matches name.
func one(patterns any, name string) bool {
	switch patterns := patterns.(type) {
	case string:
		return glob(patterns, name)
	case []any:
		for _, pattern := range patterns {
			if one(pattern, name) {
				return true
			}
		}
	}
	return false
}

// glob reports whether pattern matches name. "*" stands for any characters and "?" for
// one, slashes included.
func glob(pattern, name string) bool {
	const slash = "\x01"
	ok, err := path.Match(strings.ReplaceAll(strings.NewReplacer(`\`, `\\`, `[`, `\[`).Replace(pattern), "/", slash), strings.ReplaceAll(name, "/", slash))
	return err == nil && ok
}
