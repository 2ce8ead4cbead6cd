package guard

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// regionTemplate returns the text and the parsed form of the template that the stack set
// of the alarms has, or "" where there are no alarms.
func regionTemplate(t *testing.T, resolved object) (text string, template object) {
	t.Helper()
	text, _ = property(resolved, "AlarmsOfRegions", "TemplateBody").(string)
	if text == "" {
		return "", nil
	}
	parsed, err := cfn.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return text, parsed.Document
}

// inRegion returns the resources that the stack set makes in a region.
func inRegion(t *testing.T, template object, region string) object {
	t.Helper()
	r := newResolver(t, template, map[string]string{"Sender": "arn:aws:iam::111122223333:role/sender"})
	r.Values["AWS::Region"] = region
	return r.resolved()
}

// alarms returns the alarms of a template by logical ID.
func alarms(resolved object) object {
	found := object{}
	for name, resource := range resolved["Resources"].(object) {
		if at(resource, "Type") == "AWS::CloudWatch::Alarm" {
			found[name] = at(resource, "Properties")
		}
	}
	return found
}

// opensWithTheSite matches the names of alarms that AlarmRule finds.
var opensWithTheSite = regexp.MustCompile("^edgeresize: [a-z0-9]")

// TestAlarmsByOneParameter checks that a template without the parameters has nothing of
// alarms, and that each parameter alone brings all of them, also in every region where the
// function runs.
func TestAlarmsByOneParameter(t *testing.T) {
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		global := alarms(resolved)
		_, template := regionTemplate(t, resolved)
		if given["AlarmEmail"]+given["AlarmTopicArn"] == "" {
			for name, resource := range resolved["Resources"].(object) {
				if kind := at(resource, "Type").(string); regexp.MustCompile("CloudWatch|Events|SNS|StackSet|Chatbot|IAM::Policy").MatchString(kind) {
					t.Errorf("%s without a parameter for alarms", name)
				}
			}
			return
		}
		want := []string{"RefusedAnswers", "ServerErrors"}
		if given["DomainName"] != "" {
			want = []string{"CertificateExpires", "RefusedAnswers", "ServerErrors"}
		}
		if got := slices.Sorted(maps.Keys(global)); !slices.Equal(got, want) {
			t.Errorf("alarms in us-east-1: %q, want %q", got, want)
		}
		regions := property(resolved, "AlarmsOfRegions", "StackInstancesGroup", 0, "Regions").([]any)
		if shield := property(resolved, "Distribution", "DistributionConfig", "Origins", 0, "OriginShield", "OriginShieldRegion"); shield != nil {
			if !reflect.DeepEqual(regions, []any{shield}) {
				t.Errorf("alarms in %v, and the function runs in %v", regions, shield)
			}
		} else if len(regions) != 15 {
			t.Errorf("alarms in %d regions", len(regions))
		}
		for _, region := range regions {
			made := inRegion(t, template, region.(string))
			if got, want := slices.Sorted(maps.Keys(alarms(made))), []string{"Errors", "Reasons", "Throttles"}; !slices.Equal(got, want) {
				t.Errorf("alarms in %v: %q, want %q", region, got, want)
			}
			// A rule that sent a bus's events to that bus would do so for ever.
			if forwards := at(made, "Resources", "Forward") != nil; forwards != (region != "us-east-1") {
				t.Errorf("%v: events are forwarded: %v", region, forwards)
			}
			for name, alarm := range alarms(made) {
				if !opensWithTheSite.MatchString(at(alarm, "AlarmName").(string)) {
					t.Errorf("%s is called %v", name, at(alarm, "AlarmName"))
				}
			}
		}
	})
}

// TestAlarmMetrics checks that the alarms are on the function's metrics, as Lambda@Edge
// and package edge name them.
func TestAlarmMetrics(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	_, template := regionTemplate(t, resolved)
	found := alarms(inRegion(t, template, "eu-west-1"))
	for _, name := range []string{"Errors", "Throttles"} {
		if at(found, name, "MetricName") != name || !reflect.DeepEqual(at(found, name, "Dimensions"), []any{object{"Name": "FunctionName", "Value": "us-east-1.edgeresize"}}) {
			t.Errorf("%s is an alarm on %v", name, found[name])
		}
	}
	// More than 1% of the requests for a size, and at least ten.
	const share = "IF(SUM([d, m, f]) > 9, 100 * SUM([d, m, f]) / SUM([r, o, n * -1]), 0)"
	if got := at(found, "Reasons", "Metrics", 0, "Expression"); got != share || at(found, "Reasons", "Threshold") != 1 {
		t.Errorf("Reasons is an alarm on %v > %v", got, at(found, "Reasons", "Threshold"))
	}
	ids := map[string]string{}
	for _, metric := range at(found, "Reasons", "Metrics").([]any)[1:] {
		stat := at(metric, "MetricStat", "Metric")
		reason, _ := at(stat, "Dimensions", 0, "Value").(string)
		if period := at(metric, "MetricStat", "Period"); period != 900 {
			t.Errorf("%v is of %v s", at(metric, "Id"), period)
		}
		ids[at(metric, "Id").(string)] = at(stat, "Namespace").(string) + " " + at(stat, "MetricName").(string) + " " + reason
	}
	if want := map[string]string{
		"r": "edgeresize resized ", "o": "edgeresize served_original ", "n": "edgeresize served_original no-size", "d": "edgeresize served_original s3-denied",
		"m": "edgeresize served_original out-of-memory", "f": "edgeresize served_original does-not-fit",
	}; !maps.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}

// TestWhatAlarmsWatch checks the metric, the dimension and the limits of each alarm in the
// templates themselves, as the README.md files give them.
func TestWhatAlarmsWatch(t *testing.T) {
	site, purge := newResolver(t, parsed(t), merged(code, domain, zone, email)).resolved(), purgeTemplates(t)["purge"]
	for _, tt := range []struct {
		resources    object
		name, metric string
		dimension    any // the first
		limits       string
	}{
		{site, "ServerErrors", "AWS/CloudFront 5xxErrorRate", object{"Ref": "Distribution"}, "Average of 300 s, 2 times, GreaterThanThreshold 1"},
		{site, "RefusedAnswers", "AWS/CloudFront LambdaValidationError", object{"Ref": "Distribution"}, "Sum of 300 s, 1 times, GreaterThanThreshold 0"},
		{site, "CertificateExpires", "AWS/CertificateManager DaysToExpiry", object{"Ref": "Certificate"}, "Minimum of 86400 s, 1 times, LessThanThreshold 25"},
		{purge, "ErrorsAlarm", "AWS/Lambda Errors", object{"Ref": "Function"}, "Sum of 300 s, 1 times, GreaterThanThreshold 0"},
		{purge, "WaitingAlarm", "AWS/SQS ApproximateAgeOfOldestMessage", object{"Fn::GetAtt": []any{"Queue", "QueueName"}}, "Maximum of 300 s, 1 times, GreaterThanThreshold 3600"},
		{purge, "DeadLettersAlarm", "AWS/SQS ApproximateNumberOfMessagesVisible", object{"Fn::GetAtt": []any{"DeadLetters", "QueueName"}}, "Maximum of 300 s, 1 times, GreaterThanThreshold 0"},
	} {
		alarm := property(tt.resources, tt.name)
		metric := fmt.Sprint(at(alarm, "Namespace"), " ", at(alarm, "MetricName"))
		limits := fmt.Sprintf("%v of %v s, %v times, %v %v", at(alarm, "Statistic"), at(alarm, "Period"), at(alarm, "EvaluationPeriods"), at(alarm, "ComparisonOperator"), at(alarm, "Threshold"))
		if dimension := at(alarm, "Dimensions", 0, "Value"); metric != tt.metric || limits != tt.limits || !reflect.DeepEqual(dimension, tt.dimension) {
			t.Errorf("%s watches %s of %v: %s", tt.name, metric, dimension, limits)
		}
	}
	filter, budget := property(purge, "OverBudget", "MetricTransformations", 0), property(purge, "BudgetAlarm")
	if at(filter, "MetricNamespace") != at(budget, "Namespace") || !reflect.DeepEqual(at(filter, "MetricName"), at(budget, "MetricName")) {
		t.Errorf("BudgetAlarm watches %v, and the filter makes %v", budget, filter)
	}
}

// TestEventsThatRing checks which events reach the topic, by the rule's pattern.
func TestEventsThatRing(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	pattern := property(resolved, "AlarmRule", "EventPattern").(object)
	_, template := regionTemplate(t, resolved)
	forward := property(inRegion(t, template, "eu-west-1"), "Forward", "EventPattern").(object)
	for _, tt := range []struct {
		name, before, after string
		want                bool
	}{
		{"edgeresize: errors", "OK", "ALARM", true},
		{"edgeresize: errors", "INSUFFICIENT_DATA", "ALARM", true},
		{"edgeresize: errors", "ALARM", "OK", true},
		{"edgeresize: errors", "INSUFFICIENT_DATA", "OK", false}, // a new alarm
		{"edgeresize-b: errors", "OK", "ALARM", false},
		{"edgeresize", "OK", "ALARM", false},
	} {
		event := object{"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "detail": object{
			"alarmName": tt.name, "state": object{"value": tt.after}, "previousState": object{"value": tt.before}}}
		if got := matches(pattern, event); got != tt.want {
			t.Errorf("%v: rings %v", event, got)
		}
		if !matches(forward, event) && tt.want {
			t.Errorf("%v is not forwarded", event)
		}
	}
}

// matches reports whether an event matches a pattern. Amazon EventBridge User Guide,
// "Comparison operators for use in event patterns"; of these it knows prefix and $or.
func matches(pattern, event object) bool {
	for name, want := range pattern {
		switch want := want.(type) {
		case object:
			inner, ok := event[name].(object)
			if !ok || !matches(want, inner) {
				return false
			}
		case []any:
			ok := slices.ContainsFunc(want, func(one any) bool {
				choice, isObject := one.(object)
				switch {
				case name == "$or":
					return matches(choice, event)
				case isObject:
					text, _ := event[name].(string)
					return strings.HasPrefix(text, choice["prefix"].(string))
				}
				return one == event[name]
			})
			if !ok {
				return false
			}
		}
	}
	return true
}

// TestMessages checks that what goes to the topic is JSON of the form that AWS Chatbot
// shows. Amazon Q Developer in chat applications Administrator Guide, "Custom
// notifications".
func TestMessages(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	target := property(resolved, "AlarmRule", "Targets", 0, "InputTransformer")
	message := at(target, "InputTemplate").(string)
	for name := range at(target, "InputPathsMap").(object) {
		// A variable outside of quotes becomes a string with quotes.
		message = regexp.MustCompile("([:[] *)<"+name+">").ReplaceAllString(message, `$1"text"`)
		message = strings.ReplaceAll(message, "<"+name+">", "text")
	}
	var sent struct {
		Version, Source string
		Content         struct {
			Title, Description string
			NextSteps          []string
		}
	}
	if err := json.Unmarshal([]byte(message), &sent); err != nil || sent.Version != "1.0" || sent.Source != "custom" ||
		sent.Content.Title != "text is text in text" || sent.Content.Description != "text" || !slices.Equal(sent.Content.NextSteps, []string{"text"}) {
		t.Errorf("%v: %s", err, message)
	}
}

// TestDashboard checks that the dashboard is JSON, and that a region stands in it once for
// each of its widgets of regions.
func TestDashboard(t *testing.T) {
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	body := property(resolved, "Dashboard", "DashboardBody", "Fn::Sub").(string)
	var board struct {
		Widgets []struct {
			Properties struct {
				Title   string
				Metrics [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &board); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	var regional []string
	for _, w := range board.Widgets {
		regions := map[any]bool{}
		for _, metric := range w.Properties.Metrics {
			if region := at(metric, len(metric)-1, "region"); region != nil {
				regions[region] = true
			}
		}
		if len(regions) > 0 && len(regions) == len(w.Properties.Metrics) {
			regional = append(regional, w.Properties.Title)
		}
	}
	if want := []string{"Invocations", "Throttles", "Variants", "s3-denied", "out-of-memory", "does-not-fit"}; !slices.Equal(regional, want) {
		t.Errorf("by region are %q, want %q", regional, want)
	}
}

// TestRegionTemplatePasses checks that cfn-lint finds nothing in the stack set's template.
func TestRegionTemplatePasses(t *testing.T) {
	needTools(t)
	resolved := newResolver(t, parsed(t), merged(code, email)).resolved()
	_, template := regionTemplate(t, resolved)
	dir := t.TempDir()
	write(t, dir, "regions", template)
	if findings := linted(t, dir+"/*.json"); len(findings) > 0 {
		t.Errorf("cfn-lint finds %q", findings)
	}
}
