package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// emulator is the folder with ministack and AWS's command line, which make try-deploy
// installs.
var emulator = os.Getenv("MINISTACK")

// needEmulator puts the emulator on the PATH, or skips the test without it.
func needEmulator(t *testing.T) {
	t.Helper()
	if emulator == "" {
		t.Skip("needs ministack and aws: run make try-deploy or make try-template")
	}
	t.Setenv("PATH", emulator+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// The credentials for ministack, which takes a key of 12 digits for the account's number.
const ministackKey, ministackSecret = fakeaws.Account, "test"

// newMinistack starts ministack at an address of this machine, and makes the commands, aws
// and make speak to it.
func newMinistack(t *testing.T) {
	t.Helper()
	needEmulator(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(address)
	var log bytes.Buffer
	cmd := exec.Command(filepath.Join(emulator, "ministack"))
	// Functions speak to this address.
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL=http://"+address, "BIND_HOST=127.0.0.1", "GATEWAY_PORT="+port, "TMPDIR="+t.TempDir(), "S3_DATA_DIR="+t.TempDir())
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s", log.Bytes()[max(0, log.Len()-4000):])
		}
	})
	useAWS(t, "http://"+address, ministackKey, ministackSecret)
	awaitAnswer(t, "http://"+address)
}

// awaitAnswer returns once something answers.
func awaitAnswer(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if response, err := http.Get(url); err == nil {
			response.Body.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal("ministack does not answer")
		case <-tick.C:
		}
	}
}

// keep lets people go on from README's commands with their own.
var keep = flag.Bool("keep", false, "after README's commands leave ministack running until Ctrl-C")

// keepRunning prints how another terminal speaks to ministack, and returns once this
// process is interrupted. distribution is the ID of the distribution that serves the URL
// picture.
func keepRunning(t *testing.T, distribution, picture string) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupted)
	fmt.Printf(`
The emulation goes on running until Ctrl-C. To type commands yourself, paste into another
terminal, in this checkout:

  export AWS_ENDPOINT_URL=%s AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s
  unset AWS_PROFILE AWS_SESSION_TOKEN
  export PATH=%q:"$PATH"

Then, for instance:

  aws cloudfront list-distributions
  go run ./deploy prepare -distribution %s
  go run ./deploy publish
  go run ./deploy attach -distribution %[5]s -url %s -dry-run
`, os.Getenv("AWS_ENDPOINT_URL"), ministackKey, ministackSecret, emulator, distribution, picture)
	select {
	case <-interrupted:
	case <-t.Context().Done():
	}
}
