package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// cacheBytes is how much CloudFront on this machine keeps.
const cacheBytes = 256 << 20

// outcomeHeader tells what became of a request.
const outcomeHeader = "X-Local-Outcome"

// serve runs CloudFront on this machine until ctx is done.
func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8080", "listen on `HOST:PORT`")
	var from originFlags
	from.register(flags)
	var config configFlag
	config.register(flags)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: go run ./edge/local [flags]\n"+
			"       go run ./edge/local invoke EVENT.json [flags]\n\n"+
			"Serves pictures through CloudFront, the function and S3 on this machine.\n\n")
		flags.PrintDefaults()
	}
	if _, err := parse(flags, args); err != nil {
		return err
	}
	cfg, err := config.read()
	if err != nil {
		return err
	}
	origin, err := from.open(false)
	if err != nil {
		return err
	}
	defer origin.close()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	site := newSite(origin, newSandboxes(cfg, origin.source), stdout)
	fmt.Fprintf(stdout, "CloudFront on this machine: http://%s/\n", listener.Addr())
	return serveUntil(ctx, &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}, listener)
}

// serveUntil serves until ctx is done, then lets running requests end.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(soon)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// newSite is the distribution, with a list of the originals at "/". Each
// request is a line on log.
func newSite(origin *origin, s *sandboxes, log io.Writer) http.Handler {
	function := func(ctx context.Context, event []byte) ([]byte, string, error) {
		response, outcome, err := s.handle(ctx, event)
		return response, outcome.String(), err
	}
	distribution := cloudfront.New(origin.Origin, function, cacheBytes)
	distribution.Noted = func(h http.Header, note string) {
		if note != "" {
			h.Set(outcomeHeader, note)
		}
	}
	return logged(log, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && origin.folder != nil {
			serveIndex(w, r, origin.folder)
			return
		}
		distribution.ServeHTTP(w, r)
	}))
}

// logged writes a line for each request.
func logged(log io.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		fmt.Fprintf(log, "%s %s %d %s; %s; %d bytes in %.1f ms\n", r.Method, r.RequestURI, recorder.status,
			w.Header().Get("X-Cache"), w.Header().Get(outcomeHeader), recorder.bytes, float64(time.Since(start).Microseconds())/1000)
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status, bytes int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *statusRecorder) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}
