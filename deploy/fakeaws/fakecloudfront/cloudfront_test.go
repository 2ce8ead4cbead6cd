package fakecloudfront

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// functions is a Lambda that accepts every function whose ARN does not contain "no".
type functions struct{ associated map[string][]string }

// CheckAssociation refuses an ARN that contains "no".
func (f *functions) CheckAssociation(arn, _ string) error {
	if strings.Contains(arn, "no") {
		return &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidLambdaFunctionAssociation", Message: arn}
	}
	return nil
}

// Associate records the associated versions, each once.
func (f *functions) Associate(distribution string, arns []string) {
	slices.Sort(arns)
	f.associated[distribution] = slices.Compact(arns)
}

// newClient returns a CloudFront with the distribution E1, its Lambda and a client.
func newClient(t *testing.T) (*CloudFront, *functions, *cloudfront.Client) {
	t.Helper()
	server := fakeaws.New()
	f := &functions{map[string][]string{}}
	c := New(server, f)
	if err := c.Add("E1", "d1.cloudfront.net", Example); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	key := server.Credentials
	return c, f, cloudfront.New(cloudfront.Options{
		Region: "us-east-1", BaseEndpoint: &s.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
	})
}

// associated returns associations of functions with origin responses.
func associated(arns ...string) *types.LambdaFunctionAssociations {
	a := &types.LambdaFunctionAssociations{Quantity: aws.Int32(int32(len(arns)))}
	for _, arn := range arns {
		a.Items = append(a.Items, types.LambdaFunctionAssociation{LambdaFunctionARN: &arn, EventType: types.EventTypeOriginResponse})
	}
	return a
}

// viewerFunctions returns associations of a CloudFront Function with events.
func viewerFunctions(name string, events ...types.EventType) *types.FunctionAssociations {
	a := &types.FunctionAssociations{Quantity: aws.Int32(int32(len(events)))}
	for _, event := range events {
		a.Items = append(a.Items, types.FunctionAssociation{FunctionARN: aws.String(functionARN + name), EventType: event})
	}
	return a
}

// groupOf returns a list of one group, called group, of origins.
func groupOf(origins ...string) *types.OriginGroups {
	members := &types.OriginGroupMembers{Quantity: aws.Int32(int32(len(origins)))}
	for _, id := range origins {
		members.Items = append(members.Items, types.OriginGroupMember{OriginId: &id})
	}
	codes := &types.StatusCodes{Quantity: aws.Int32(1), Items: []int32{404}}
	return &types.OriginGroups{Quantity: aws.Int32(1), Items: []types.OriginGroup{
		{Id: aws.String("group"), FailoverCriteria: &types.OriginGroupFailoverCriteria{StatusCodes: codes}, Members: members}}}
}

// TestUpdateTakes checks that CloudFront takes what the template gives a distribution,
// and that the function can be read.
func TestUpdateTakes(t *testing.T) {
	c, _, client := newClient(t)
	arn := c.AddFunction("f", "function handler() {}\n")
	got, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: aws.String("E1")})
	if err != nil {
		t.Fatal(err)
	}
	config := got.DistributionConfig
	config.CacheTagConfig = &types.CacheTagConfig{HeaderName: aws.String("Edgeresize-Cache-Tag")}
	config.Origins.Items[0].CustomHeaders = &types.CustomHeaders{Quantity: aws.Int32(1), Items: []types.OriginCustomHeader{
		{HeaderName: aws.String("Edgeresize-Cache-Tag-Header"), HeaderValue: aws.String("Edgeresize-Cache-Tag")}}}
	config.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("f", types.EventTypeViewerRequest)
	config.DefaultCacheBehavior.LambdaFunctionAssociations = associated("a")
	if _, err := client.UpdateDistribution(t.Context(), &cloudfront.UpdateDistributionInput{Id: aws.String("E1"), IfMatch: got.ETag, DistributionConfig: config}); err != nil {
		t.Fatal(err)
	}
	if kept := string(c.Config("E1")); !strings.Contains(kept, arn) || !strings.Contains(kept, "<HeaderName>Edgeresize-Cache-Tag</HeaderName>") {
		t.Errorf("kept %s", kept)
	}
	function, err := client.GetFunction(t.Context(), &cloudfront.GetFunctionInput{Name: aws.String("f"), Stage: types.FunctionStageLive})
	if err != nil || string(function.FunctionCode) != "function handler() {}\n" {
		t.Errorf("got %+v, %v", function, err)
	}
	var none *types.NoSuchFunctionExists
	if _, err := client.GetFunction(t.Context(), &cloudfront.GetFunctionInput{Name: aws.String("g")}); !errors.As(err, &none) {
		t.Errorf("a function that there is not: %v", err)
	}
}

// TestUpdateRefuses checks the configs that CloudFront refuses.
func TestUpdateRefuses(t *testing.T) {
	id := aws.String("E1")
	for _, tt := range []struct {
		name, code string
		change     func(*cloudfront.UpdateDistributionInput)
	}{
		{"no If-Match", "InvalidIfMatchVersion", func(in *cloudfront.UpdateDistributionInput) { in.IfMatch = nil }},
		{"an old If-Match", "PreconditionFailed", func(in *cloudfront.UpdateDistributionInput) { in.IfMatch = aws.String("E0") }},
		{"no such distribution", "NoSuchDistribution", func(in *cloudfront.UpdateDistributionInput) { in.Id = aws.String("E2") }},
		{"another caller reference", "IllegalUpdate", func(in *cloudfront.UpdateDistributionInput) { in.DistributionConfig.CallerReference = aws.String("x") }},
		{"a wrong quantity", "InconsistentQuantities", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations.Quantity = aws.Int32(1)
		}},
		{"a wrong number of behaviours", "InconsistentQuantities", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.CacheBehaviors.Quantity = aws.Int32(2)
		}},
		{"two functions for an event", "InvalidLambdaFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = associated("a", "b")
		}},
		{"a function that Lambda does not give", "InvalidLambdaFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.CacheBehaviors.Items[0].LambdaFunctionAssociations = associated("no")
		}},
		{"an event that there is not", "MalformedXML", func(in *cloudfront.UpdateDistributionInput) {
			a := associated("a")
			a.Items[0].EventType = "origin-answer"
			in.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = a
		}},
		{"the body of a response", "InvalidLambdaFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			a := associated("a")
			a.Items[0].IncludeBody = aws.Bool(true)
			in.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = a
		}},
		{"no such CloudFront Function", "InvalidFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("none", types.EventTypeViewerRequest)
		}},
		{"a CloudFront Function for an origin's event", "InvalidFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("f", types.EventTypeOriginRequest)
		}},
		{"two CloudFront Functions for an event", "InvalidFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("f", types.EventTypeViewerRequest, types.EventTypeViewerRequest)
		}},
		{"both kinds at viewers' events", "InvalidFunctionAssociation", func(in *cloudfront.UpdateDistributionInput) {
			a := associated("a")
			a.Items[0].EventType = types.EventTypeViewerResponse
			in.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = a
			in.DistributionConfig.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("f", types.EventTypeViewerRequest)
		}},
		{"a behaviour without an origin", "NoSuchOrigin", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.CacheBehaviors.Items[0].TargetOriginId = aws.String("none")
		}},
		{"the default behaviour without an origin", "NoSuchOrigin", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.DefaultCacheBehavior.TargetOriginId = aws.String("none")
		}},
		{"a group of an origin that there is not", "NoSuchOrigin", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.OriginGroups = groupOf("originals", "none")
		}},
		{"tags in no header", "InvalidArgument", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.CacheTagConfig = &types.CacheTagConfig{HeaderName: aws.String("")}
		}},
		{"tags in what is no header's name", "InvalidArgument", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.CacheTagConfig = &types.CacheTagConfig{HeaderName: aws.String("Cache Tag")}
		}},
		{"a custom header of AWS's", "InvalidArgument", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.Origins.Items[0].CustomHeaders = &types.CustomHeaders{Quantity: aws.Int32(1), Items: []types.OriginCustomHeader{
				{HeaderName: aws.String("X-Amz-Tag"), HeaderValue: aws.String("a")}}}
		}},
		{"a wrong number of custom headers", "InconsistentQuantities", func(in *cloudfront.UpdateDistributionInput) {
			in.DistributionConfig.Origins.Items[0].CustomHeaders.Quantity = aws.Int32(1)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, _, client := newClient(t)
			c.AddFunction("f", "")
			got, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: id})
			if err != nil {
				t.Fatal(err)
			}
			input := &cloudfront.UpdateDistributionInput{Id: id, IfMatch: got.ETag, DistributionConfig: got.DistributionConfig}
			tt.change(input)
			_, err = client.UpdateDistribution(t.Context(), input)
			api := smithy.APIError(nil)
			if !errors.As(err, &api) || api.ErrorCode() != tt.code {
				t.Errorf("got %v, want %s", err, tt.code)
			}
			if string(c.Config("E1")) != string(Example) {
				t.Error("the config has changed")
			}
		})
	}
}

// TestDeployment checks that reads bring an update to its end. Until then viewers get
// the old config, and the functions of both configs are associated.
func TestDeployment(t *testing.T) {
	c, f, client := newClient(t)
	c.Polls = 2
	ctx, id := t.Context(), aws.String("E1")
	update := func(arns ...string) *string {
		t.Helper()
		got, err := client.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: id})
		if err != nil {
			t.Fatal(err)
		}
		got.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations = associated(arns...)
		updated, err := client.UpdateDistribution(ctx, &cloudfront.UpdateDistributionInput{
			Id: id, IfMatch: got.ETag, DistributionConfig: got.DistributionConfig,
		})
		if err != nil || *updated.ETag == *got.ETag || *updated.Distribution.Status != "InProgress" {
			t.Fatalf("got %+v, %v", updated, err)
		}
		return updated.ETag
	}
	check := func(status, live string, functions ...string) {
		t.Helper()
		got, err := client.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: id})
		if err != nil || *got.Distribution.Status != status || *got.Distribution.DomainName != "d1.cloudfront.net" {
			t.Fatalf("got %+v, %v", got, err)
		}
		if is := c.Live("E1", "", "origin-response"); is != live || !slices.Equal(f.associated["E1"], functions) {
			t.Errorf("%q is live and %q associated, want %q and %q", is, f.associated["E1"], live, functions)
		}
	}
	check("Deployed", "")
	update("one")
	check("InProgress", "", "one")
	check("InProgress", "", "one")
	check("Deployed", "one", "one")
	update("two")
	check("InProgress", "one", "one", "two")
	update()
	check("InProgress", "one", "one")
	check("InProgress", "one", "one")
	check("Deployed", "")
}

// TestList checks that the pages of a list have all distributions.
func TestList(t *testing.T) {
	c, _, client := newClient(t)
	c.PageSize = 2
	for _, id := range []string{"E2", "E3", "E4", "E5"} {
		if err := c.Add(id, id, Example); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	pages := cloudfront.NewListDistributionsPaginator(client, &cloudfront.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.DistributionList.Items {
			ids = append(ids, *d.Id)
			if *d.CacheBehaviors.Items[0].PathPattern != "/img/*" || *d.Comment != "photos" {
				t.Errorf("got %+v", d)
			}
		}
	}
	if !slices.Equal(ids, []string{"E1", "E2", "E3", "E4", "E5"}) {
		t.Errorf("got %q", ids)
	}
}

// TestAddRefuses checks that Add refuses wrong configs.
func TestAddRefuses(t *testing.T) {
	c, _, _ := newClient(t)
	for _, config := range []string{
		"", "<a", `<DistributionConfig/>`,
		strings.Replace(string(Example), "2020-05-31", "2019-03-26", 1),
		strings.Replace(string(Example), "<PathPattern>/img/*</PathPattern>", "", 1),
	} {
		if err := c.Add("E2", "", []byte(config)); err == nil {
			t.Errorf("%.300q was taken", config)
		}
	}
}
