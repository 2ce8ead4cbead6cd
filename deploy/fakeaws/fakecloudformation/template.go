package fakecloudformation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// template is the part of a template that this package reads.
type template struct {
	names      []string // names of the parameters
	parameters map[string]parameter
	resources  []resource
}

type parameter struct {
	Type           string   `yaml:"Type"`
	Default        *string  `yaml:"Default"`
	AllowedValues  []string `yaml:"AllowedValues"`
	AllowedPattern string   `yaml:"AllowedPattern"`
	MinValue       *float64 `yaml:"MinValue"`
	MaxValue       *float64 `yaml:"MaxValue"`
	MaxLength      *int     `yaml:"MaxLength"`
}

type resource struct {
	id, kind   string
	properties *yaml.Node
}

// read parses a template.
func read(body string) (*template, error) {
	var document struct {
		Parameters yaml.Node `yaml:"Parameters"`
		Resources  yaml.Node `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(body), &document); err != nil {
		return nil, invalid("Template format error: YAML not well-formed. (%v)", err)
	}
	t := &template{parameters: map[string]parameter{}}
	for i := 0; i+1 < len(document.Parameters.Content); i += 2 {
		var p parameter
		if err := document.Parameters.Content[i+1].Decode(&p); err != nil {
			return nil, invalid("Template format error: %v", err)
		}
		name := document.Parameters.Content[i].Value
		t.names, t.parameters[name] = append(t.names, name), p
	}
	for i := 0; i+1 < len(document.Resources.Content); i += 2 {
		var r struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		}
		if err := document.Resources.Content[i+1].Decode(&r); err != nil {
			return nil, invalid("Template format error: %v", err)
		}
		t.resources = append(t.resources, resource{document.Resources.Content[i].Value, r.Type, &r.Properties})
	}
	if len(t.resources) == 0 {
		return nil, invalid("Template format error: At least one Resources member must be defined.")
	}
	return t, nil
}

// check refuses the parameters that CloudFormation refuses.
func (t *template) check(values map[string]string) error {
	var unknown, missing []string
	for name := range values {
		if _, ok := t.parameters[name]; !ok {
			unknown = append(unknown, name)
		}
	}
	for _, name := range t.names {
		if _, ok := values[name]; !ok {
			missing = append(missing, name)
		}
	}
	slices.Sort(unknown)
	if len(unknown) > 0 {
		return invalid("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))
	}
	if len(missing) > 0 {
		return invalid("Parameters: [%s] must have values", strings.Join(missing, ", "))
	}
	for _, name := range t.names {
		p, value := t.parameters[name], values[name]
		number, err := strconv.ParseFloat(value, 64)
		switch {
		case p.Type == "Number" && err != nil:
			return invalid("Parameter '%s' must be a number.", name)
		case p.MinValue != nil && number < *p.MinValue:
			return invalid("Parameter '%s' must be a number not less than %v", name, *p.MinValue)
		case p.MaxValue != nil && number > *p.MaxValue:
			return invalid("Parameter '%s' must be a number not greater than %v", name, *p.MaxValue)
		case p.MaxLength != nil && len(value) > *p.MaxLength:
			return invalid("Parameter '%s' must contain at most %d characters", name, *p.MaxLength)
		case len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value):
			return invalid("Parameter '%s' must be one of AllowedValues", name)
		case p.AllowedPattern != "" && !regexp.MustCompile(`^(?:`+p.AllowedPattern+`)$`).MatchString(value):
			return invalid("Parameter '%s' must match pattern %s", name, p.AllowedPattern)
		}
	}
	return nil
}

// capability returns the capability that the template's resources need, or "".
func (t *template) capability() string {
	need := ""
	for _, r := range t.resources {
		if !strings.HasPrefix(r.kind, "AWS::IAM::") {
			continue
		}
		if property(r.properties, "RoleName") != nil {
			return "CAPABILITY_NAMED_IAM"
		}
		need = "CAPABILITY_IAM"
	}
	return need
}

// property returns a property of a mapping, or nil.
func property(node *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Kind == yaml.MappingNode && node.Content[i].Value == name {
			return node.Content[i+1]
		}
	}
	return nil
}

// name returns the name that the template gives a resource, or "". The name is a
// property of the resource or of its part "…Config".
func (r resource) name(s *Stack) string {
	nodes := []*yaml.Node{r.properties}
	for i := 1; i < len(r.properties.Content); i += 2 {
		if inner := r.properties.Content[i]; strings.HasSuffix(r.properties.Content[i-1].Value, "Config") && inner.Kind == yaml.MappingNode {
			nodes = append(nodes, inner)
		}
	}
	for _, node := range nodes {
		for _, name := range []string{"FunctionName", "Name", "LogGroupName", "RoleName", "BucketName", "QueueName"} {
			if name == "FunctionName" && r.kind != "AWS::Lambda::Function" || name == "Name" && r.kind == "AWS::Route53::RecordSet" ||
				name == "LogGroupName" && r.kind == "AWS::Logs::MetricFilter" {
				continue
			}
			if found := property(node, name); found != nil {
				return s.resolve(found)
			}
		}
	}
	return ""
}

// resolve returns the value of a scalar, or of a Ref or Fn::Sub in its short or long
// form.
func (s *Stack) resolve(node *yaml.Node) string {
	tag, text := node.Tag, node.Value
	for long, short := range map[string]string{"Ref": "!Ref", "Fn::Sub": "!Sub"} {
		if argument := property(node, long); argument != nil && argument.Kind == yaml.ScalarNode {
			tag, text = short, argument.Value
		}
	}
	switch tag {
	case "!Ref":
		text = "${" + text + "}"
	case "!Sub", "!!str":
	default:
		return ""
	}
	words := []string{"${AWS::StackName}", s.Name, "${AWS::Region}", s.Region}
	for name, value := range s.Parameters {
		words = append(words, "${"+name+"}", value)
	}
	return strings.NewReplacer(words...).Replace(text)
}

// scope returns the region in which the resource's name must be unique, or
// "everywhere".
func (r resource) scope(region string) string {
	if strings.HasPrefix(r.kind, "AWS::CloudFront::") || strings.HasPrefix(r.kind, "AWS::IAM::") || r.kind == "AWS::S3::Bucket" {
		return "everywhere"
	}
	return region
}
