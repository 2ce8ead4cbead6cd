package edge

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// metricsNamespace is the CloudWatch namespace of the metrics.
const metricsNamespace = "edgeresize"

// ServedFallback is the outcome in the log of an invocation that served the
// fallback picture.
const ServedFallback = "fallback"

// Record writes the one log line of an invocation. [Handler.Invoke] calls it;
// callers of [Handler.Handle] may. The line is also a CloudWatch metric
// document: CloudWatch User Guide, "Specification: Embedded metric format".
// Sizes are in pixels and bytes, durations in milliseconds.
func (h *Handler) Record(o Outcome) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("request_id", o.RequestID),
		slog.String("lambda_request_id", o.LambdaID),
		slog.String("region", o.Region),
		slog.String("uri", o.URI),
		slog.String("asked", o.Asked.Size.String()),
		slog.String("asked_format", string(o.Asked.Format)),
		slog.String("asked_query", o.Asked.Query()),
		slog.Bool("cold_start", o.ColdStart),
		picture("original", o.Original),
		picture("variant", o.Variant),
		slog.Int("quality", o.Quality),
		slog.String("effort", o.Effort),
		passedOver(o.PassedOver),
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
	var directives []metricDirective
	switch {
	case o.Reason == "":
		attrs = append(attrs, slog.String("outcome", "resized"), slog.Int("resized", 1),
			slog.Int("saved_bytes", o.Original.Bytes-o.Variant.Bytes),
			slog.String("format", string(o.Variant.Format)), slog.Int("variant_bytes", o.Variant.Bytes), slog.Float64("encode_ms", ms(o.Stages.Encode)))
		metrics = append(metrics, metric{"resized", "Count"}, metric{"saved_bytes", "Bytes"})
		directives = append(directives, encoding(o))
		if focus := fmt.Sprintf("%.3g,%.3g", o.Focus.X, o.Focus.Y); focus != "0.5,0.5" {
			attrs = append(attrs, slog.String("focus", focus))
		}
	case o.Fallback:
		attrs = append(attrs, slog.String("outcome", ServedFallback), slog.Int("fallback_pictures", 1),
			slog.String("missing", string(o.Reason)), slog.String("error", o.Err.Error()))
		metrics = append(metrics, metric{"fallback_pictures", "Count"})
	default:
		said := o.Err.Error()
		if o.FallbackErr != nil {
			said += "; the fallback picture: " + o.FallbackErr.Error()
		}
		attrs = append(attrs, slog.String("outcome", "original"), slog.Int("served_original", 1),
			slog.String("reason", string(o.Reason)), slog.String("error", said))
		metrics = append(metrics, metric{"served_original", "Count"})
		dimensions = append(dimensions, []string{"reason"})
		if o.Reason.Passing() || o.FallbackErr != nil {
			level = slog.LevelWarn
		}
	}
	directives = append(directives, metricDirective{Namespace: metricsNamespace, Dimensions: dimensions, Metrics: metrics})
	attrs = append(attrs, slog.Any("_aws", metricDocument{Timestamp: time.Now().UnixMilli(), CloudWatchMetrics: directives}))
	h.log.LogAttrs(context.Background(), level, "origin-response", attrs...)
}

// encoding returns the metrics of a variant by its format and its encoder's
// effort.
func encoding(o Outcome) metricDirective {
	dimensions := [][]string{{"format"}}
	if o.Effort != "" { // CloudWatch rejects an empty dimension
		dimensions = append(dimensions, []string{"format", "effort"})
	}
	return metricDirective{
		Namespace: metricsNamespace, Dimensions: dimensions,
		Metrics: []metric{{"resized", "Count"}, {"variant_bytes", "Bytes"}, {"encode_ms", "Milliseconds"}},
	}
}

// passedOver returns the formats that were passed over, why, and the
// milliseconds spent on encodings that were not used.
func passedOver(all []resize.PassedOver) slog.Attr {
	var attrs []any
	for _, p := range all {
		attrs = append(attrs, slog.Group(string(p.Format), slog.String("why", string(p.Why)), slog.Float64("ms", ms(p.Took))))
	}
	return slog.Group("passed_over", attrs...)
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
