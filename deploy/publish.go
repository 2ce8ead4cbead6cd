package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
)

// publishCommand packages and publishes a version.
func publishCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var what packing
	what.register(flags)
	var where releasing
	where.register(flags)
	var o release.PublishOptions
	flags.StringVar(&o.Role, "role", "", "the role's `ARN`; needed for a function that does not exist yet")
	flags.IntVar(&o.MemoryMB, "memory", 0, fmt.Sprintf("memory in `MB` (default the function's, %d for a new one)", release.DefaultMemoryMB))
	flags.IntVar(&o.TimeoutS, "timeout", 0, fmt.Sprintf("`SECONDS` for a request, at most %d (default the function's, %d for a new one)", release.MaxTimeoutS, release.DefaultTimeoutS))
	if err := parse(flags, args); err != nil {
		return err
	}
	if o.MemoryMB != 0 && (o.MemoryMB < 128 || o.MemoryMB > 10240) {
		return wrongUsage(flags, "-memory is %d: want 128 to 10240", o.MemoryMB)
	}
	if o.TimeoutS < 0 || o.TimeoutS > release.MaxTimeoutS {
		return wrongUsage(flags, "-timeout is %d: want 1 to %d", o.TimeoutS, release.MaxTimeoutS)
	}
	r, err := where.releaser(ctx, flags, stdout)
	if err != nil {
		return err
	}
	p, _, err := what.pack(ctx)
	if err != nil {
		return err
	}
	o.Zip, o.Description = p.Zip, describe(p, what.launcher)
	arn, err := r.Publish(ctx, o)
	if err == nil && arn != "" {
		_, err = fmt.Fprintln(stdout, arn)
	}
	return err
}

// maxDescription is how long a version's description may be, in bytes. AWS
// Lambda API Reference, "PublishVersion".
const maxDescription = 256

// describe says how a package differs from the defaults, for those who look at
// a version and ask what it is.
func describe(p *pack.Package, launcher string) string {
	words := []string{"launcher=" + launcher}
	got, usual := reflect.ValueOf(p.Config), reflect.ValueOf(edge.DefaultConfig())
	for i := range got.NumField() {
		if reflect.DeepEqual(got.Field(i).Interface(), usual.Field(i).Interface()) {
			continue
		}
		value, err := json.Marshal(got.Field(i).Interface())
		if err != nil {
			continue // strings, numbers and lists of them marshal
		}
		words = append(words, got.Type().Field(i).Tag.Get("json")+"="+strings.Trim(string(value), `"`))
	}
	text := strings.Join(words, " ")
	return strings.ToValidUTF8(text[:min(len(text), maxDescription)], "")
}
