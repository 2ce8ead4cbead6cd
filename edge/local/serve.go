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

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/page"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// serve runs CloudFront on this machine until ctx is done.
func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8080", "listen on `HOST:PORT`; the server answers only to HOST and localhost,\n"+
		"or to every IP address if HOST is 0.0.0.0 or missing")
	raw := flags.Bool("raw", false, "leave out the viewer-request function, to see what it is for; the cache key\n"+
		"then holds the parameters as viewers spell them")
	keys := flags.String("signing-keys", "", "check signatures by the keys in `FILE`, if the config switches signature on,\n"+
		"and sign the page's requests; without keys every size gets the original")
	var from originFlags
	from.register(flags)
	from.registerMissing(flags)
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
	signing, err := readSigningKeys(*keys, config)
	if err != nil {
		return err
	}
	// The origin replaces the one in the config.
	config.Bucket, config.Region, config.KeyPrefix = "", "", ""
	origin, err := from.open(ctx, false)
	if err != nil {
		return err
	}
	defer origin.close()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	sandboxes := newSandboxes(config, origin.source, function.log(stderr))
	sandboxes.keys = signing
	distribution := newDistribution(origin, sandboxes, *raw)
	site := newSite(distribution, origin, sandboxes, stdout)
	greet(stdout, listener.Addr(), origin, signerFor(distribution, sandboxes))
	return serveUntil(ctx, &http.Server{Handler: newHosts(*addr, listener.Addr()).guard(site), ReadHeaderTimeout: 10 * time.Second}, listener)
}

// readSigningKeys reads the keys in file, "" for none. It refuses keys that config
// does not use.
func readSigningKeys(file string, config edge.Config) (viewerrequest.Keys, error) {
	switch {
	case file == "":
		return viewerrequest.Keys{}, nil
	case !viewerrequest.SettingsOf(config).ChecksSignatures():
		return viewerrequest.Keys{}, errors.New(`-signing-keys: the config's parameters do not include "signature", so no signature is checked`)
	}
	keys, err := viewerrequest.ReadKeys(file)
	if err != nil {
		return viewerrequest.Keys{}, fmt.Errorf("-signing-keys: %w", err)
	}
	return keys, nil
}

// greet prints where the site is and what to try there.
func greet(stdout io.Writer, addr net.Addr, origin *origin, signer page.Signer) {
	base := "http://" + addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		base = fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	fmt.Fprintf(stdout, "CloudFront on this machine: %s/\n", base)
	if signer.LacksKeys() {
		fmt.Fprintln(stdout, page.NoKeys)
	}
	if origin.remote != nil {
		fmt.Fprintf(stdout, "S3: the bucket %s in %s, at %s\n", origin.remote.Name, origin.remote.Region, origin.remote.Endpoint)
		return
	}
	if photo, ok := page.FirstJPEG(page.List(origin.folder.FS())); ok {
		fmt.Fprintf(stdout, "try: curl -o small.jpg '%s%s'\n", base, signer.Sign(photo.Path()+"?width=500&height=300"))
	}
}

// serveUntil serves until ctx is done, then gives running requests two seconds
// to end.
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
