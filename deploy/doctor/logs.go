package doctor

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// droppingLevels are the log levels that drop the function's usual lines, of level
// INFO. AWS Lambda API Reference, "LoggingConfig".
var droppingLevels = []types.ApplicationLogLevel{
	types.ApplicationLogLevelWarn, types.ApplicationLogLevelError, types.ApplicationLogLevelFatal,
}

// checkLogging checks the log group and the log level.
func (d *Doctor) checkLogging(c *types.LoggingConfig) {
	const subject = "logs"
	d.logGroup = release.FunctionLog(d.options.Function)
	if c == nil {
		return
	}
	back := "aws lambda update-function-configuration --region " + awsapi.Region + " --function-name " + d.options.Function + " --logging-config "
	// CloudFront Developer Guide, "Edge function logs": only a default name begins with
	// the region.
	own := aws.ToString(c.LogGroup)
	if own != "" && strings.TrimPrefix(own, "/aws/lambda/") != d.options.Function {
		d.logGroup = own
		d.note(subject, "read them there, or "+back+"LogGroup=/aws/lambda/"+d.options.Function+"; then publish a version and attach that",
			"they are in the group %s of the region that ran the function, which `status` does not read", own)
	}
	if c.LogFormat == types.LogFormatJson && slices.Contains(droppingLevels, c.ApplicationLogLevel) {
		d.note(subject, back+"LogFormat=JSON,ApplicationLogLevel=INFO; then publish a version and attach that",
			"lines below level %s are dropped, and the metrics of resized pictures with them", c.ApplicationLogLevel)
		return
	}
	d.good(subject, "in the group %s of the region that ran the function", d.logGroup)
}
