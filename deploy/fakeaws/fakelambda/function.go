package fakelambda

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// latest is the version that can be changed.
const latest = "$LATEST"

// function is a function with its versions.
type function struct {
	arn      string
	tags     map[string]string
	signing  string // ARN of the code signing configuration, or ""
	latest   *version
	numbered []*version // in the order of their numbers
	next     int        // the number of the next version; none is used twice
}

// version is a published version of a function, or $LATEST.
type version struct {
	configuration
	from              string // $LATEST's description when it was published
	pending           int    // reads until State is Active
	sourceKey         string // key that encrypts the zip, or ""
	runtimeManagement runtimeManagement
	updating          int // reads until LastUpdateStatus is Successful
}

// configuration is what the API shows of a version. AWS Lambda API Reference,
// "FunctionConfiguration".
type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Role             string
	Handler          string
	CodeSize         int
	Description      string
	Timeout          int
	MemorySize       int
	LastModified     string
	CodeSha256       string
	Version          string
	RevisionId       string
	PackageType      string
	Architectures    []string
	EphemeralStorage ephemeralStorage
	TracingConfig    tracing
	LoggingConfig    logging
	State            string
	StateReason      string `json:",omitempty"`
	StateReasonCode  string `json:",omitempty"`
	LastUpdateStatus string
	Environment      *environment      `json:",omitempty"`
	VpcConfig        *vpc              `json:",omitempty"`
	DeadLetterConfig *deadLetterConfig `json:",omitempty"`
	Layers           []layer           `json:",omitempty"`
}

type (
	ephemeralStorage struct{ Size int }
	tracing          struct{ Mode string }
	logging          struct {
		LogFormat           string
		ApplicationLogLevel string `json:",omitempty"`
		SystemLogLevel      string `json:",omitempty"`
		LogGroup            string
	}
	environment struct{ Variables map[string]string }
	vpc         struct {
		SubnetIds        []string
		SecurityGroupIds []string
		VpcId            string
	}
	deadLetterConfig struct{ TargetArn string }
	layer            struct{ Arn string }
)

// version returns the version of a qualifier, or nil.
func (f *function) version(qualifier string) *version {
	if qualifier == latest {
		return f.latest
	}
	for _, v := range f.numbered {
		if v.Version == qualifier {
			return v
		}
	}
	return nil
}

// poll counts a read of the version, which brings a passing state nearer to its end.
func (v *version) poll() {
	switch {
	case v.pending > 0:
		if v.pending--; v.pending == 0 {
			v.becomeActive()
		}
	case v.updating > 0:
		if v.updating--; v.updating == 0 {
			v.LastUpdateStatus = "Successful"
			v.RevisionId = fakeaws.UUID()
		}
	}
}

// becomeActive ends the state Pending.
func (v *version) becomeActive() {
	v.State, v.StateReason, v.StateReasonCode = "Active", "", ""
	v.LastUpdateStatus = "Successful"
	v.RevisionId = fakeaws.UUID()
}

// begin starts a state that lasts for a number of reads, polls: Pending where the version
// is being created, else an update in progress.
func (v *version) begin(polls int, creating bool) {
	v.RevisionId = fakeaws.UUID()
	v.LastUpdateStatus = "InProgress"
	if creating {
		v.State, v.StateReason, v.StateReasonCode = "Pending", "The function is being created.", "Creating"
		// The read that ends the state shows the next one.
		v.pending = polls + 1
		return
	}
	v.updating = polls + 1
}

// busy refuses a change while the function is created or changed. AWS Lambda Developer
// Guide, "Lambda function states".
func (f *function) busy() error {
	switch {
	case f.latest.pending > 0:
		return conflict("The operation cannot be performed at this time. The function is currently in the following state: Pending")
	case f.latest.updating > 0:
		return conflict("The operation cannot be performed at this time. An update is in progress for resource: %s", f.arn)
	}
	return nil
}

// functionName matches the names of functions. A request may also give the ARN.
var functionName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)

// parseName returns the name of the function that a request gives by name or ARN.
func parseName(given, region string) (string, error) {
	name := strings.TrimPrefix(given, arnOf(region, "", ""))
	if !functionName.MatchString(name) {
		return "", invalid("1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern", given)
	}
	return name, nil
}

// arnOf returns the ARN of a function, or of a version where qualifier is not "".
func arnOf(region, name, qualifier string) string {
	arn := "arn:aws:lambda:" + region + ":" + fakeaws.Account + ":function:" + name
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return arn
}

// split returns the unqualified ARN and the version's number of a version's ARN.
func split(arn string) (function, number string) {
	if strings.Count(arn, ":") != 7 {
		return arn, ""
	}
	i := strings.LastIndexByte(arn, ':')
	return arn[:i], arn[i+1:]
}

// isNumber reports whether a qualifier is a version's number.
func isNumber(qualifier string) bool {
	n, err := strconv.Atoi(qualifier)
	return err == nil && n > 0 && strconv.Itoa(n) == qualifier
}
