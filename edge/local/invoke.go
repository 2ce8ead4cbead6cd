package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// invoke replays a recorded event and prints what came of it.
func invoke(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("local invoke", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the picture to `FILE`")
	var from originFlags
	from.register(flags)
	var config configFlag
	config.register(flags)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: go run ./edge/local invoke EVENT.json [flags]\n\n"+
			"Replays a recorded origin-response event. The folder of originals stands for\n"+
			"whatever bucket the event names.\n\n")
		flags.PrintDefaults()
	}
	files, err := parse(flags, args, "EVENT.json")
	if err != nil {
		return err
	}
	event, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	cfg, err := config.read()
	if err != nil {
		return err
	}
	origin, err := from.open(true)
	if err != nil {
		return err
	}
	defer origin.close()
	ctx, cancel := context.WithTimeout(ctx, cloudfront.FunctionTimeout)
	defer cancel()
	response, outcome, err := newSandboxes(cfg, origin.source).handle(ctx, event)
	if err != nil {
		return fmt.Errorf("%s: %w", files[0], err)
	}
	return report(stdout, event, response, outcome, *out)
}

// report prints a response, whether CloudFront takes it, and the outcome, and
// writes the picture to the file called out.
func report(stdout io.Writer, event, response []byte, outcome edge.Outcome, out string) error {
	if err := printResponse(stdout, response); err != nil {
		return err
	}
	printOutcome(stdout, outcome)
	var sent edge.Event
	if err := json.Unmarshal(event, &sent); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	result, err := cloudfront.Check(response, sent.Records[0].CF.Response)
	if err != nil {
		return fmt.Errorf("CloudFront would answer 502: %w", err)
	}
	if result.Body == nil {
		fmt.Fprintln(stdout, "served:  ", sent.Records[0].CF.Request.URI, "as the origin sent it")
		return nil
	}
	if out == "" {
		return nil
	}
	if err := os.WriteFile(out, result.Body, 0o644); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "written: ", out)
	return nil
}

// shownBody is how much of a body is printed, in bytes.
const shownBody = 60

func printResponse(w io.Writer, response []byte) error {
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		return fmt.Errorf("response: %w", err)
	}
	if n := len(r.Body); n > shownBody {
		r.Body = fmt.Sprintf("%s... (%d characters)", r.Body[:shownBody], n)
	}
	shown, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s\n\n", shown)
	return nil
}

func printOutcome(w io.Writer, o edge.Outcome) {
	fmt.Fprintln(w, "outcome: ", o)
	if o.Reason != "" {
		fmt.Fprintln(w, "because: ", o.Err)
	}
	for _, p := range []struct {
		label string
		edge.Picture
	}{{"original:", o.Original}, {"variant: ", o.Variant}} {
		if p.Bytes > 0 {
			fmt.Fprintf(w, "%s %s, %dx%d, %d bytes\n", p.label, p.Format, p.Width, p.Height, p.Bytes)
		}
	}
	s := o.Stages
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(w, "ms:       fetch %.1f, decode %.1f, resample %.1f, encode %.1f, all %.1f\n",
		ms(s.Fetch), ms(s.Decode), ms(s.Resample), ms(s.Encode), ms(s.Total))
}
