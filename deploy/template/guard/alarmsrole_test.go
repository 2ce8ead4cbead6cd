package guard

import (
	"slices"
	"testing"
)

// handled has the actions by which CloudFormation makes, reads, changes and deletes the
// resources of the alarms' stacks, which have no tags. They are the permissions of the
// handlers in the resource types' schemas: CloudFormation CLI User Guide, "Resource type
// schema".
var handled = map[string][]string{
	"AWS::CloudWatch::Alarm": {"cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource", "cloudwatch:PutMetricAlarm"},
	"AWS::Events::Rule": {"events:DeleteRule", "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule", "events:PutRule",
		"events:PutTargets", "events:RemoveTargets", "iam:PassRole"},
}

// TestAlarmsMayBeMade checks that the role of the alarms' stacks may do what their
// resources need, and nothing else.
func TestAlarmsMayBeMade(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	var allowed []string
	for _, statement := range property(resolved, "AlarmsExecution", "Policies", 0, "PolicyDocument", "Statement").([]any) {
		switch actions := at(statement, "Action").(type) {
		case string:
			allowed = append(allowed, actions)
		case []any:
			for _, action := range actions {
				allowed = append(allowed, action.(string))
			}
		}
	}
	_, template := regionTemplate(t, resolved)
	needed := []string{"cloudformation:*"}
	for name, resource := range inRegion(t, template, "eu-west-1")["Resources"].(object) {
		actions, ok := handled[at(resource, "Type").(string)]
		if !ok {
			t.Errorf("%s is of the type %v", name, at(resource, "Type"))
		}
		needed = append(needed, actions...)
	}
	slices.Sort(needed)
	needed = slices.Compact(needed)
	slices.Sort(allowed)
	if !slices.Equal(allowed, needed) {
		t.Errorf("allowed are\n%q, needed\n%q", allowed, needed)
	}
}
