package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// logLine is a line as CloudWatch reads it. CloudWatch User Guide,
// "Specification: Embedded metric format".
type logLine struct {
	Outcome   string
	Reason    string
	Region    string
	LambdaID  string `json:"lambda_request_id"`
	ColdStart bool   `json:"cold_start"`
	AWS       struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

// checkLog checks that log has one JSON object per line, one for each of
// outcomes and nothing else, with every metric and dimension that it names.
func checkLog(t *testing.T, log io.Reader, outcomes []string) {
	t.Helper()
	text, err := io.ReadAll(log)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != len(outcomes) {
		t.Fatalf("%d lines of log, want %d:\n%s", len(lines), len(outcomes), text)
	}
	ids := map[string]bool{}
	for i, text := range lines {
		var line logLine
		var members map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("line %d is no JSON object: %v: %s", i, err, text)
		}
		if err := json.Unmarshal([]byte(text), &members); err != nil {
			t.Fatal(err)
		}
		outcome := line.Outcome
		if outcome == "original" {
			outcome = line.Reason
		}
		if outcome != outcomes[i] || line.ColdStart != (i == 0) || line.Region != "eu-central-1" || ids[line.LambdaID] {
			t.Errorf("line %d, want %s: %s", i, outcomes[i], text)
		}
		ids[line.LambdaID] = true
		if line.AWS.Timestamp == 0 || len(line.AWS.CloudWatchMetrics) == 0 {
			t.Fatalf("line %d is no metric document: %s", i, text)
		}
		for _, directive := range line.AWS.CloudWatchMetrics {
			if directive.Namespace == "" {
				t.Errorf("line %d has metrics without a namespace: %s", i, text)
			}
			for _, metric := range directive.Metrics {
				if _, ok := members[metric.Name].(float64); !ok {
					t.Errorf("line %d has no number %s: %s", i, metric.Name, text)
				}
			}
			for _, dimension := range directive.Dimensions {
				for _, name := range dimension {
					if _, ok := members[name].(string); !ok {
						t.Errorf("line %d has no string %s: %s", i, name, text)
					}
				}
			}
		}
	}
}
