package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/local/page"
)

// invoke replays a recorded event and prints the outcome.
func invoke(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("local invoke", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the variant to `FILE`; if the original is served, no file is written\n"+
		"and the exit status is still 0")
	var from originFlags
	from.register(flags)
	var function functionFlags
	function.register(flags)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: go run ./edge/local invoke EVENT.json [flags]\n\n"+
			"Replays a recorded origin-response event. The originals come from the folder,\n"+
			"whatever bucket the event names, or from the S3 bucket of -bucket.\n\n")
		flags.PrintDefaults()
	}
	files, err := parse(flags, args, "EVENT.json")
	if err != nil {
		return err
	}
	payload, event, err := readEvent(files[0])
	if err != nil {
		return err
	}
	config, err := function.readConfig()
	if err != nil {
		return err
	}
	origin, err := from.open(ctx, true)
	if err != nil {
		return err
	}
	if origin.remote != nil {
		config.Bucket, config.Region = origin.remote.Name, origin.remote.Region
	}
	defer origin.close()
	ctx, cancel := context.WithTimeout(ctx, cloudfront.FunctionTimeout)
	defer cancel()
	sandboxes := newSandboxes(config, origin.source, function.log(stderr))
	response, outcome, err := sandboxes.Handle(ctx, payload)
	if err != nil {
		return err
	}
	return report(stdout, event, response, outcome, *out)
}

// readEvent reads an origin-response event from a file.
func readEvent(file string) (payload []byte, event edge.Event, err error) {
	const examples = "testdata/events has examples"
	payload, err = os.ReadFile(file)
	if err != nil {
		return nil, event, fmt.Errorf("cannot read the event: %w; %s", err, examples)
	}
	err = json.Unmarshal(payload, &event)
	if err == nil && (len(event.Records) != 1 || event.Records[0].CF.Response.Status == "") {
		err = errors.New("Records[0].cf.response.status is missing")
	}
	if err != nil {
		return nil, event, fmt.Errorf("%s is not an origin-response event: %w; %s", file, err, examples)
	}
	return payload, event, nil
}

// report prints a response, whether CloudFront accepts it, and the outcome, and
// writes the variant to the file called out.
func report(stdout io.Writer, event edge.Event, response []byte, outcome edge.Outcome, out string) error {
	shown, err := page.Shortened(response)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n\n", shown)
	printOutcome(stdout, outcome)
	cf := event.Records[0].CF
	result, err := cloudfront.Check(response, cf.Response)
	switch {
	case err != nil:
		return fmt.Errorf("CloudFront would answer 502: %w", err)
	case result.Body == nil:
		fmt.Fprintf(stdout, "served:   %s as the origin sent it\n", cf.Request.URI)
		if out != "" {
			fmt.Fprintf(stdout, "written:  nothing; %s is unchanged. There is no variant, because %s\n", out, outcome.Reason.Meaning())
		}
		return nil
	case out == "":
		return nil
	}
	if err := os.WriteFile(out, result.Body, 0o644); err != nil {
		return fmt.Errorf("-out: %w", err)
	}
	fmt.Fprintf(stdout, "written:  %s\n", out)
	return nil
}

func printOutcome(w io.Writer, o edge.Outcome) {
	fmt.Fprintf(w, "outcome:  %s\n", o)
	if o.Reason != "" {
		fmt.Fprintf(w, "because:  %v\n", o.Err)
	}
	if o.FallbackErr != nil {
		fmt.Fprintf(w, "fallback: not made: %v\n", o.FallbackErr)
	}
	for _, p := range []struct {
		label string
		edge.Picture
	}{{"original:", o.Original}, {"variant: ", o.Variant}} {
		switch {
		case p.Width > 0:
			fmt.Fprintf(w, "%s %s, %dx%d, %d bytes\n", p.label, p.Format.Name(), p.Width, p.Height, p.Bytes)
		case p.Format != "":
			fmt.Fprintf(w, "%s %s, %d bytes\n", p.label, p.Format.Name(), p.Bytes)
		case p.Bytes > 0:
			fmt.Fprintf(w, "%s %d bytes\n", p.label, p.Bytes)
		}
	}
	s := o.Stages
	fmt.Fprintf(w, "ms:       fetch %.1f, decode %.1f, resample %.1f, encode %.1f, all %.1f\n",
		milliseconds(s.Fetch), milliseconds(s.Decode), milliseconds(s.Resample), milliseconds(s.Encode), milliseconds(s.Total))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
