package distconfig

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	arn3 = "arn:aws:lambda:us-east-1:123456789012:function:edgeresize:3"
	arn5 = "arn:aws:lambda:us-east-1:123456789012:function:edgeresize:5"
	item = "<LambdaFunctionAssociation><LambdaFunctionARN>" + arn5 + "</LambdaFunctionARN>" +
		"<EventType>origin-response</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation>"
)

func example(t testing.TB) []byte {
	t.Helper()
	document, err := os.ReadFile("testdata/distribution.xml")
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func parsed(t *testing.T, document []byte) *Config {
	t.Helper()
	c, err := Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWithFunction wants of each edit the replacements given here, and no other change.
func TestWithFunction(t *testing.T) {
	const third = `
    <LambdaFunctionAssociation>
      <Priority>1</Priority><EventType>origin-response</EventType>
      <LambdaFunctionARN>arn:aws:lambda:us-east-1:123456789012:function:edgeresize:3</LambdaFunctionARN>
    </LambdaFunctionAssociation>`
	for _, tt := range []struct {
		name, pattern, event, arn string
		before                    string // the function that was there
		replace                   [][2]string
	}{
		{"none at all, add", Default, OriginResponse, arn5, "", [][2]string{
			{"<Compress>true</Compress><LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
				"<Compress>true</Compress><LambdaFunctionAssociations><Quantity>1</Quantity><Items>" + item + "</Items></LambdaFunctionAssociations>"}}},
		{"none at all, remove", Default, OriginResponse, "", "", nil},
		{"another version", "/img/*.jpg", OriginResponse, arn5, arn3, [][2]string{{arn3, arn5}}},
		{"the same version", "/img/*.jpg", OriginResponse, arn3, arn3, nil},
		{"one of two, remove", "/img/*.jpg", OriginResponse, "", arn3, [][2]string{
			{"<Quantity>2</Quantity><Items>\n    <Lambda", "<Quantity>1</Quantity><Items>\n    <Lambda"}, {third, "\n    "}}},
		{"a third one", "/img/*.jpg", "origin-request", arn5, "", [][2]string{
			{"<Quantity>2</Quantity><Items>\n    <Lambda", "<Quantity>3</Quantity><Items>\n    <Lambda"},
			{"</LambdaFunctionAssociation>\n  </Items>", "</LambdaFunctionAssociation>\n  " + strings.Replace(item, "response", "request", 1) + "</Items>"}}},
		{"an empty list before its quantity", "/a&b/*", OriginResponse, arn5, "", [][2]string{
			{"<Items/><Quantity>0</Quantity>", "<Items>" + item + "</Items><Quantity>1</Quantity>"}}},
		{"no list", "bare", OriginResponse, arn5, "", [][2]string{
			{"<PathPattern>bare</PathPattern><TargetOriginId>s3</TargetOriginId></CacheBehavior>",
				"<PathPattern>bare</PathPattern><TargetOriginId>s3</TargetOriginId><LambdaFunctionAssociations><Quantity>1</Quantity><Items>" + item + "</Items></LambdaFunctionAssociations></CacheBehavior>"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			document := example(t)
			c := parsed(t, document)
			if got, err := c.Function(tt.pattern, tt.event); err != nil || got != tt.before {
				t.Errorf("before: got %q, %v", got, err)
			}
			want := string(document)
			for _, r := range tt.replace {
				if strings.Count(want, r[0]) != 1 {
					t.Fatalf("%q is %d times in it", r[0], strings.Count(want, r[0]))
				}
				want = strings.Replace(want, r[0], r[1], 1)
			}
			edited, err := c.WithFunction(tt.pattern, tt.event, tt.arn)
			if err != nil {
				t.Fatal(err)
			}
			if string(edited.XML()) != want {
				t.Errorf("got\n%s\nwant\n%s", edited.XML(), want)
			}
			if got, err := edited.Function(tt.pattern, tt.event); err != nil || got != tt.arn {
				t.Errorf("after: got %q, %v", got, err)
			}
			if !bytes.Equal(c.XML(), example(t)) {
				t.Error("the config that was edited has changed")
			}
		})
	}
}

// TestThereAndBack wants no trace of a function that was added and removed.
func TestThereAndBack(t *testing.T) {
	document := example(t)
	c := parsed(t, document)
	there, err := c.WithFunction(Default, OriginResponse, arn5)
	if err != nil {
		t.Fatal(err)
	}
	back, err := there.WithFunction(Default, OriginResponse, "")
	if err != nil || !bytes.Equal(back.XML(), document) {
		t.Errorf("got %v and\n%s", err, back.XML())
	}
}

// TestPrefix wants the document's own prefix on the names of new elements.
func TestPrefix(t *testing.T) {
	c := parsed(t, []byte(`<c:DistributionConfig xmlns:c="u"><c:DefaultCacheBehavior><c:A/></c:DefaultCacheBehavior></c:DistributionConfig>`))
	edited, err := c.WithFunction(Default, OriginResponse, arn5)
	if err != nil {
		t.Fatal(err)
	}
	want := "<c:A/><c:LambdaFunctionAssociations><c:Quantity>1</c:Quantity><c:Items><c:LambdaFunctionAssociation><c:LambdaFunctionARN>" + arn5
	if !strings.Contains(string(edited.XML()), want) {
		t.Errorf("got %s", edited.XML())
	}
}

func TestFunctions(t *testing.T) {
	c := parsed(t, example(t))
	if got := c.Functions(Default); got != "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>" {
		t.Errorf("got %q", got)
	}
	if got := c.Functions("bare") + c.Functions("none"); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNoBehavior(t *testing.T) {
	c := parsed(t, example(t))
	_, err := c.WithFunction("/img/*", OriginResponse, arn5)
	none := (*NoBehaviorError)(nil)
	if !errors.As(err, &none) || !slices.Equal(none.Patterns, []string{"/img/*.jpg", "/a&b/*", "bare"}) {
		t.Errorf("got %v", err)
	}
	c = parsed(t, []byte("<DistributionConfig><DefaultCacheBehavior><A/></DefaultCacheBehavior></DistributionConfig>"))
	if _, err := c.Function("/img/*", OriginResponse); err == nil || !strings.Contains(err.Error(), "default behaviour only") {
		t.Errorf("got %v", err)
	}
}

func TestRefuses(t *testing.T) {
	functions := func(inner string) string {
		return "<DistributionConfig><DefaultCacheBehavior><LambdaFunctionAssociations>" + inner +
			"</LambdaFunctionAssociations></DefaultCacheBehavior></DistributionConfig>"
	}
	for _, tt := range []struct{ name, document, want string }{
		{"nothing", "", "no DistributionConfig"},
		{"no XML", "<a", "EOF"},
		{"cut off", "<DistributionConfig><A></A>", "EOF"},
		{"another document", "<Distribution/>", "no DistributionConfig"},
		{"no default behaviour", "<DistributionConfig/>", "no DefaultCacheBehavior"},
		{"two default behaviours", "<DistributionConfig><DefaultCacheBehavior/><DefaultCacheBehavior/></DistributionConfig>", "twice"},
		{"an empty behaviour", "<DistributionConfig><DefaultCacheBehavior/></DistributionConfig>", "empty"},
		{"no quantity", functions("<Items/>"), "Quantity"},
		{"a wrong quantity", functions("<Quantity>1</Quantity>"), `0 items where the quantity is "1"`},
		{"two for one event", functions("<Quantity>2</Quantity><Items><F><EventType>origin-response</EventType></F><F><EventType>origin-response</EventType></F></Items>"), "two items for origin-response"},
		{"no ARN", functions("<Quantity>1</Quantity><Items><F><EventType>origin-response</EventType></F></Items>"), "without its LambdaFunctionARN"},
	} {
		c, err := Parse([]byte(tt.document))
		if err == nil {
			_, err = c.WithFunction(Default, OriginResponse, arn5)
		}
		if bad := (*FormatError)(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// FuzzWithFunction wants of any config that an edit sets the function, and that the
// opposite edit removes it.
func FuzzWithFunction(f *testing.F) {
	f.Add(example(f), Default)
	f.Add(example(f), "/img/*.jpg")
	f.Add(example(f), "/a&b/*")
	f.Fuzz(func(t *testing.T, document []byte, pattern string) {
		if len(document) > 1<<16 {
			return
		}
		c, err := Parse(document)
		if err != nil {
			return
		}
		edited, err := c.WithFunction(pattern, OriginResponse, arn5)
		if err != nil {
			return
		}
		if got, err := edited.Function(pattern, OriginResponse); err != nil || got != arn5 {
			t.Errorf("got %q, %v from\n%s", got, err, edited.XML())
		}
		without, err := edited.WithFunction(pattern, OriginResponse, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := without.Function(pattern, OriginResponse); err != nil || got != "" {
			t.Errorf("got %q, %v from\n%s", got, err, without.XML())
		}
	})
}

func TestChangesRequests(t *testing.T) {
	document := string(example(t))
	const one = "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>arn:aws:cloudfront::1:function/f</FunctionARN>" +
		"<EventType>viewer-re%s</EventType></FunctionAssociation></Items></FunctionAssociations>"
	withFunction := func(event string) string {
		return strings.Replace(document, "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>", strings.Replace(one, "%s", event, 1), 1)
	}
	withLambda, err := parsed(t, []byte(document)).WithFunction(Default, ViewerRequest, arn5)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, document string
		want           bool
	}{
		{"no function", document, false},
		{"a function of CloudFront before the cache", withFunction("quest"), true},
		{"a function of CloudFront behind it", withFunction("sponse"), false},
		{"a function of Lambda before the cache", string(withLambda.XML()), true},
	} {
		if got, err := parsed(t, []byte(tt.document)).ChangesRequests(Default); got != tt.want || err != nil {
			t.Errorf("%s: got %t, %v", tt.name, got, err)
		}
	}
	if _, err := parsed(t, []byte(document)).ChangesRequests("/none"); !errors.As(err, new(*NoBehaviorError)) {
		t.Errorf("got %v", err)
	}
}

func TestPatterns(t *testing.T) {
	c := parsed(t, example(t))
	at := func(pattern, arn string) {
		t.Helper()
		var err error
		if c, err = c.WithFunction(pattern, OriginResponse, arn); err != nil {
			t.Fatal(err)
		}
	}
	at("/img/*.jpg", "")
	at("/a&b/*", arn5)
	at(Default, arn3)
	functionARN := strings.TrimSuffix(arn3, ":3")
	for _, tt := range []struct {
		function string
		want     []string
	}{
		{functionARN, []string{Default, "/a&b/*"}},
		{strings.TrimSuffix(functionARN, "e"), nil},
		{functionARN + ":3", nil},
	} {
		if got, err := c.Patterns(OriginResponse, tt.function); !slices.Equal(got, tt.want) || err != nil {
			t.Errorf("%s: got %q, %v", tt.function, got, err)
		}
	}
}
