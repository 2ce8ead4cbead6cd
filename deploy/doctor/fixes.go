package doctor

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// shellPlain matches words that need no quotes in a shell.
var shellPlain = regexp.MustCompile(`^[A-Za-z0-9_./:=,@+-]+$`)

// quoted returns word with shell quotes where it needs them.
func quoted(word string) string {
	if shellPlain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// inJSON returns a value as JSON.
func inJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "null" // strings, lists and maps of them marshal
	}
	return string(text)
}

// deploy returns a command line of this project for the function.
func (d *Doctor) deploy(command string, flags ...string) string {
	words := []string{"go run ./deploy", command}
	if d.options.Function != usualFunction {
		words = append(words, "-function", quoted(d.options.Function))
	}
	return strings.Join(append(words, flags...), " ")
}

// usualFunction is the default name of the function in commands.
const usualFunction = "edgeresize"

// behaviorFlags returns the flags that name the behaviour.
func (d *Doctor) behaviorFlags() string {
	flags := "-distribution " + quoted(d.options.Distribution)
	if d.options.Behavior != "" {
		flags += " -behavior " + quoted(d.options.Behavior)
	}
	return flags
}

// publish returns the commands that publish a version and attach it to the behaviour.
func (d *Doctor) publish(flags ...string) string {
	text := d.deploy("publish", append(flags, d.configFlag()...)...)
	if d.options.Distribution == "" {
		return text
	}
	return text + " && " + d.attach()
}

// attach returns the command that attaches the newest version to the behaviour.
func (d *Doctor) attach() string {
	return d.deploy("attach", d.behaviorFlags(), "-url") + " followed by the path of a picture"
}

// configFlag returns the flag for the config, none if it is the checkout's.
func (d *Doctor) configFlag() []string {
	if d.options.ConfigFile != "" {
		return []string{"-config " + quoted(d.options.ConfigFile)}
	}
	if d.config == nil || reflect.DeepEqual(*d.config, d.given) {
		return nil
	}
	differing := map[string]any{}
	got, usual := reflect.ValueOf(*d.config), reflect.ValueOf(edge.DefaultConfig())
	for i := range got.NumField() {
		if !reflect.DeepEqual(got.Field(i).Interface(), usual.Field(i).Interface()) {
			differing[got.Type().Field(i).Tag.Get("json")] = got.Field(i).Interface()
		}
	}
	return []string{"-config <(echo " + quoted(inJSON(differing)) + ")"}
}

// edit returns the command that changes the distribution's config by a jq filter. The
// filter finds the config in ".". arguments are more arguments of jq.
func (d *Doctor) edit(filter string, arguments ...string) string {
	id := d.options.Distribution
	jq := strings.Join(append(append([]string{"jq"}, arguments...), quoted(".DistributionConfig|"+filter)), " ")
	return fmt.Sprintf(`aws cloudfront get-distribution-config --id %[1]s >/tmp/%[1]s.json && %[2]s /tmp/%[1]s.json >/tmp/%[1]s-new.json && `+
		`aws cloudfront update-distribution --id %[1]s --if-match "$(jq -r .ETag /tmp/%[1]s.json)" --distribution-config file:///tmp/%[1]s-new.json`, id, jq)
}

// here returns the jq path of the behaviour.
func (d *Doctor) here() string {
	if d.options.Behavior == "" {
		return ".DefaultCacheBehavior"
	}
	return "(.CacheBehaviors.Items[]|select(.PathPattern==" + inJSON(d.options.Behavior) + "))"
}

// origin returns the jq path of the behaviour's origin.
func (d *Doctor) origin() string {
	return "(.Origins.Items[]|select(.Id==" + inJSON(d.originID) + "))"
}

// usePolicy returns the commands that create a policy like that in
// deploy/template/policies and put its ID into field of the behaviour. kind is such as
// "cache-policy"; result is the member of the answer that has the ID.
func (d *Doctor) usePolicy(kind, result, field string) string {
	name := d.options.Function + "-" + d.options.Distribution
	create := fmt.Sprintf("sed s/FUNCTION/%[1]s/ deploy/template/policies/%[2]s.json %[4]s>/tmp/%[2]s.json && "+
		"ID=$(aws cloudfront create-%[2]s --%[2]s-config file:///tmp/%[2]s.json --query %[3]s.Id --output text)", name, kind, result, d.adapt(kind))
	here := d.here()
	filter := here + "." + field + "=$id"
	if d.legacy && kind == "cache-policy" {
		filter += fmt.Sprintf("|del(%[1]s.ForwardedValues,%[1]s.MinTTL,%[1]s.DefaultTTL,%[1]s.MaxTTL)", here)
	}
	return create + " && " + d.edit(filter, "--arg", "id", `"$ID"`)
}

// adapt returns the part of a pipe that gives a policy of deploy/template/policies what
// follows from the config, "" for nothing.
func (d *Doctor) adapt(kind string) string {
	kept := d.kept()
	if kind != "cache-policy" || len(kept) == len(viewerfunction.Kept(edge.DefaultConfig())) {
		return ""
	}
	return "| jq " + quoted(".ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings="+
		inJSON(map[string]any{"Quantity": len(kept), "Items": kept})) + " "
}

func (d *Doctor) cachePolicyFix() string {
	return d.usePolicy("cache-policy", "CachePolicy", "CachePolicyId")
}

// queryStringsFix returns the commands that put what belongs there into the cache key, by
// what made the behaviour's cache policy.
func (d *Doctor) queryStringsFix() string {
	switch p := d.cachePolicy; {
	case d.stack != "" && p.name == d.stack:
		return d.makeSite()
	case p.name == d.options.Function && strings.HasSuffix(p.comment, preparedMark):
		return d.prepare()
	case p.name == d.options.Function+"-"+d.options.Distribution:
		const file = "/tmp/cache-policy.json"
		return fmt.Sprintf("sed s/FUNCTION/%[1]s/ deploy/template/policies/cache-policy.json %[2]s>%[3]s && aws cloudfront update-cache-policy --id %[4]s "+
			`--if-match "$(aws cloudfront get-cache-policy --id %[4]s --query ETag --output text)" --cache-policy-config file://%[3]s`, p.name, d.adapt("cache-policy"), file, p.id)
	}
	return d.cachePolicyFix()
}

// prepare returns the command that sets the behaviour up for the config.
func (d *Doctor) prepare() string {
	return d.deploy("prepare", append([]string{d.behaviorFlags()}, d.configFlag()...)...)
}

// preparedMark ends the comments of what `go run ./deploy prepare` makes.
const preparedMark = "Made by deploy prepare."

// policy names a policy of the behaviour.
type policy struct{ id, name, comment string }

// makeSite returns the command that updates the site's stack.
func (d *Doctor) makeSite() string {
	command := fmt.Sprintf(`make site STACK=%[1]s CODE_BUCKET="$(aws cloudformation describe-stacks --region %[2]s --stack-name %[1]s --output text `+
		`--query "Stacks[0].Parameters[?ParameterKey=='CodeBucket'].ParameterValue")"`, d.stack, awsapi.Region)
	if d.options.ConfigFile != "" {
		command += " CONFIG=" + quoted(d.options.ConfigFile)
	}
	return command
}

func (d *Doctor) originRequestFix() string {
	return d.usePolicy("origin-request-policy", "OriginRequestPolicy", "OriginRequestPolicyId")
}

func (d *Doctor) responseHeadersFix() string {
	return d.usePolicy("response-headers-policy", "ResponseHeadersPolicy", "ResponseHeadersPolicyId")
}

// noOriginRequestPolicy returns the command that takes the origin request policy from
// the behaviour.
func (d *Doctor) noOriginRequestPolicy() string {
	return d.edit("del(" + d.here() + ".OriginRequestPolicyId)")
}

// viewerRequestCode returns the command that writes the code of the viewer-request
// function to file, with the names and sizes of site and the config's own settings.
func (d *Doctor) viewerRequestCode(site viewerrequest.Settings, file string) string {
	flags := d.configFlag()
	for _, part := range [][2]string{
		{"-host", site.Host}, {"-url-prefix", site.URLPrefix}, {"-sizes", site.Sizes},
	} {
		if part[1] != "" {
			flags = append(flags, part[0]+" "+quoted(part[1]))
		}
	}
	if site.URLPrefix != "" && site.KeyPrefix != "" {
		flags = append(flags, "-key-prefix "+quoted(site.KeyPrefix))
	}
	return strings.Join(append([]string{"go run ./deploy viewer-request"}, flags...), " ") + " >" + file
}

// functionConfig are the flags to create or update a CloudFront Function.
const functionConfig = " --function-config Comment=edgeresize,Runtime=cloudfront-js-2.0"

// publishViewerRequest returns the command that publishes a CloudFront Function.
func publishViewerRequest(name string) string {
	return fmt.Sprintf(`aws cloudfront publish-function --name %[1]s --if-match "$(aws cloudfront describe-function --name %[1]s --query ETag --output text)"`, name)
}

// addViewerRequest returns the commands that create the viewer-request function and
// associate it with a behaviour that has none.
func (d *Doctor) addViewerRequest() string {
	name, file := d.viewerRequestName(), "/tmp/viewer-request.js"
	return d.viewerRequestCode(viewerrequest.Settings{}, file) + " && aws cloudfront create-function --name " + name + " --function-code fileb://" + file + functionConfig +
		" && " + publishViewerRequest(name) + " && " + d.associateViewerRequest(name)
}

// viewerRequestName returns the name for a new viewer-request function.
func (d *Doctor) viewerRequestName() string { return d.options.Function + "-images" }

// associateViewerRequest returns the command that associates a CloudFront Function with
// the behaviour's viewer requests.
func (d *Doctor) associateViewerRequest(name string) string {
	arn := "arn:aws:cloudfront::" + d.account + ":function/" + name
	return d.edit(d.here() + ".FunctionAssociations|=(.Items=((.Items//[])+[{EventType:\"viewer-request\",FunctionARN:" + inJSON(arn) + "}])|.Quantity=(.Items|length))")
}

// updateViewerRequest returns the commands that bring a viewer-request function of this
// project's up to date. site holds its settings.
func (d *Doctor) updateViewerRequest(name string, site viewerrequest.Settings) string {
	if d.stack != "" && strings.HasPrefix(name, d.stack+"-") {
		return d.makeSite()
	}
	const file = "/tmp/viewer-request.js"
	return d.viewerRequestCode(site, file) + fmt.Sprintf(` && aws cloudfront update-function --name %[1]s `+
		`--if-match "$(aws cloudfront describe-function --name %[1]s --query ETag --output text)" --function-code fileb://%[2]s`, name, file) +
		functionConfig + " && " + publishViewerRequest(name)
}

// mergeViewerRequest returns the instructions to merge our function into somebody
// else's.
func (d *Doctor) mergeViewerRequest(name string) string {
	show := "look at it in Lambda's console: " + name
	if !strings.HasPrefix(name, "arn:") {
		show = "aws cloudfront get-function --name " + name + " --stage LIVE /tmp/" + name + ".js"
	}
	return show + " and have it do what this does too: " + d.viewerRequestCode(viewerrequest.Settings{}, "/tmp/viewer-request.js")
}
