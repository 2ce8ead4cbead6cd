package doctor

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// inShell runs a fix in a shell with stand-ins for aws and go. It returns their command
// lines, and the config that aws was to give the distribution: nil for none.
func inShell(t *testing.T, advice, config string) (calls string, given map[string]any) {
	t.Helper()
	for _, name := range []string{"bash", "jq", "sed"} {
		peer.Program(t, "JQ", name, name)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"ETag":"E1TAG","DistributionConfig":`+config+`}`), 0o644); err != nil {
		t.Fatal(err)
	}
	// Functions of the shell, not files: tests in parallel start processes, which may still
	// hold a file that was just written, and then it cannot be run.
	commands := `logged() { for word; do if [[ $word = file://* ]]; then tr -d ' \n' <"${word#file://}" >>` + dir + `/calls; fi; done; }
aws() {
echo "aws $*" >>` + dir + `/calls
case "$1 $2" in
"cloudfront get-distribution-config") cat ` + dir + `/config.json ;;
"cloudfront update-distribution") cp "${!#/#file:\/\//}" ` + dir + `/given.json ;;
"cloudfront create-"*) echo NEWID; logged "$@" ;;
"cloudfront update-cache-policy") logged "$@" ;;
"cloudfront get-cache-policy") echo PTAG ;;
"cloudfront describe-function") echo FTAG ;;
"s3api get-bucket-location") echo eu-west-1 ;;
esac
}
go() {
echo "go $*" >>` + dir + `/calls
[[ "$*" != *"<"* ]] && echo code
}
`
	advice = strings.ReplaceAll(advice, "/tmp/", dir+"/")
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", commands+advice)
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, advice, out)
	}
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return content
	}
	if content := read("given.json"); content != nil {
		if err := json.Unmarshal(content, &given); err != nil {
			t.Fatal(err)
		}
	}
	return strings.ReplaceAll(string(read("calls")), dir, "/tmp"), given
}

const configJSON = `{"CallerReference":"1","Enabled":false,
	"Origins":{"Quantity":2,"Items":[{"Id":"a","DomainName":"a.s3.amazonaws.com","CustomHeaders":{"Quantity":1,"Items":[{"HeaderName":"X-A","HeaderValue":"1"}]}},
		{"Id":"b's","DomainName":"b.s3.amazonaws.com","CustomHeaders":{"Quantity":0}}]},
	"DefaultCacheBehavior":{"CachePolicyId":"old","FunctionAssociations":{"Quantity":0},"LambdaFunctionAssociations":{"Quantity":0}},
	"CacheBehaviors":{"Quantity":1,"Items":[{"PathPattern":"/it's/*","ForwardedValues":{"QueryString":true},"MinTTL":0,
		"FunctionAssociations":{"Quantity":1,"Items":[{"EventType":"viewer-response","FunctionARN":"f"}]},
		"LambdaFunctionAssociations":{"Quantity":2,"Items":[{"EventType":"origin-response","LambdaFunctionARN":"l"},{"EventType":"viewer-request","LambdaFunctionARN":"m"}]}}]},
	"CustomErrorResponses":{"Quantity":2,"Items":[{"ErrorCode":404,"ResponsePagePath":"/i","ResponseCode":"200","ErrorCachingMinTTL":300},{"ErrorCode":500,"ErrorCachingMinTTL":5}]}}`

// TestAdviceRuns runs each fix and wants the given changes to the distribution's
// config, and no others.
func TestAdviceRuns(t *testing.T) {
	atDefault := &Doctor{options: Options{Function: "edgeresize", Distribution: "E1"}, account: "123456789012", originID: "a", bucket: "a"}
	atOther := &Doctor{options: Options{Function: "pictures", Distribution: "E1", Behavior: "/it's/*"}, account: "123456789012", originID: "b's", bucket: "b", legacy: true}
	cfg := edge.DefaultConfig()
	cfg.Parameters = []string{"blur", "fit"}
	asking := &Doctor{options: Options{Function: "edgeresize", Distribution: "E1", Config: cfg, ConfigFile: "dev.json"}, cachePolicy: policy{"P0", "pictures", ""}}
	made, prepared := *asking, *asking
	made.cachePolicy, prepared.cachePolicy = policy{"P1", "edgeresize-E1", ""}, policy{"P2", "edgeresize", "Images. Made by deploy prepare."}
	for name, tt := range map[string]struct {
		advice string
		want   map[string]string // JSON by paths of names and indices, "null" for none
		calls  []string
	}{
		"a cache policy": {atDefault.cachePolicyFix(), map[string]string{"DefaultCacheBehavior/CachePolicyId": `"NEWID"`},
			[]string{"aws cloudfront create-cache-policy --cache-policy-config file:///tmp/cache-policy.json", "--if-match E1TAG"}},
		"a cache policy where there was none": {atOther.cachePolicyFix(), map[string]string{
			"CacheBehaviors/Items/0/CachePolicyId": `"NEWID"`, "CacheBehaviors/Items/0/ForwardedValues": "null", "CacheBehaviors/Items/0/MinTTL": "null",
		}, nil},
		"a cache policy for parameters": {asking.queryStringsFix(), map[string]string{"DefaultCacheBehavior/CachePolicyId": `"NEWID"`},
			[]string{`{"Items":["width","height","format","fit","blur"],"Quantity":5}`, "aws cloudfront create-cache-policy --cache-policy-config file:///tmp/cache-policy.json"}},
		"a cache policy of doctor's for parameters": {made.queryStringsFix(), nil,
			[]string{`{"Items":["width","height","format","fit","blur"],"Quantity":5}`, "aws cloudfront update-cache-policy --id P1 --if-match PTAG --cache-policy-config file:///tmp/cache-policy.json"}},
		"a prepared cache policy for parameters": {prepared.queryStringsFix(), nil, []string{"go run ./deploy prepare -distribution E1 -config dev.json"}},
		"an origin request policy":               {atOther.originRequestFix(), map[string]string{"CacheBehaviors/Items/0/OriginRequestPolicyId": `"NEWID"`}, nil},
		"a response headers policy":              {atDefault.responseHeadersFix(), map[string]string{"DefaultCacheBehavior/ResponseHeadersPolicyId": `"NEWID"`}, nil},
		"no origin request policy":               {atDefault.noOriginRequestPolicy(), map[string]string{"DefaultCacheBehavior/OriginRequestPolicyId": "null"}, nil},
		"tags":                                   {atDefault.edit(readTags("X-T") + "|" + atDefault.writeTags("X-T")), map[string]string{"CacheTagConfig": `{"HeaderName":"X-T"}`, "Origins/Items/0/CustomHeaders": `{"Items":[{"HeaderName":"X-A","HeaderValue":"1"},{"HeaderName":"Edgeresize-Cache-Tag-Header","HeaderValue":"X-T"}],"Quantity":2}`}, nil},
		"tags of an origin without":              {atOther.tellTags("X-T"), map[string]string{"Origins/Items/1/CustomHeaders": `{"Items":[{"HeaderName":"Edgeresize-Cache-Tag-Header","HeaderValue":"X-T"}],"Quantity":1}`}, nil},
		"a region":                               {atOther.inRegion("eu-west-1"), map[string]string{"Origins/Items/1/DomainName": `"b.s3.eu-west-1.amazonaws.com"`}, nil},
		"the bucket's region":                    {atOther.withRegion("b"), map[string]string{"Origins/Items/1/DomainName": `"b.s3.eu-west-1.amazonaws.com"`}, nil},
		"enabled":                                {atDefault.edit(".Enabled=true"), map[string]string{"Enabled": "true"}, nil},
		"no function of somebody else":           {strings.TrimPrefix(atOther.takeAway(), "if nobody needs it, remove it: "), map[string]string{"CacheBehaviors/Items/0/LambdaFunctionAssociations": `{"Items":[{"EventType":"viewer-request","LambdaFunctionARN":"m"}],"Quantity":1}`}, nil},
		"an access control": {atOther.useAccessControl(), map[string]string{
			"Origins/Items/1/OriginAccessControlId": `"NEWID"`, "Origins/Items/1/S3OriginConfig": `{"OriginAccessIdentity":""}`,
		}, nil},
		"a viewer-request function": {atOther.addViewerRequest(), map[string]string{"CacheBehaviors/Items/0/FunctionAssociations": `{"Items":[{"EventType":"viewer-response","FunctionARN":"f"},{"EventType":"viewer-request","FunctionARN":"arn:aws:cloudfront::123456789012:function/pictures-images"}],"Quantity":2}`},
			[]string{"go run ./deploy viewer-request", "aws cloudfront publish-function --name pictures-images --if-match FTAG"}},
		"a newer viewer-request function": {atDefault.updateViewerRequest("f", viewerrequest.Settings{Host: "www.example.com", URLPrefix: "/wp", KeyPrefix: "/media", Sizes: "5x5,6x6"}), nil,
			[]string{"go run ./deploy viewer-request -host www.example.com -url-prefix /wp -sizes 5x5,6x6 -key-prefix /media", "aws cloudfront update-function --name f --if-match FTAG --function-code fileb:///tmp/viewer-request.js"}},
		"a role's rights": {(&Doctor{role: "arn:aws:iam::123456789012:role/path/pictures"}).allowReading(keys{"b", "media/", ""}), nil,
			[]string{`aws iam put-role-policy --role-name pictures --policy-name edgeresize-originals-`, `"Resource":"arn:aws:s3:::b/media/*"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it waits for the shell
			calls, given := inShell(t, tt.advice, configJSON)
			var want map[string]any
			if err := json.Unmarshal([]byte(configJSON), &want); err != nil {
				t.Fatal(err)
			}
			if tt.want == nil {
				want = nil
			}
			for path, text := range tt.want {
				var value any
				if err := json.Unmarshal([]byte(text), &value); err != nil {
					t.Fatal(err)
				}
				put(want, strings.Split(path, "/"), value)
			}
			if !reflect.DeepEqual(given, want) {
				t.Errorf("%s\ngives\n%v\nwant\n%v", tt.advice, given, want)
			}
			for _, call := range tt.calls {
				if !strings.Contains(calls, call) {
					t.Errorf("no %q in\n%s", call, calls)
				}
			}
		})
	}
}

// put sets value at path in JSON, or deletes what is there if value is nil.
func put(into any, path []string, value any) {
	switch v := into.(type) {
	case map[string]any:
		switch {
		case len(path) > 1:
			put(v[path[0]], path[1:], value)
		case value == nil:
			delete(v, path[0])
		default:
			v[path[0]] = value
		}
	case []any:
		put(v[int(path[0][0]-'0')], path[1:], value)
	}
}

// TestAdviceNamesTheConfig wants the config itself in a fix where no file holds it.
func TestAdviceNamesTheConfig(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Missing = edge.MissingKeepRatio
	for want, d := range map[string]*Doctor{
		"go run ./deploy publish": {given: edge.DefaultConfig()},
		"go run ./deploy publish -config deploy/template/stages/live.json":   {config: &cfg, options: Options{ConfigFile: "deploy/template/stages/live.json"}},
		`go run ./deploy publish -config <(echo '{"missing":"keep-ratio"}')`: {config: &cfg, given: edge.DefaultConfig()},
	} {
		d.options.Function = usualFunction
		if got := d.publish(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestAdviceForAStack wants a stack's function updated by the stack.
func TestAdviceForAStack(t *testing.T) {
	d := &Doctor{options: Options{Function: "blog", Distribution: "E1"}, stack: "blog"}
	d.cachePolicy.name = "blog"
	for _, got := range []string{d.updateViewerRequest("blog-images", viewerrequest.Settings{}), d.queryStringsFix()} {
		if !strings.HasPrefix(got, `make site STACK=blog CODE_BUCKET="$(aws cloudformation describe-stacks `) {
			t.Errorf("got %s", got)
		}
	}
}
