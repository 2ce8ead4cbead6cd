package fakelambda

import (
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// settings has the parameters that CreateFunction and UpdateFunctionConfiguration
// share; nil stands for one that is not given.
type settings struct {
	Role             *string
	Runtime          *string
	Handler          *string
	Description      *string
	Timeout          *int
	MemorySize       *int
	Environment      *environment
	VpcConfig        *vpc
	DeadLetterConfig *deadLetterConfig
	TracingConfig    *tracing
	LoggingConfig    *logging
	EphemeralStorage *ephemeralStorage
	Layers           []string
}

// runtimes has the runtimes that a function can be created with: those of the AWS
// Lambda API Reference, "CreateFunction", without the blocked ones.
var runtimes = []string{
	"nodejs20.x", "nodejs22.x", "nodejs24.x", "java17", "java21", "java25", "dotnet8", "dotnet10",
	"python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "ruby3.3", "ruby3.4",
	"provided.al2", "provided.al2023",
}

var roleARN = regexp.MustCompile(`^arn:aws:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$`)

// check refuses settings outside of the API's constraints. AWS Lambda API Reference,
// "CreateFunction".
func (s settings) check() error {
	constraint := func(ok bool, field string) error {
		if ok {
			return nil
		}
		return &fakeaws.Error{Status: http.StatusBadRequest, Code: "ValidationException",
			Message: "1 validation error detected: Value at '" + field + "' failed to satisfy constraint"}
	}
	for _, err := range []error{
		constraint(s.Role == nil || roleARN.MatchString(*s.Role), "role"),
		constraint(s.Handler == nil || len(*s.Handler) <= 128 && !strings.ContainsAny(*s.Handler, " \t\n"), "handler"),
		constraint(s.Description == nil || len(*s.Description) <= 256, "description"),
		constraint(s.Timeout == nil || *s.Timeout >= 1 && *s.Timeout <= 900, "timeout"),
		constraint(s.LoggingConfig == nil || s.LoggingConfig.valid(), "loggingConfig"),
		constraint(s.EphemeralStorage == nil || s.EphemeralStorage.Size >= 512 && s.EphemeralStorage.Size <= 10240, "ephemeralStorage.size"),
	} {
		if err != nil {
			return err
		}
	}
	if s.Runtime != nil && !slices.Contains(runtimes, *s.Runtime) {
		return invalid("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: %v or be a valid ARN", *s.Runtime, runtimes)
	}
	if s.MemorySize != nil && (*s.MemorySize < edgelimits.MinMemoryMB || *s.MemorySize > edgelimits.MaxMemoryMB) {
		return invalid("'MemorySize' value failed to satisfy constraint: Member must have value between %d and %d", edgelimits.MinMemoryMB, edgelimits.MaxMemoryMB)
	}
	return nil
}

// complete refuses settings that lack what a new function needs.
func (s settings) complete() error {
	if s.Role == nil || s.Runtime == nil || s.Handler == nil {
		return invalid("Runtime, Role and Handler are mandatory parameters for functions created with deployment packages.")
	}
	return nil
}

// put sets the given settings in v. An empty value removes a setting.
func (s settings) put(v *version) {
	set(&v.Role, s.Role)
	set(&v.Runtime, s.Runtime)
	set(&v.Handler, s.Handler)
	set(&v.Description, s.Description)
	set(&v.Timeout, s.Timeout)
	set(&v.MemorySize, s.MemorySize)
	set(&v.TracingConfig, s.TracingConfig)
	set(&v.EphemeralStorage, s.EphemeralStorage)
	if s.LoggingConfig != nil {
		v.LoggingConfig = s.LoggingConfig.complete(v.FunctionName)
	}
	if s.Environment != nil {
		v.Environment = nil
		if len(s.Environment.Variables) > 0 {
			v.Environment = &environment{maps.Clone(s.Environment.Variables)}
		}
	}
	if s.VpcConfig != nil {
		// Lambda shows an empty VpcConfig for a function that was in a VPC before.
		v.VpcConfig = &vpc{SubnetIds: s.VpcConfig.SubnetIds, SecurityGroupIds: s.VpcConfig.SecurityGroupIds}
		if len(s.VpcConfig.SubnetIds) > 0 {
			v.VpcConfig.VpcId = "vpc-0fakeaws"
		}
	}
	if s.DeadLetterConfig != nil {
		v.DeadLetterConfig = nil
		if s.DeadLetterConfig.TargetArn != "" {
			v.DeadLetterConfig = s.DeadLetterConfig
		}
	}
	if s.Layers != nil {
		v.Layers = nil
		for _, arn := range s.Layers {
			v.Layers = append(v.Layers, layer{arn})
		}
	}
}

// logGroup matches the names of log groups. AWS Lambda API Reference, "LoggingConfig".
var logGroup = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

// logLevels has the log levels of applications, from the most lines to the fewest.
var logLevels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}

// valid reports whether Lambda takes a LoggingConfig. Only JSON has levels.
func (c logging) valid() bool {
	levels := c.ApplicationLogLevel != "" || c.SystemLogLevel != ""
	return (c.LogFormat == "" || c.LogFormat == "Text" || c.LogFormat == "JSON") && (c.LogFormat == "JSON" || !levels) &&
		(c.ApplicationLogLevel == "" || slices.Contains(logLevels, c.ApplicationLogLevel)) &&
		(c.SystemLogLevel == "" || slices.Contains([]string{"DEBUG", "INFO", "WARN"}, c.SystemLogLevel)) &&
		(c.LogGroup == "" || logGroup.MatchString(c.LogGroup))
}

// complete returns c with defaults for what is missing.
func (c logging) complete(function string) logging {
	c.LogFormat = cmp.Or(c.LogFormat, "Text")
	c.LogGroup = cmp.Or(c.LogGroup, "/aws/lambda/"+function)
	if c.LogFormat == "JSON" {
		c.ApplicationLogLevel, c.SystemLogLevel = cmp.Or(c.ApplicationLogLevel, "INFO"), cmp.Or(c.SystemLogLevel, "INFO")
	}
	return c
}

// set sets field where a value is given.
func set[T any](field *T, given *T) {
	if given != nil {
		*field = *given
	}
}

// updateFunctionConfiguration handles UpdateFunctionConfiguration.
func (l *Lambda) updateFunctionConfiguration(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	var input struct {
		settings
		RevisionId string
	}
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	for _, err := range []error{f.busy(), v.checkRevision(input.RevisionId), input.settings.check()} {
		if err != nil {
			return nil, err
		}
	}
	if input.Role != nil && *input.Role != v.Role {
		if err := l.assume(*input.Role); err != nil {
			return nil, err
		}
	}
	input.settings.put(v)
	v.LastModified = l.timestamp()
	v.begin(l.Polls, false)
	return answer(http.StatusOK, v.configuration)
}
