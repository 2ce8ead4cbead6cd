package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
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
	var function functionFlags
	function.register(flags)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: go run ./edge/local [flags]\n"+
			"       go run ./edge/local invoke EVENT.json [flags]\n\n"+
			"Serves pictures through CloudFront, the function and S3 on this machine.\n\n")
		flags.PrintDefaults()
	}
	if _, err := parse(flags, args); err != nil {
		return err
	}
	config, err := function.readConfig()
	if err != nil {
		return err
	}
	// The origin takes the place of the one that the config may pin.
	config.Bucket, config.Region, config.KeyPrefix = "", "", ""
	origin, err := from.open(false)
	if err != nil {
		return err
	}
	defer origin.close()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	sandboxes := newSandboxes(config, origin.source, function.log(stderr))
	site := newSite(newDistribution(origin, sandboxes), origin.folder, stdout)
	greet(stdout, listener.Addr(), origin.folder)
	return serveUntil(ctx, &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}, listener)
}

// greet says where the site is and what to try there.
func greet(stdout io.Writer, addr net.Addr, folder *os.Root) {
	base := "http://" + addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		base = fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	fmt.Fprintf(stdout, "CloudFront on this machine: %s/\n", base)
	if folder == nil {
		return
	}
	if photo := firstJPEG(listOriginals(folder.FS())); photo != "" {
		fmt.Fprintf(stdout, "try: curl -o small.jpg '%s%s?width=500&height=300'\n", base, photo)
	}
}

// serveUntil serves until ctx is done, then gives running requests a moment to
// end.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close()
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-stopped
	return nil
}

func newDistribution(origin *origin, s *sandboxes) *cloudfront.Distribution {
	distribution := cloudfront.New(origin.Origin, s.function, cacheBytes)
	distribution.Noted = func(h http.Header, note string) {
		if note == "" {
			note = "none" // CloudFront answered by itself
		}
		h.Set(outcomeHeader, note)
	}
	return distribution
}

// newSite is the distribution, with a list of the originals in folder, where
// there is one, at "/". Each request to the distribution is a line on log.
func newSite(distribution http.Handler, folder *os.Root, log io.Writer) http.Handler {
	distribution = logged(log, distribution)
	if folder == nil {
		return distribution
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			serveIndex(w, folder)
			return
		}
		distribution.ServeHTTP(w, r)
	})
}

// logged writes a line for each request.
func logged(log io.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorder, r)
		fmt.Fprintf(log, "%s %s %d %s; %s; %d bytes in %.1f ms\n", r.Method, r.RequestURI, recorder.status,
			w.Header().Get("X-Cache"), w.Header().Get(outcomeHeader), recorder.bytes, milliseconds(time.Since(start)))
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
