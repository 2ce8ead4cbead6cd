package release

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// Runtime is the Lambda runtime that starts the binary.
const Runtime = types.RuntimePython313

// The memory and time limit of a new function, unless PublishOptions say otherwise.
const (
	DefaultMemoryMB = 512
	DefaultTimeoutS = 30
)

// functionPatience is for creating or updating a function, which takes seconds.
var functionPatience = patience{2 * time.Second, 5 * time.Minute}

// configuration is what Lambda says of a function or a version.
type configuration = lambda.GetFunctionConfigurationOutput

// configuration reads the function, or the version that qualifier names. It returns nil
// if there is none.
func (r *Releaser) configuration(ctx context.Context, qualifier string) (*configuration, error) {
	input := &lambda.GetFunctionConfigurationInput{FunctionName: &r.Function}
	if qualifier != "" {
		input.Qualifier = &qualifier
	}
	c, err := r.lambda.GetFunctionConfiguration(ctx, input)
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		return nil, nil
	}
	return c, err
}

// awaitSettled waits until Lambda is done with a function or a version, and returns it.
func (r *Releaser) awaitSettled(ctx context.Context, qualifier string) (c *configuration, err error) {
	what := "function " + r.Function
	if qualifier != "" {
		what = "version " + qualifier
	}
	err = r.until(ctx, what, functionPatience, func() (string, bool, error) {
		if c, err = r.configuration(ctx, qualifier); err != nil || c == nil {
			return "", true, err
		}
		if c.State == types.StateFailed {
			return "", true, fmt.Errorf("%s has failed: %s", what, aws.ToString(c.StateReason))
		}
		if c.State == types.StatePending {
			return string(c.State), false, nil
		}
		return string(c.LastUpdateStatus), c.LastUpdateStatus != types.LastUpdateStatusInProgress, nil
	})
	return c, err
}

// setting is a setting that a function must have.
type setting struct {
	name string
	want string
	have func(*configuration) string
	put  func(*lambda.UpdateFunctionConfigurationInput)
}

// settings returns those that CloudFront and the launcher rely on, and those that o
// asks for.
func (o PublishOptions) settings() []setting {
	s := []setting{
		{"runtime", string(Runtime),
			func(c *configuration) string { return string(c.Runtime) },
			func(in *lambda.UpdateFunctionConfigurationInput) { in.Runtime = Runtime }},
		{"environment", "none", haveEnvironment,
			func(in *lambda.UpdateFunctionConfigurationInput) {
				in.Environment = &types.Environment{Variables: map[string]string{}}
			}},
		{"VPC", "none", haveVPC,
			func(in *lambda.UpdateFunctionConfigurationInput) {
				in.VpcConfig = &types.VpcConfig{SubnetIds: []string{}, SecurityGroupIds: []string{}}
			}},
		{"layers", "none", haveLayers,
			func(in *lambda.UpdateFunctionConfigurationInput) { in.Layers = []string{} }},
		{"dead letter queue", "none", haveDeadLetters,
			func(in *lambda.UpdateFunctionConfigurationInput) {
				in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String("")}
			}},
		{"tracing", string(types.TracingModePassThrough), haveTracing,
			func(in *lambda.UpdateFunctionConfigurationInput) {
				in.TracingConfig = &types.TracingConfig{Mode: types.TracingModePassThrough}
			}},
		{"ephemeral storage", fmt.Sprint(edgelimits.StorageMB, " MB"), haveStorage,
			func(in *lambda.UpdateFunctionConfigurationInput) {
				in.EphemeralStorage = &types.EphemeralStorage{Size: aws.Int32(edgelimits.StorageMB)}
			}},
	}
	if o.Role != "" {
		s = append(s, setting{"role", o.Role,
			func(c *configuration) string { return aws.ToString(c.Role) },
			func(in *lambda.UpdateFunctionConfigurationInput) { in.Role = &o.Role }})
	}
	if o.MemoryMB != 0 {
		s = append(s, setting{"memory", fmt.Sprint(o.MemoryMB, " MB"),
			func(c *configuration) string { return fmt.Sprint(aws.ToInt32(c.MemorySize), " MB") },
			func(in *lambda.UpdateFunctionConfigurationInput) { in.MemorySize = aws.Int32(int32(o.MemoryMB)) }})
	}
	if o.TimeoutS != 0 {
		s = append(s, setting{"timeout", fmt.Sprint(o.TimeoutS, " s"),
			func(c *configuration) string { return fmt.Sprint(aws.ToInt32(c.Timeout), " s") },
			func(in *lambda.UpdateFunctionConfigurationInput) { in.Timeout = aws.Int32(int32(o.TimeoutS)) }})
	}
	return s
}

// differing returns the settings that a function still lacks.
func (o PublishOptions) differing(c *configuration) []setting {
	return slices.DeleteFunc(o.settings(), func(s setting) bool { return s.have(c) == s.want })
}

func haveEnvironment(c *configuration) string {
	if c.Environment == nil || len(c.Environment.Variables) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(c.Environment.Variables)), " ")
}

func haveVPC(c *configuration) string {
	if c.VpcConfig == nil || len(c.VpcConfig.SubnetIds) == 0 {
		return "none"
	}
	return aws.ToString(c.VpcConfig.VpcId)
}

func haveLayers(c *configuration) string {
	var arns []string
	for _, l := range c.Layers {
		arns = append(arns, aws.ToString(l.Arn))
	}
	if arns == nil {
		return "none"
	}
	return strings.Join(arns, " ")
}

func haveDeadLetters(c *configuration) string {
	if c.DeadLetterConfig == nil || aws.ToString(c.DeadLetterConfig.TargetArn) == "" {
		return "none"
	}
	return *c.DeadLetterConfig.TargetArn
}

func haveTracing(c *configuration) string {
	if c.TracingConfig == nil {
		return string(types.TracingModePassThrough)
	}
	return string(c.TracingConfig.Mode)
}

func haveStorage(c *configuration) string {
	if c.EphemeralStorage == nil {
		return "512 MB"
	}
	return fmt.Sprint(aws.ToInt32(c.EphemeralStorage.Size), " MB")
}
