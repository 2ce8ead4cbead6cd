package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/edge"
)

// Each metric of the alarm on reasons is one that CloudWatch makes of the lines that the
// function logs, with the same dimensions.
func TestAlarmOnReasonsReadsTheLog(t *testing.T) {
	var log bytes.Buffer
	h := edge.New(edge.DefaultConfig(), nil, 0, slog.New(slog.NewJSONHandler(&log, nil)))
	h.Record(edge.Outcome{Variant: edge.Picture{Format: "avif"}, Effort: "medium"})
	for _, reason := range []edge.Reason{edge.NoSize, edge.S3Denied, edge.OutOfMemory, edge.DoesNotFit} {
		h.Record(edge.Outcome{Reason: reason, Err: errors.New("why")})
	}
	var made []string
	for line := range strings.Lines(log.String()) {
		made = append(made, metricsOf(t, line)...)
	}
	metrics := at(regionalAlarm(t, "Reasons"), "Metrics").([]any)
	if len(metrics) != 7 {
		t.Errorf("the alarm has %d metrics", len(metrics))
	}
	for _, m := range metrics[1:] {
		metric := at(m, "MetricStat", "Metric")
		name := fmt.Sprint(at(metric, "Namespace"), " ", at(metric, "MetricName"))
		if dimension := at(metric, "Dimensions", 0); dimension != nil {
			name += fmt.Sprint(" ", at(dimension, "Name"), "=", at(dimension, "Value"))
		}
		if !slices.Contains(made, name) {
			t.Errorf("%v: nothing logs the metric %q; the log makes\n%q", at(m, "Id"), name, made)
		}
	}
}

// metricsOf returns the metrics that CloudWatch makes of a line of the log, as "NAMESPACE
// NAME DIMENSION=VALUE …". CloudWatch User Guide, "Specification: Embedded metric format".
func metricsOf(t *testing.T, line string) (metrics []string) {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal([]byte(line), &document); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	directives, _ := at(document, "_aws", "CloudWatchMetrics").([]any)
	for _, directive := range directives {
		for _, set := range at(directive, "Dimensions").([]any) {
			dimensions := ""
			for _, name := range set.([]any) {
				dimensions += fmt.Sprint(" ", name, "=", document[name.(string)])
			}
			for _, metric := range at(directive, "Metrics").([]any) {
				name := at(metric, "Name").(string)
				if _, ok := document[name].(float64); !ok {
					t.Errorf("%s is no number in %s", name, line)
				}
				metrics = append(metrics, fmt.Sprint(at(directive, "Namespace"), " ", name, dimensions))
			}
		}
	}
	return metrics
}

// regionalAlarm returns the properties of an alarm of the alarms' stack set.
func regionalAlarm(t *testing.T, name string) any {
	t.Helper()
	template, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	resolver := cfn.Resolver{Document: template.Document, Values: map[string]any{"AWS::StackName": "edgeresize", "AWS::AccountId": "111122223333"},
		Attribute: func(resource, _ string) (any, error) { return resource, nil }}
	text, err := resolver.Value(at(template.Document, "Resources", "AlarmsOfRegions", "Properties", "TemplateBody"))
	if err != nil {
		t.Fatal(err)
	}
	regional, err := cfn.Parse([]byte(text.(string)))
	if err != nil {
		t.Fatal(err)
	}
	return at(regional.Document, "Resources", name, "Properties")
}
