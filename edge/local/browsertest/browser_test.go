//go:build !race

// The server under test is a process of its own, which the race detector cannot
// see.

package browsertest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	project = "../../.."
	screens = project + "/.cache/screens"
)

// All tests share a browser, the server command, and the URL, without a final
// slash, of a server that gives S3 little time.
var (
	chromium context.Context
	command  string
	server   string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	path := findChromium()
	if path == "" {
		return m.Run() // each test reports it
	}
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	command = filepath.Join(dir, "local")
	if err := build(); err != nil {
		return failed(err)
	}
	url, stop, err := startServer(`{"timeout_ms": 8000}`)
	if err != nil {
		return failed(err)
	}
	defer stop()
	server = url
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	chromium, cancel = chromedp.NewContext(allocator)
	defer cancel()
	if err := chromedp.Do(chromium); err != nil {
		return failed(fmt.Errorf("%s: %w", path, err))
	}
	return m.Run()
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "browsertest:", err)
	return 1
}

func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// started matches what the server prints first.
var started = regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/`)

// build builds the command as packages are built: with vectors, it makes variants
// several times as fast. The experiment changes nothing where there are none.
func build() error {
	build := exec.Command("go", "build", "-o", command, "./edge/local")
	build.Dir = project
	build.Env = append(os.Environ(), "GOEXPERIMENT=simd")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// startServer starts the command as make run does, with a port and a config of
// its own and further arguments.
func startServer(config string, arguments ...string) (url string, stop func(), err error) {
	file := filepath.Join(filepath.Dir(command), "config.json")
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		return "", nil, err
	}
	server := exec.Command(command, append([]string{"-addr", "127.0.0.1:0", "-config", file}, arguments...)...)
	server.Dir = project
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop = sync.OnceFunc(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Scan()
	m := started.FindStringSubmatch(lines.Text())
	if m == nil {
		stop()
		return "", nil, fmt.Errorf("the server says %q", lines.Text())
	}
	go func() {
		for lines.Scan() { // otherwise the command would block
		}
	}()
	return m[1], stop, nil
}

// tab is a tab of the browser that shows the page.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	console []string
	// expected matches what the console may say.
	expected *regexp.Regexp
}

// newServer starts a server with config and further arguments, which stop or the end of the
// test ends.
func newServer(t *testing.T, config string, arguments ...string) (url string, stop func()) {
	t.Helper()
	needChromium(t)
	url, stop, err := startServer(config, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return url, stop
}

// needChromium skips or fails the test if there is no Chromium.
func needChromium(t *testing.T) {
	t.Helper()
	switch {
	case chromium != nil:
	case os.Getenv("BROWSER") == "required":
		t.Fatal("no Chromium: install it, on Debian by apt-get install chromium")
	default:
		t.Skip("skipped: no Chromium to try the page in; on Debian it comes by apt-get install chromium")
	}
}

// newTab returns a tab for a test, 1280 by 900 pixels in light colours. The
// test fails if its console gets an error.
func newTab(t *testing.T) *tab {
	t.Helper()
	needChromium(t)
	ctx, cancel := chromedp.NewContext(chromium)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: ctx}
	messages := chromedp.Console(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning || m.IsException() {
				b.mu.Lock()
				b.console = append(b.console, fmt.Sprint(m, " ", m.URL))
				b.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
		for _, line := range b.console {
			if b.expected == nil || !b.expected.MatchString(line) {
				t.Errorf("console: %s", line)
			}
		}
	})
	b.viewport(1280, 900)
	b.colours("light")
	return b
}

// do runs actions, which must succeed.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// open goes to a path of the server and waits until the page shows an answer.
func (b *tab) open(path string) {
	b.t.Helper()
	b.openURL(server + path)
}

func (b *tab) openURL(url string) {
	b.t.Helper()
	b.show(url)
	b.settled()
}

// show goes to a page that is not the server's and waits until it is loaded.
func (b *tab) show(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// settled waits until an answer is shown and no other is awaited.
func (b *tab) settled() {
	b.t.Helper()
	b.wait(`document.getElementById("verdict")?.textContent !== "" && !document.getElementById("try").hasAttribute("aria-busy")`)
}

// patience is how long a page may take for what a test waits for, also on a
// busy machine.
const patience = 20 * time.Second

// wait waits until a JavaScript expression is true. It ignores errors: a page
// that is being left causes some.
func (b *tab) wait(expression string) {
	b.t.Helper()
	deadline := time.After(patience)
	for {
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && got {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			b.t.Fatalf("waited for %s, %v; the verdict is %q", expression, err, b.text("#verdict"))
		}
	}
}

// eval returns the value of a JavaScript expression, or of the promise that it
// gives.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// text returns the text of the first element that a CSS selector finds.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf("document.querySelector(%q)?.textContent.trim() ?? ''", selector))
}

// expect fails the test unless an element's text contains part.
func (b *tab) expect(selector, part string) {
	b.t.Helper()
	if got := b.text(selector); !strings.Contains(got, part) {
		b.t.Errorf("%s: got %q, want %q in it", selector, got, part)
	}
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// press presses keys in the focused element.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

func (b *tab) focus(selector string) {
	b.t.Helper()
	b.do(chromedp.Focus(chromedp.CSS(selector)))
}

func (b *tab) viewport(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// colours sets the system's colour scheme, "light" or "dark".
func (b *tab) colours(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// screen saves a screenshot.
func (b *tab) screen(name string) {
	b.t.Helper()
	got, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(screens, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(screens, name+".png"), got.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
