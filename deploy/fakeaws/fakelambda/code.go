package fakelambda

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// code is the code of a function in a request.
type code struct {
	ZipFile []byte
	// SourceKMSKeyArn is the customer managed key that encrypts the zip, or "".
	SourceKMSKeyArn string
}

// check refuses code that is missing, no zip, or larger than maxZip bytes.
func (c code) check(maxZip int) error {
	if len(c.ZipFile) == 0 {
		return invalid("Please provide a source for function code.")
	}
	if len(c.ZipFile) > maxZip {
		return &fakeaws.Error{Status: http.StatusRequestEntityTooLarge, Code: "RequestEntityTooLargeException",
			Message: fmt.Sprintf("Zipped size must be smaller than %d bytes", maxZip)}
	}
	if _, err := zip.NewReader(bytes.NewReader(c.ZipFile), int64(len(c.ZipFile))); err != nil {
		return invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
	}
	if c.SourceKMSKeyArn != "" && !strings.HasPrefix(c.SourceKMSKeyArn, "arn:aws:kms:") {
		return invalid("Value '%s' at 'sourceKMSKeyArn' failed to satisfy constraint", c.SourceKMSKeyArn)
	}
	return nil
}

// put makes c the code of v.
func (c code) put(v *version) {
	sum := sha256.Sum256(c.ZipFile)
	v.CodeSha256, v.CodeSize = base64.StdEncoding.EncodeToString(sum[:]), len(c.ZipFile)
	v.sourceKey = c.SourceKMSKeyArn
}

// checkArchitectures refuses all but one known architecture.
func checkArchitectures(architectures []string) error {
	if len(architectures) != 1 || architectures[0] != "x86_64" && architectures[0] != "arm64" {
		return invalid("Value %v at 'architectures' failed to satisfy constraint: Member must satisfy enum value set: [x86_64, arm64]", architectures)
	}
	return nil
}

// createFunction handles CreateFunction.
func (l *Lambda) createFunction(r *fakeaws.Request) (*fakeaws.Response, error) {
	input := struct {
		settings
		FunctionName  string
		Code          code
		Publish       bool
		PackageType   string
		Architectures []string
		Tags          map[string]string

		CodeSigningConfigArn string
	}{PackageType: "Zip", Architectures: []string{"x86_64"}}
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	name, err := parseName(input.FunctionName, r.Region)
	if err != nil {
		return nil, err
	}
	if input.PackageType != "Zip" {
		return nil, invalid("fakelambda: no PackageType %q", input.PackageType)
	}
	for _, err := range []error{
		input.Code.check(l.MaxZip), checkArchitectures(input.Architectures), checkTags(input.Tags), input.settings.check(), input.complete(),
	} {
		if err != nil {
			return nil, err
		}
	}
	if err := l.checkSignature(input.CodeSigningConfigArn, input.Code.ZipFile); err != nil {
		return nil, err
	}
	at := functionKey{r.Region, name}
	if l.functions[at] != nil {
		return nil, conflict("Function already exist: %s", name)
	}
	if err := l.assume(*input.Role); err != nil {
		return nil, err
	}
	f := &function{arn: arnOf(r.Region, name, ""), tags: input.Tags, signing: input.CodeSigningConfigArn, next: 1}
	f.latest = &version{configuration: configuration{
		FunctionName: name, FunctionArn: f.arn, Version: latest, PackageType: input.PackageType,
		Architectures: input.Architectures, MemorySize: 128, Timeout: 3,
		EphemeralStorage: ephemeralStorage{512}, TracingConfig: tracing{"PassThrough"},
		LoggingConfig: logging{LogFormat: "Text", LogGroup: "/aws/lambda/" + name},
	}, runtimeManagement: runtimeManagement{UpdateRuntimeOn: "Auto"}}
	input.settings.put(f.latest)
	input.Code.put(f.latest)
	f.latest.LastModified = l.timestamp()
	f.latest.begin(l.Polls, true)
	l.functions[at] = f
	if input.Publish {
		return answer(http.StatusCreated, l.publish(f, "").configuration)
	}
	return answer(http.StatusCreated, f.latest.configuration)
}

// assume refuses a role that Lambda cannot assume. A refusal counts down the role's
// refusals.
func (l *Lambda) assume(arn string) error {
	r := l.roles[arn]
	if r == nil && l.Trusts != nil && l.Trusts(arn, "lambda.amazonaws.com") {
		return nil
	}
	if r == nil || r.refusals > 0 {
		if r != nil {
			r.refusals--
		}
		return invalid("The role defined for the function cannot be assumed by Lambda.")
	}
	return nil
}

func (l *Lambda) timestamp() string { return l.Now().UTC().Format("2006-01-02T15:04:05.000-0700") }

// updateFunctionCode handles UpdateFunctionCode.
func (l *Lambda) updateFunctionCode(r *fakeaws.Request) (*fakeaws.Response, error) {
	f, v, err := l.find(r)
	if err != nil {
		return nil, err
	}
	input := struct {
		code
		Architectures []string
		RevisionId    string
		DryRun        bool
		Publish       bool
	}{Architectures: v.Architectures}
	if err := decode(r, &input); err != nil {
		return nil, err
	}
	for _, err := range []error{
		f.busy(), v.checkRevision(input.RevisionId), input.code.check(l.MaxZip), checkArchitectures(input.Architectures),
	} {
		if err != nil {
			return nil, err
		}
	}
	if err := l.checkSignature(f.signing, input.ZipFile); err != nil {
		return nil, err
	}
	changed := *v
	changed.Architectures = slices.Clone(input.Architectures)
	input.code.put(&changed)
	if input.DryRun {
		return answer(http.StatusOK, changed.configuration)
	}
	*v = changed
	v.LastModified = l.timestamp()
	v.begin(l.Polls, false)
	if input.Publish {
		return answer(http.StatusOK, l.publish(f, "").configuration)
	}
	return answer(http.StatusOK, v.configuration)
}

// checkRevision refuses a RevisionId that is given and is not the version's.
func (v *version) checkRevision(given string) error {
	if given != "" && !strings.EqualFold(given, v.RevisionId) {
		return &fakeaws.Error{Status: http.StatusPreconditionFailed, Code: "PreconditionFailedException",
			Message: "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}
	}
	return nil
}
