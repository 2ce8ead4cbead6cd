package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// optIn are the regions of functions that an account has to turn on.
var optIn = []string{"af-south-1", "me-south-1"}

// The stack set of the alarms names all regions of functions but those that an account has
// to turn on, and the dashboard names all.
func TestAlarmsOfAllRegions(t *testing.T) {
	template, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	resources := at(template.Document, "Resources")
	text, err := json.Marshal(at(resources, "AlarmsOfRegions", "Properties", "StackInstancesGroup"))
	if err != nil {
		t.Fatal(err)
	}
	board, err := json.Marshal(at(resources, "Dashboard", "Properties", "DashboardBody"))
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range release.EdgeRegions {
		if watched := strings.Contains(string(text), `"`+region+`"`); watched == slices.Contains(optIn, region) {
			t.Errorf("%s has alarms: %v", region, watched)
		}
		if !strings.Contains(string(board), `\"region\":\"`+region+`\"`) {
			t.Errorf("the dashboard lacks %s", region)
		}
	}
}

// ringing are the resources that take an alarm to its topic.
var ringing = []string{"AlarmTopic", "AlarmRole", "AlarmRule"}

// An alarm that begins reaches the topic in words, and so does its end; a new alarm and
// another site's do not. The emulation takes no events from aws.cloudwatch, as AWS does.
// So the rule is made for another source there.
func TestTemplateAlarmsUnderEmulation(t *testing.T) {
	newMinistack(t)
	rule := makeRinging(t)
	topic := at(aws(t, "sns", "list-topics"), "Topics", 0, "TopicArn").(string)
	queue := at(sqs(t, "create-queue", "--queue-name", "rings"), "QueueUrl").(string)
	arn := at(sqs(t, "get-queue-attributes", "--queue-url", queue, "--attribute-names", "QueueArn"), "Attributes", "QueueArn").(string)
	aws(t, "sns", "subscribe", "--topic-arn", topic, "--protocol", "sqs", "--notification-endpoint", arn, "--attributes", "RawMessageDelivery=true")
	for _, tt := range []struct {
		alarm, before, after string
		rings                bool
	}{
		{"edgeresize: errors", "INSUFFICIENT_DATA", "OK", false},
		{"edgeresize-b: errors", "OK", "ALARM", false},
		{"edgeresize: errors", "OK", "ALARM", true},
		{"edgeresize: errors", "ALARM", "OK", true},
	} {
		detail := map[string]any{"alarmName": tt.alarm, "state": map[string]any{"value": tt.after, "reason": `Threshold "0" crossed`},
			"previousState": map[string]any{"value": tt.before}, "configuration": map[string]any{"description": "Look at the log."}}
		event := map[string]any{"id": "1", "source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "account": "123456789012",
			"time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "resources": []string{}, "detail": detail}
		pattern := jsonOf(t, at(rule, "EventPattern"))
		if got := at(aws(t, "events", "test-event-pattern", "--event-pattern", pattern, "--event", jsonOf(t, event)), "Result"); got != tt.rings {
			t.Errorf("%s from %s to %s rings: %v", tt.alarm, tt.before, tt.after, got)
		}
		aws(t, "events", "put-events", "--entries", jsonOf(t, []any{map[string]any{
			"Source": emulatedSource, "DetailType": event["detail-type"], "Detail": jsonOf(t, detail)}}))
	}
	var titles []string
	for range 2 {
		message := nextMessage(t, queue)
		if at(message, "content", "description") != `Threshold "0" crossed` || at(message, "content", "nextSteps", 0) != "Look at the log." || at(message, "source") != "custom" {
			t.Fatalf("got %v", message)
		}
		titles = append(titles, at(message, "content", "title").(string))
	}
	slices.Sort(titles)
	if want := []string{"edgeresize: errors is ALARM in us-east-1", "edgeresize: errors is OK in us-east-1"}; !slices.Equal(titles, want) {
		t.Errorf("got %q, want %q", titles, want)
	}
}

// emulatedSource stands for aws.cloudwatch in the emulation.
const emulatedSource = "test.cloudwatch"

// makeRinging makes a stack of the resources in ringing, for events of emulatedSource. It
// returns the properties of AlarmRule with the stack's name filled in.
func makeRinging(t *testing.T) (rule any) {
	t.Helper()
	template, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	part := maps.Clone(template.Document)
	resources := map[string]any{}
	for _, name := range ringing {
		resources[name] = at(part, "Resources", name)
	}
	part["Resources"] = resources
	delete(part, "Outputs")
	body := jsonOf(t, part)
	emulated := strings.Replace(body, `"source":["aws.cloudwatch"]`, `"source":["`+emulatedSource+`"]`, 1)
	if emulated == body {
		t.Fatal("the rule has another source")
	}
	file := filepath.Join(t.TempDir(), "ringing.json")
	if err := os.WriteFile(file, []byte(emulated), 0o600); err != nil {
		t.Fatal(err)
	}
	aws(t, "cloudformation", "create-stack", "--stack-name", "edgeresize", "--template-body", "file://"+file, "--capabilities", "CAPABILITY_IAM", "--parameters",
		"ParameterKey=CodeBucket,ParameterValue=packages", "ParameterKey=CodeKey,ParameterValue="+strings.Repeat("0", 64)+".zip", "ParameterKey=AlarmEmail,ParameterValue=ops@example.com")
	aws(t, "cloudformation", "wait", "stack-create-complete", "--stack-name", "edgeresize")
	resolver := cfn.Resolver{Document: template.Document, Values: map[string]any{"AWS::StackName": "edgeresize", "AlarmTopicArn": "", "AlarmEmail": "ops@example.com", "SlackChannel": ""},
		Attribute: func(resource, _ string) (any, error) { return resource, nil }}
	if rule, err = resolver.Value(at(template.Document, "Resources", "AlarmRule", "Properties")); err != nil {
		t.Fatal(err)
	}
	return rule
}

// sqs returns the answer of AWS's command line about queues, for which it does not read
// AWS_ENDPOINT_URL.
func sqs(t *testing.T, args ...string) any {
	t.Helper()
	return aws(t, append([]string{"--endpoint-url", os.Getenv("AWS_ENDPOINT_URL"), "sqs"}, args...)...)
}

// nextMessage takes the next message out of a queue, and returns its JSON.
func nextMessage(t *testing.T, queue string) (message any) {
	t.Helper()
	got := at(sqs(t, "receive-message", "--queue-url", queue, "--wait-time-seconds", "20"), "Messages", 0)
	if got == nil {
		t.Fatal("no message")
	}
	sqs(t, "delete-message", "--queue-url", queue, "--receipt-handle", at(got, "ReceiptHandle").(string))
	if err := json.Unmarshal([]byte(at(got, "Body").(string)), &message); err != nil {
		t.Errorf("%v: %v", err, at(got, "Body"))
	}
	return message
}

// jsonOf returns a value as JSON, without the escapes that HTML needs.
func jsonOf(t *testing.T, value any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
