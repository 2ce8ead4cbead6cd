package doctor

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// droppingLevels are those of a LoggingConfig that keep the function's usual line,
// of level INFO, out of the logs. AWS Lambda API Reference, "LoggingConfig".
var droppingLevels = []types.ApplicationLogLevel{
	types.ApplicationLogLevelWarn, types.ApplicationLogLevelError, types.ApplicationLogLevelFatal,
}

// lookAtLogging looks where the logs are and what is kept out of them.
func (d *Doctor) lookAtLogging(c *types.LoggingConfig) {
	const subject = "logs"
	d.logGroup = "/aws/lambda/" + awsapi.Region + "." + d.options.Function
	if c == nil {
		return
	}
	back := "aws lambda update-function-configuration --region " + awsapi.Region + " --function-name " + d.options.Function + " --logging-config "
	// CloudFront Developer Guide, "Edge function logs": the region stands in front
	// of a default name alone.
	own := aws.ToString(c.LogGroup)
	if own != "" && strings.TrimPrefix(own, "/aws/lambda/") != d.options.Function {
		d.logGroup = own
		d.note(subject, "look there, or "+back+"LogGroup=/aws/lambda/"+d.options.Function+"; then publish a version and attach that",
			"they are in the group %s of the region that ran the function, where `status` does not look", own)
	}
	if c.LogFormat == types.LogFormatJson && slices.Contains(droppingLevels, c.ApplicationLogLevel) {
		d.note(subject, back+"LogFormat=JSON,ApplicationLogLevel=INFO; then publish a version and attach that",
			"lines below %s are dropped, and with them the metrics of what was resized", c.ApplicationLogLevel)
		return
	}
	d.good(subject, "in the group %s of the region that ran the function", d.logGroup)
}
