package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// littleMemoryMB is the memory below which large pictures stay originals.
const littleMemoryMB = 256

func (d *Doctor) checkFunction(ctx context.Context) {
	const subject = "function"
	out, err := d.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &d.options.Function})
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		d.problem(subject, d.publish("-role arn:aws:iam::"+d.account+":role/"+d.options.Function), "there is no function %s in %s", d.options.Function, awsapi.Region)
		return
	}
	if err != nil {
		d.unknown(subject, "lambda:GetFunction", err)
		return
	}
	f := out.Configuration
	d.role, d.functionARN = aws.ToString(f.Role), aws.ToString(f.FunctionArn)
	d.stack = out.Tags[release.StackTag]
	before := len(d.findings)
	if _, ours := out.Tags[release.OwnTag]; !ours && f.PackageType != types.PackageTypeImage {
		d.note("function's tag", d.publish("-adopt"), "%s has no tag %s: `publish` and `teardown` leave it alone", d.options.Function, release.OwnTag)
	}
	d.checkRuntime(f)
	d.checkExtras(f)
	d.checkKey(out.Code)
	d.checkSize(f)
	if len(d.findings) == before {
		d.good(subject, "%s: %s, %d MB, %d s", d.options.Function, f.Runtime, aws.ToInt32(f.MemorySize), aws.ToInt32(f.Timeout))
	}
	d.checkLogging(f.LoggingConfig)
}

// checkRuntime checks the package type, runtime, processor and state.
func (d *Doctor) checkRuntime(f *types.FunctionConfiguration) {
	const subject = "runtime"
	runtime := string(f.Runtime)
	switch {
	case f.PackageType == types.PackageTypeImage:
		d.problem(subject, "go run ./deploy publish -function "+d.options.Function+"-zip -role "+d.role, "the function is a container image, which CloudFront does not take")
	case !strings.HasPrefix(runtime, "python3."):
		d.problem(subject, d.publish(), "the runtime is %q: the package is for python3", runtime)
	}
	if !slices.Equal(f.Architectures, []types.Architecture{types.ArchitectureX8664}) {
		d.problem(subject, d.publish(), "the architecture is %v: CloudFront takes x86_64 only", f.Architectures)
	}
	if f.State != types.StateActive && f.State != types.StateInactive && f.State != "" {
		d.problem(subject, "wait, or look why: aws lambda get-function-configuration --region "+awsapi.Region+" --function-name "+d.options.Function, "the function's state is %s: %s", f.State, aws.ToString(f.StateReason))
	}
	if f.LastUpdateStatus == types.LastUpdateStatusFailed {
		d.problem(subject, d.publish(), "the last update failed: %s", aws.ToString(f.LastUpdateStatusReason))
	}
}

// checkExtras checks for settings that CloudFront does not let a function have.
func (d *Doctor) checkExtras(f *types.FunctionConfiguration) {
	const subject = "restrictions"
	has := map[string]bool{
		"Environment":      f.Environment != nil && len(f.Environment.Variables) > 0,
		"VpcConfig":        f.VpcConfig != nil && aws.ToString(f.VpcConfig.VpcId) != "",
		"Layers":           len(f.Layers) > 0,
		"DeadLetterConfig": f.DeadLetterConfig != nil && aws.ToString(f.DeadLetterConfig.TargetArn) != "",
		"EphemeralStorage": f.EphemeralStorage != nil && aws.ToInt32(f.EphemeralStorage.Size) > edgelimits.StorageMB,
		"TracingConfig":    f.TracingConfig != nil && f.TracingConfig.Mode == types.TracingModeActive,
	}
	for _, s := range edgelimits.Refused {
		if has[s.Property] {
			d.problem(subject, d.publish(), "the function has %s, which CloudFront does not take", s.Name)
		}
	}
}

// checkKey checks whether the package is encrypted with a key of the customer's.
func (d *Doctor) checkKey(code *types.FunctionCodeLocation) {
	if code != nil && aws.ToString(code.SourceKMSKeyArn) != "" {
		d.problem("restrictions", fmt.Sprintf("aws lambda update-function-code --region %s --function-name %s --zip-file fileb://dist/edgeresize.zip, without a key; then publish a version and attach that",
			awsapi.Region, d.options.Function), "the package is encrypted with the customer managed key %s, which CloudFront does not take", *code.SourceKMSKeyArn)
	}
}

// checkSize checks the time-out, package size and memory.
func (d *Doctor) checkSize(f *types.FunctionConfiguration) {
	const subject = "limits"
	d.timeoutS = int(aws.ToInt32(f.Timeout))
	if d.timeoutS > edgelimits.Origin.MaxTimeoutS {
		d.problem(subject, d.publish("-timeout 30"), "the time-out is %d s: CloudFront takes %d at most", d.timeoutS, edgelimits.Origin.MaxTimeoutS)
	}
	if f.CodeSize > edgelimits.MaxZipBytes {
		d.problem(subject, d.publish(), "the package has %d bytes: CloudFront takes %d at most", f.CodeSize, edgelimits.MaxZipBytes)
	}
	if memory := aws.ToInt32(f.MemorySize); memory < littleMemoryMB {
		d.note(subject, d.publish("-memory 512"), "%d MB of memory: large pictures stay originals, and the processor is slow in proportion", memory)
	} else if memory > edgelimits.WholeProcessorMB {
		d.note(subject, d.publish("-memory 1769")+" (or -memory 512, which costs the least for its speed)",
			"%d MB of memory: nothing is faster than with %d, and it costs more; young accounts may be allowed 3008 MB only", memory, edgelimits.WholeProcessorMB)
	}
}

// checkTime checks whether Lambda's time-out is as long as the config's.
func (d *Doctor) checkTime() {
	if configured := d.options.Config.TimeoutMS; d.timeoutS > 0 && d.timeoutS*1000 < configured {
		d.note("limits", d.publish("-timeout 30"), "the time-out is %d s, and timeout_ms in the config %d: the shorter one holds", d.timeoutS, configured)
	}
}

// checkVersions checks whether there is a version to attach.
func (d *Doctor) checkVersions(ctx context.Context) {
	if d.functionARN == "" {
		return
	}
	newest := 0
	d.descriptions, d.codes = map[string]string{}, map[string]string{}
	pages := lambda.NewListVersionsByFunctionPaginator(d.lambda, &lambda.ListVersionsByFunctionInput{FunctionName: &d.options.Function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			d.unknown("versions", "lambda:ListVersionsByFunction", err)
			return
		}
		for _, v := range page.Versions {
			if number, err := strconv.Atoi(aws.ToString(v.Version)); err == nil { // $LATEST is no number
				newest = max(newest, number)
				d.descriptions[aws.ToString(v.Version)] = aws.ToString(v.Description)
				d.codes[aws.ToString(v.Version)] = aws.ToString(v.CodeSha256)
			}
		}
	}
	if newest == 0 {
		d.problem("versions", d.publish(), "no version is published: CloudFront takes numbered versions only")
		return
	}
	d.good("versions", "the newest is %d", newest)
	d.newest = strconv.Itoa(newest)
	d.useConfig(d.newest)
	d.checkCode(d.newest)
	d.checkRuntimeUpdates(ctx, d.newest)
}

// checkCode compares a version's code with the package that the options name. It says
// nothing of a version that could not be listed.
func (d *Doctor) checkCode(version string) {
	got, listed := d.codes[version]
	if d.options.CodeSha256 == "" || !listed {
		return
	}
	if got != d.options.CodeSha256 {
		d.problem("code", d.publish(), "version %s has the code %s, not that of %s, which is %s", version, got, d.options.CodeFile, d.options.CodeSha256)
		return
	}
	d.good("code", "version %s has the code of %s", version, d.options.CodeFile)
}

// useConfig makes later checks use the config that a version records, unless the
// options name a file.
func (d *Doctor) useConfig(version string) {
	if cfg, _, ok := release.ReadDescription(d.descriptions[version]); ok {
		d.config = &cfg
		if d.options.ConfigFile == "" {
			d.options.Config = cfg
		}
	}
}

// checkRuntimeUpdates checks whether Lambda updates the runtime by itself, both for the
// newest version and for $LATEST, from which the next one is published.
func (d *Doctor) checkRuntimeUpdates(ctx context.Context, newest string) {
	const subject = "runtime updates"
	for _, version := range []string{"$LATEST", newest} {
		out, err := d.lambda.GetRuntimeManagementConfig(ctx, &lambda.GetRuntimeManagementConfigInput{FunctionName: &d.options.Function, Qualifier: &version})
		if err != nil {
			d.unknown(subject, "lambda:GetRuntimeManagementConfig", err)
			return
		}
		if out.UpdateRuntimeOn != types.UpdateRuntimeOnAuto {
			d.problem(subject, fmt.Sprintf("aws lambda put-runtime-management-config --region %s --function-name %s --qualifier '%s' --update-runtime-on Auto",
				awsapi.Region, d.options.Function, version), "version %s updates its runtime in mode %s: CloudFront takes Auto only", version, out.UpdateRuntimeOn)
			return
		}
	}
	d.good(subject, "by themselves, as CloudFront wants")
}
