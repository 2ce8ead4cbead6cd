package edge

import (
	"context"
	"log/slog"
	"time"
)

// metricsNamespace is where CloudWatch files the metrics.
const metricsNamespace = "edgeresize"

// Record writes the one log line of an invocation. [Handler.Invoke] does so by
// itself; callers of [Handler.Handle] may. The line is also a CloudWatch metric
// document: CloudWatch User Guide, "Specification: Embedded metric format".
// Sizes are pixels and bytes, durations milliseconds.
func (h *Handler) Record(o Outcome) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", o.RequestID),
		slog.String("lambda_request_id", o.LambdaID),
		slog.String("region", o.Region),
		slog.String("uri", o.URI),
		slog.String("asked", o.Asked.String()),
		slog.String("asked_format", string(o.AskedFormat)),
		slog.Bool("cold_start", o.ColdStart),
		picture("original", o.Original),
		picture("variant", o.Variant),
		slog.Int("quality", o.Quality),
		slog.Int("outgrown_bytes", o.Outgrown),
		slog.Group("ms",
			slog.Float64("fetch", ms(o.Stages.Fetch)),
			slog.Float64("decode", ms(o.Stages.Decode)),
			slog.Float64("resample", ms(o.Stages.Resample)),
			slog.Float64("encode", ms(o.Stages.Encode))),
		slog.Float64("duration_ms", ms(o.Stages.Total)),
	}
	metrics := []metric{{"duration_ms", "Milliseconds"}}
	dimensions := [][]string{{}}
	if o.Reason == "" {
		attrs = append(attrs, slog.String("outcome", "resized"), slog.Int("resized", 1),
			slog.Int("saved_bytes", o.Original.Bytes-o.Variant.Bytes))
		metrics = append(metrics, metric{"resized", "Count"}, metric{"saved_bytes", "Bytes"})
	} else {
		attrs = append(attrs, slog.String("outcome", "original"), slog.Int("served_original", 1),
			slog.String("reason", string(o.Reason)), slog.String("error", o.Err.Error()))
		metrics = append(metrics, metric{"served_original", "Count"})
		dimensions = append(dimensions, []string{"reason"})
		if o.Reason.Passing() {
			level = slog.LevelWarn
		}
	}
	attrs = append(attrs, slog.Any("_aws", metricDocument{
		Timestamp: time.Now().UnixMilli(),
		CloudWatchMetrics: []metricDirective{{
			Namespace: metricsNamespace, Dimensions: dimensions, Metrics: metrics,
		}},
	}))
	h.log.LogAttrs(context.Background(), level, "origin-response", attrs...)
}

func picture(key string, p Picture) slog.Attr {
	return slog.Group(key,
		slog.String("format", string(p.Format)),
		slog.String("size", Size{p.Width, p.Height}.String()),
		slog.Int("bytes", p.Bytes))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

type metricDocument struct {
	Timestamp         int64 // ms since 1970
	CloudWatchMetrics []metricDirective
}

type metricDirective struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct {
	Name string
	Unit string
}
