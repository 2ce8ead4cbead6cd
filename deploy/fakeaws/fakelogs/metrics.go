package fakelogs

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// Metrics is a fake of the part of CloudWatch that counts samples of metrics. It makes
// them of the logs' lines in the embedded metric format.
type Metrics struct {
	// Lost makes no metric of any line.
	Lost bool

	logs *Logs
}

// NewMetrics adds CloudWatch to the server of logs.
func NewMetrics(logs *Logs) *Metrics {
	m := &Metrics{logs: logs}
	logs.server.Service("monitoring", refuseCBOR).Handle("POST /service/GraniteServiceVersion20100801/operation/GetMetricStatistics",
		fakeaws.Operation{Name: "GetMetricStatistics", Do: m.statistics})
	return m
}

// statistics handles GetMetricStatistics of metrics without dimensions. It answers with
// one datapoint for the whole time.
func (m *Metrics) statistics(r *fakeaws.Request) (*fakeaws.Response, error) {
	value, err := cbor.Decode(r.Body)
	if err != nil {
		return nil, refusal("SerializationException", err.Error())
	}
	asked, ok := value.(cbor.Map)
	if !ok || asked["Dimensions"] != nil {
		return nil, refusal("InvalidParameterCombination", "fakelogs knows metrics without dimensions only")
	}
	namespace, _ := asked["Namespace"].(cbor.String)
	name, _ := asked["MetricName"].(cbor.String)
	from, ok1 := timeOf(asked["StartTime"])
	to, ok2 := timeOf(asked["EndTime"])
	if namespace == "" || name == "" || !ok1 || !ok2 || !to.After(from) {
		return nil, refusal("InvalidParameterValue", "The parameters Namespace, MetricName, StartTime and EndTime are required.")
	}
	samples := 0
	for at, events := range m.logs.groups {
		for _, e := range events {
			when := time.UnixMilli(e.Timestamp)
			if at.region == r.Region && !when.Before(from) && when.Before(to) && !m.Lost && hasSample(e.Message, string(namespace), string(name)) {
				samples++
			}
		}
	}
	points := cbor.List{}
	if samples > 0 {
		points = append(points, cbor.Map{"SampleCount": cbor.Float64(samples), "Unit": cbor.String("Milliseconds")})
	}
	return &fakeaws.Response{Header: cborHeader(), Body: cbor.Encode(cbor.Map{"Label": name, "Datapoints": points})}, nil
}

// hasSample reports whether a line has a sample of a metric without dimensions.
// CloudWatch User Guide, "Specification: Embedded metric format".
func hasSample(line, namespace, name string) bool {
	var document struct {
		AWS struct {
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	var members map[string]any
	if json.Unmarshal([]byte(line), &document) != nil || json.Unmarshal([]byte(line), &members) != nil {
		return false
	}
	if _, ok := members[name].(float64); !ok {
		return false
	}
	for _, directive := range document.AWS.CloudWatchMetrics {
		bare := slices.ContainsFunc(directive.Dimensions, func(set []string) bool { return len(set) == 0 })
		named := slices.ContainsFunc(directive.Metrics, func(m struct{ Name, Unit string }) bool { return m.Name == name })
		if bare && named && directive.Namespace == namespace {
			return true
		}
	}
	return false
}

// timeOf returns a time in CBOR: seconds since 1970 with the tag 1 (RFC 8949, 3.4.2).
func timeOf(value cbor.Value) (at time.Time, ok bool) {
	tag, ok := value.(*cbor.Tag)
	if !ok || tag.ID != 1 {
		return time.Time{}, false
	}
	switch seconds := tag.Value.(type) {
	case cbor.Uint:
		return time.Unix(int64(seconds), 0), true
	case cbor.Float64:
		return time.UnixMilli(int64(seconds * 1000)), true
	}
	return time.Time{}, false
}

// cborHeader returns the header of a response (Smithy, "RPC v2 CBOR protocol").
func cborHeader() http.Header {
	return http.Header{"Content-Type": {"application/cbor"}, "Smithy-Protocol": {"rpc-v2-cbor"}}
}

// refuseCBOR writes an error in that protocol. It is a [fakeaws.Refuser].
func refuseCBOR(w http.ResponseWriter, e *fakeaws.Error, _ string) {
	for name, values := range cborHeader() {
		w.Header()[name] = values
	}
	w.WriteHeader(e.Status)
	_, _ = w.Write(cbor.Encode(cbor.Map{"__type": cbor.String(e.Code), "message": cbor.String(e.Message)})) // the client may be gone
}
