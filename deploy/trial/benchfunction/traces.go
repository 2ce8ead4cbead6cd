//go:build linux

package main

import (
	"slices"
	"strconv"
	"strings"
)

// kinds maps the beginnings of functions' names to what their time goes into.
var kinds = []struct{ name, what string }{
	{"crypto/internal/fips140/aes", "TLS: decryption"},
	{"crypto/tls", "TLS: records"},
	{"runtime.gcBgMarkWorker", "collecting garbage"},
	{"runtime.gcAssistAlloc", "collecting garbage"},
	{"runtime.bgsweep", "collecting garbage"},
	{"runtime.bgscavenge", "collecting garbage"},
	{"runtime.mallocgc", "allocating"},
	{"runtime.newobject", "allocating"},
	{"runtime.makeslice", "allocating"},
	{"runtime.growslice", "allocating"},
	{"internal/poll.(*FD).Read", "reading from sockets"},
	{"internal/poll.(*FD).Write", "writing to sockets"},
	{"internal/poll", "sockets"},
	{"runtime.schedule", "scheduling"},
	{"runtime.findRunnable", "scheduling"},
	{"runtime.mcall", "scheduling"},
	{"runtime.mstart", "scheduling"},
	{"runtime.goready", "scheduling"},
	{"runtime.ready", "scheduling"},
	{"runtime.systemstack", "scheduling"},
	{"encoding/base64", "base64"},
	{"encoding/json", "JSON"},
	{"crypto/", "hashing and signing"},
	{"time.", "timers"},
	{"github.com/edgeresize/edgeresize/resize", "resize"},
	{"github.com/aws/aws-sdk-go-v2", "S3 client"},
	{"github.com/aws/smithy-go", "S3 client"},
	{"net/http", "HTTP"},
	{"net/textproto", "HTTP"},
	{"bufio", "HTTP"},
	{"log/slog", "log"},
	{"github.com/aws/aws-lambda-go", "Runtime API"},
	{"github.com/edgeresize/edgeresize/edge/s3origin", "s3origin"},
	{"github.com/edgeresize/edgeresize/edge", "edge"},
}

// kindOf returns what the time of a sample went into: by the first of its frames, the
// innermost first, that is in kinds.
func kindOf(frames []string) string {
	for _, frame := range frames {
		for _, k := range kinds {
			if strings.HasPrefix(frame, k.name) {
				return k.what
			}
		}
	}
	return "other"
}

// parseTraces returns the shares in the output of pprof -traces, the largest first. A sample
// there is a line with its time and innermost frame, a line for each other frame, and a line
// of dashes.
func parseTraces(text string) []share {
	times := map[string]float64{}
	all := 0.0
	var time float64
	var frames []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "-----") {
			if time > 0 {
				times[kindOf(frames)] += time
				all += time
			}
			time, frames = 0, nil
			continue
		}
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if number, ok := strings.CutSuffix(fields[0], "ms"); ok && len(fields) > 1 && frames == nil {
			if t, err := strconv.ParseFloat(number, 64); err == nil {
				time, fields = t, fields[1:]
			}
		}
		if time > 0 {
			frames = append(frames, fields[0])
		}
	}
	if time > 0 {
		times[kindOf(frames)] += time
		all += time
	}
	var shares []share
	for what, t := range times {
		shares = append(shares, share{what, t / all})
	}
	slices.SortFunc(shares, func(a, b share) int { return strings.Compare(a.what, b.what) })
	slices.SortStableFunc(shares, func(a, b share) int {
		switch {
		case a.of > b.of:
			return -1
		case a.of < b.of:
			return 1
		}
		return 0
	})
	return shares
}
