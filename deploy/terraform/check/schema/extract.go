package schema

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
)

// used are the resources and data sources that the module uses, by folder of the bindings.
var used = map[string]string{
	"acm-certificate":                        "aws_acm_certificate",
	"acm-certificate-validation":             "aws_acm_certificate_validation",
	"chatbot-slack-channel-configuration":    "aws_chatbot_slack_channel_configuration",
	"cloudfront-cache-policy":                "aws_cloudfront_cache_policy",
	"cloudfront-distribution":                "aws_cloudfront_distribution",
	"cloudfront-function":                    "aws_cloudfront_function",
	"cloudfront-key-value-store":             "aws_cloudfront_key_value_store",
	"cloudfront-origin-access-control":       "aws_cloudfront_origin_access_control",
	"cloudfront-origin-request-policy":       "aws_cloudfront_origin_request_policy",
	"cloudfront-response-headers-policy":     "aws_cloudfront_response_headers_policy",
	"cloudwatch-dashboard":                   "aws_cloudwatch_dashboard",
	"cloudwatch-event-rule":                  "aws_cloudwatch_event_rule",
	"cloudwatch-event-target":                "aws_cloudwatch_event_target",
	"cloudwatch-metric-alarm":                "aws_cloudwatch_metric_alarm",
	"iam-role":                               "aws_iam_role",
	"iam-role-policy":                        "aws_iam_role_policy",
	"iam-role-policy-attachment":             "aws_iam_role_policy_attachment",
	"lambda-function":                        "aws_lambda_function",
	"route53-record":                         "aws_route53_record",
	"s3-bucket":                              "aws_s3_bucket",
	"s3-bucket-notification":                 "aws_s3_bucket_notification",
	"s3-bucket-ownership-controls":           "aws_s3_bucket_ownership_controls",
	"s3-bucket-policy":                       "aws_s3_bucket_policy",
	"s3-bucket-public-access-block":          "aws_s3_bucket_public_access_block",
	"sns-topic":                              "aws_sns_topic",
	"sns-topic-subscription":                 "aws_sns_topic_subscription",
	"wafv2-web-acl":                          "aws_wafv2_web_acl",
	"data-aws-caller-identity":               "aws_caller_identity",
	"data-aws-secretsmanager-secret-version": "aws_secretsmanager_secret_version",
}

// Extract returns the schemas in the bindings, an npm package.
func Extract(archive string) (*Schemas, error) {
	files, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	var about struct{ Name, Version string }
	if err := json.Unmarshal([]byte(files["package.json"]), &about); err != nil {
		return nil, fmt.Errorf("package.json: %w", err)
	}
	schemas := &Schemas{
		Bindings:  about.Name + " " + about.Version,
		Resources: map[string]*Block{}, Data: map[string]*Block{},
	}
	for folder, name := range used {
		text := files["lib/"+folder+"/index.js"]
		bindings := parse(text, files["lib/"+folder+"/index.d.ts"])
		block, err := bindings.resource()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		if strings.HasPrefix(folder, "data-aws-") {
			schemas.Data[name] = block
		} else {
			schemas.Resources[name] = block
		}
		version := providerVersion.FindStringSubmatch(text)
		if version == nil {
			return nil, fmt.Errorf("%s names no version of the provider", folder)
		}
		schemas.Provider = version[1]
	}
	return schemas, nil
}

// unpack returns the files of an npm package that Extract needs.
func unpack(archive string) (map[string]string, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for packed := tar.NewReader(unzipped); ; {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(header.Name, "package/")
		if name != "package.json" && used[path.Base(path.Dir(name))] == "" {
			continue
		}
		text, err := io.ReadAll(packed)
		if err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
}

var (
	providerVersion = regexp.MustCompile(`providerVersion: '([^']+)'`)
	interfaces      = regexp.MustCompile(`(?ms)^export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)^\}\n`)
	fields          = regexp.MustCompile(`(?m)^    readonly (\w+)(\??): (.*)`)
	classes         = regexp.MustCompile(`(?ms)^class (\w+) extends cdktf\.(\w+) \{\n(.*?)^\}\n`)
	functions       = regexp.MustCompile(`(?ms)^function (\w+)ToHclTerraform\(struct\) \{\n(.*?)^\}\n`)
	synthesis       = regexp.MustCompile(`(?ms)^    synthesizeHclAttributes\(\) \{\n(.*?)^    \}\n`)
	arguments       = regexp.MustCompile(`(?m)^ +(\w+): \{\n +value: (.*),\n +isBlock: (\w+),\n +type: "(\w+)",\n +storageClassType: "(\w+)",`)
	properties      = regexp.MustCompile(`(?m)^ +// (\w+) - computed: true, optional: false, required: false\n(.*\n.*)`)
	getters         = regexp.MustCompile(`this\.get(\w+)Attribute\(|this\.interpolationForAttribute\(`)
	references      = regexp.MustCompile(`= new (?:cdktf\.)?(\w+)\(this, "\w+"(?:, (true|false))?\)`)
	sources         = regexp.MustCompile(`\((?:this\._|struct\.)(\w+?)(?:\.internalValue)?\)$`)
	structures      = regexp.MustCompile(`\b([a-z]\w*)ToHclTerraform\b`)
)

// bindings are the parts of a file of bindings.
type bindings struct {
	classes    map[string]string // by name
	main       string            // the name of the resource's class
	functions  map[string]string // what turns a block's arguments into HCL, by the block's name
	interfaces map[string]string // what a block takes, by name
}

// parse splits the bindings of a resource, in JavaScript and declarations, into their parts.
func parse(text, declarations string) bindings {
	b := bindings{classes: map[string]string{}, functions: map[string]string{}, interfaces: map[string]string{}}
	for _, class := range classes.FindAllStringSubmatch(text, -1) {
		b.classes[class[1]] = class[3]
		if class[2] == "TerraformResource" || class[2] == "TerraformDataSource" {
			b.main = class[1]
		}
	}
	for _, function := range functions.FindAllStringSubmatch(text, -1) {
		b.functions[function[1]] = function[2]
	}
	for _, declared := range interfaces.FindAllStringSubmatch(declarations, -1) {
		b.interfaces[declared[1]] = declared[2]
	}
	return b
}

// resource returns the schema of the resource.
func (b bindings) resource() (*Block, error) {
	class := b.classes[b.main]
	return b.block(synthesis.FindString(class), class, b.interfaces[b.main+"Config"])
}

// block returns the schema whose arguments stand in synthesized and declared, and whose
// computed attributes stand in class.
//
// Which optional arguments are computed too is not in the bindings; all are taken to be, as
// a provider may plan no value for them.
func (b bindings) block(synthesized, class, declared string) (*Block, error) {
	block := &Block{Attributes: map[string]Attribute{}, Blocks: map[string]*NestedBlock{}}
	taken := map[string][]string{}
	for _, field := range fields.FindAllStringSubmatch(declared, -1) {
		taken[field[1]] = field
	}
	for _, argument := range arguments.FindAllStringSubmatch(synthesized, -1) {
		name := argument[1]
		source := sources.FindStringSubmatch(argument[2])
		if source == nil || taken[source[1]] == nil {
			return nil, fmt.Errorf("%s is not declared: %s", name, argument[2])
		}
		field := taken[source[1]]
		required := field[2] == ""
		var err error
		if argument[5] == "any" {
			// Statements of AWS WAF nest without end; the bindings leave them open. Read
			// adds what the module uses.
			block.Blocks[name] = &NestedBlock{Nesting: "list", Max: 1}
		} else if argument[3] == "true" {
			block.Blocks[name], err = b.nested(argument, required, strings.Contains(field[3], "[]"))
		} else {
			attribute := Attribute{Required: required, Optional: !required, Computed: !required}
			attribute.Type, err = typeOf(argument[4], argument[5])
			block.Attributes[name] = attribute
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, property := range properties.FindAllStringSubmatch(class, -1) {
		kind, err := b.computed(property[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", property[1], err)
		}
		block.Attributes[property[1]] = Attribute{Type: kind, Computed: true}
	}
	if len(taken) > 0 && len(block.Attributes)+len(block.Blocks) == 0 {
		return nil, fmt.Errorf("no argument found")
	}
	return block, nil
}

// nested returns the schema of a nested block from the argument that sets it.
func (b bindings) nested(argument []string, required, many bool) (*NestedBlock, error) {
	structure := structures.FindStringSubmatch(argument[2])
	if structure == nil {
		return nil, fmt.Errorf("no block: %s", argument[2])
	}
	name := strings.ToUpper(structure[1][:1]) + structure[1][1:]
	inner, err := b.block(b.functions[structure[1]], b.classes[name+"OutputReference"], b.interfaces[name])
	if err != nil {
		return nil, err
	}
	block := &NestedBlock{Nesting: argument[4], Block: *inner}
	if block.Nesting == "struct" {
		block.Nesting = "single"
		return block, nil
	}
	if required {
		block.Min = 1
	}
	if !many {
		block.Max = 1
	}
	return block, nil
}

// computed returns the type of an attribute that cannot be set, from the lines after its
// comment.
func (b bindings) computed(next string) (any, error) {
	if made := references.FindStringSubmatch(next); made != nil {
		switch made[1] {
		case "StringMap":
			return []any{"map", "string"}, nil
		case "BooleanMap":
			return []any{"map", "bool"}, nil
		}
		element := strings.TrimSuffix(made[1], "List") + "OutputReference"
		inner, err := b.block("", b.classes[element], "")
		if err != nil {
			return nil, err
		}
		types := map[string]any{}
		for name, attribute := range inner.Attributes {
			types[name] = attribute.Type
		}
		collection := "list"
		if made[2] == "true" {
			collection = "set"
		}
		return []any{collection, []any{"object", types}}, nil
	}
	switch getter := getters.FindStringSubmatch(next); {
	case getter == nil:
		return nil, fmt.Errorf("no getter in %q", next)
	case getter[1] == "String":
		return "string", nil
	case getter[1] == "Number":
		return "number", nil
	case getter[1] == "Boolean":
		return "bool", nil
	case getter[1] == "List":
		return []any{"list", "string"}, nil
	case strings.Contains(next, "Fn.tolist"):
		return []any{"set", "string"}, nil
	default:
		return "bool", nil
	}
}

// typeOf returns the type of an argument from how the bindings describe it.
func typeOf(kind, class string) (any, error) {
	element := map[string]string{
		"string": "string", "boolean": "bool", "number": "number",
		"stringList": "string", "numberList": "number", "stringMap": "string",
	}[class]
	switch {
	case element == "":
		return nil, fmt.Errorf("type %s of %s", class, kind)
	case kind == "simple":
		return element, nil
	default:
		return []any{kind, element}, nil
	}
}
