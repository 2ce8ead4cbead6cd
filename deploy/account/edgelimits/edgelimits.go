// Package edgelimits is the table of CloudFront's limits for functions at the edge. The
// commands that set a function up, those that examine one and the stand-in for Lambda
// use it. The rules for cfn-guard repeat it; a test beside them compares the two.
//
// CloudFront Developer Guide, "Restrictions on Lambda@Edge" and "Quotas on Lambda@Edge".
package edgelimits

// Quotas of every function at the edge.
const (
	MaxZipBytes  = 50 << 20 // of the package; Lambda takes no larger zip anywhere ("Lambda quotas")
	StorageMB    = 512      // of /tmp: the least that Lambda has, and the most that CloudFront takes
	Architecture = "x86_64" // the only one
)

// Quotas of an account's functions in each region, unless AWS grants others. CloudFront
// Developer Guide, "Quotas on Lambda@Edge"; AWS Lambda Developer Guide, "Lambda scaling
// behavior".
const (
	Concurrency       = 1000  // executions at a time; young accounts have less
	RequestsPerSecond = 10000 // of all executions
	RequestsOfOne     = 10    // per second, of one execution environment
)

// Quotas of a distribution, unless AWS grants others. CloudFront Developer Guide, "General
// quotas".
const (
	ViewsPerSecond = 250000
	GigabitsPerSec = 150 // to viewers
)

// Memory that Lambda gives a function, in MB. AWS Lambda Developer Guide, "Configure
// Lambda function memory".
const (
	MinMemoryMB = 128
	MaxMemoryMB = 10240
	// WholeProcessorMB is the memory that comes with a whole processor. Less memory
	// comes with less processor time, in proportion.
	WholeProcessorMB = 1769
)

// Event holds the quotas that depend on a function's event.
type Event struct {
	MaxMemoryMB, MaxTimeoutS int
}

// The events of the origin, and those of the viewer.
var (
	Origin = Event{MaxMemoryMB: MaxMemoryMB, MaxTimeoutS: 30}
	Viewer = Event{MaxMemoryMB: 128, MaxTimeoutS: 5}
)

// Runtimes are the runtimes that CloudFront runs.
var Runtimes = []string{
	"nodejs20.x", "nodejs22.x", "nodejs24.x",
	"python3.10", "python3.11", "python3.12", "python3.13", "python3.14",
}

// Setting is a setting of a function that Lambda allows and CloudFront refuses.
type Setting struct {
	Property string // of AWS::Lambda::Function
	Name     string // for messages: a function has it
}

// Refused are the settings that CloudFront refuses.
var Refused = []Setting{
	{"Environment", "environment variables"},
	{"VpcConfig", "a VPC"},
	{"Layers", "layers"},
	{"DeadLetterConfig", "a dead-letter queue"},
	{"EphemeralStorage", "more than 512 MB of storage in /tmp"},
	{"TracingConfig", "X-Ray tracing"},
	{"PackageType", "a container image"},
	{"RuntimeManagementConfig", "runtime updates other than Auto"},
	{"ReservedConcurrentExecutions", "reserved concurrency"},
	{"Code.SourceKMSKeyArn", "a package encrypted with a customer managed key"},
}
