package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TestMain runs the tests, or the function if a test has started this process.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	lambda.Start(lambdaFunction{})
}

// lambdaFunction does what its payload says.
type lambdaFunction struct{}

func (lambdaFunction) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	switch string(payload) {
	case "context":
		deadline, _ := ctx.Deadline()
		lc, _ := lambdacontext.FromContext(ctx)
		return fmt.Appendf(nil, "%d %s", deadline.UnixMilli(), lc.InvokedFunctionArn), nil
	case "fail":
		return nil, errors.New("as asked")
	case "panic":
		panic("as asked")
	case "large":
		return make([]byte, MaxPayload+1), nil
	}
	return payload, nil
}

// startFunction runs lambdaFunction in a process of its own.
func startFunction(t *testing.T) (*Server, *exec.Cmd) {
	s := New()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return s, cmd
}

// The client that production uses works with the server.
func TestLambdaGo(t *testing.T) {
	s, cmd := startFunction(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	mebibyte := bytes.Repeat([]byte("x"), 1<<20)
	for range 3 {
		if got, err := s.Invoke(ctx, mebibyte); err != nil || !bytes.Equal(got, mebibyte) {
			t.Fatalf("echo: %d bytes, %v", len(got), err)
		}
	}
	deadline, _ := ctx.Deadline()
	want := fmt.Sprintf("%d %s", deadline.UnixMilli(), FunctionARN)
	if got, err := s.Invoke(ctx, []byte("context")); err != nil || string(got) != want {
		t.Errorf("context: %q, %v; want %q", got, err, want)
	}
	checkError(t, s, "fail", "errorString", "as asked")
	if got, err := s.Invoke(ctx, []byte("again")); err != nil || string(got) != "again" {
		t.Errorf("after a failure: %q, %v", got, err)
	}
	checkError(t, s, "panic", "string", "as asked")
	if err := cmd.Wait(); err == nil {
		t.Error("the process survived a panic")
	}
}

func TestLambdaGoTooLarge(t *testing.T) {
	s, _ := startFunction(t)
	checkError(t, s, "large", "Function.ResponseSizeTooLarge", "more than")
}

func checkError(t *testing.T, s *Server, payload, kind, message string) {
	t.Helper()
	_, err := s.Invoke(t.Context(), []byte(payload))
	var failure *FunctionError
	if !errors.As(err, &failure) || failure.Type != kind || !strings.Contains(failure.Message, message) {
		t.Errorf("%s: %v, want %s: %s", payload, err, kind, message)
	}
}
