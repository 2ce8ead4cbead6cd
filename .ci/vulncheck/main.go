// Command vulncheck runs govulncheck on modules, by their folders:
//
//	vulncheck [-db URL] DIR...
//
// A known vulnerability that a module's code calls, and a module that cannot be
// checked, are errors. A database of vulnerabilities that cannot be reached is
// none: the command says that it was skipped. It is a module of its own, so that
// what govulncheck needs is none of the project's.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/vuln/scan"
)

func main() {
	db := flag.String("db", cmp.Or(os.Getenv("GOVULNDB"), "https://vuln.go.dev"), "the database of vulnerabilities at `URL`, http, https or file")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: vulncheck [-db URL] DIR...\nruns govulncheck on the modules in folders")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := check(context.Background(), *db, flag.Args(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "govulncheck:", err)
		os.Exit(1)
	}
}

// check checks the modules in dirs and writes what was found to stdout, and at the
// end one line of what was done. A database that cannot be reached is no error.
func check(ctx context.Context, db string, dirs []string, stdout io.Writer) error {
	if err := reach(ctx, db); err != nil {
		_, err = fmt.Fprintf(stdout, "govulncheck: skipped: %v\n", err)
		return err
	}
	for _, dir := range dirs {
		var report bytes.Buffer
		c := scan.Command(ctx, "-C", dir, "-db", db, "./...")
		c.Stdin, c.Stdout, c.Stderr = strings.NewReader(""), &report, &report
		err := c.Start()
		if err == nil {
			err = c.Wait()
		}
		if err != nil {
			_, writing := stdout.Write(report.Bytes())
			return errors.Join(fmt.Errorf("%s: %w", dir, err), writing)
		}
	}
	_, err := fmt.Fprintf(stdout, "govulncheck: no known vulnerability is called, modules: %d\n", len(dirs))
	return err
}

// patience is how long the database may take to answer.
const patience = 20 * time.Second

// reach returns why a database cannot be reached, or nil. It asks for the index
// that every database has: https://go.dev/security/vuln/database#api.
func reach(ctx context.Context, db string) error {
	if !strings.HasPrefix(db, "http://") && !strings.HasPrefix(db, "https://") {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, strings.TrimRight(db, "/")+"/index/modules.json.gz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", db, response.Status)
	}
	return nil
}
