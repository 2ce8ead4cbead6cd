// Command bench compares this project's resize with sharp and Pillow, side by side in
// one run on the same files, and prints one table: CPU time, peak memory, quality and
// bytes, as ratios.
//
//	make bench                       inputs made by the command
//	make bench BENCH_IN=~/Pictures   every JPEG, PNG and WebP of a folder, to 500x300
//
// The make target installs sharp. Pillow is measured if python3 has it. The command
// needs Linux and node.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
)

// bench holds the state of one run.
type bench struct {
	cache   string // folder of inputs, of sharp and of the peers' output
	sources string // folder of the peers' scripts
	times   int
	peers   []peer // ours first, then sharp
}

func (b *bench) script(name string) string { return filepath.Join(b.sources, name) }

func main() {
	if len(os.Args) > 1 && os.Args[1] == "self" {
		exitOn(self(os.Args[2:]))
		return
	}
	cache := flag.String("cache", ".cache/bench", "keep inputs and sharp in `DIR`")
	in := flag.String("in", "", "measure the pictures in `DIR` instead of generated ones")
	times := flag.Int("times", 5, "resize each picture `N` times after one warm-up")
	only := flag.String("only", "", "measure only the cases whose name matches `REGEXP`")
	inputs := flag.Bool("inputs", false, "make the inputs and measure nothing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b, err := newBench(*cache, *times)
	exitOn(err)
	if *inputs {
		exitOn(b.makeInputs(ctx))
		return
	}
	todo := cases
	if *in != "" {
		todo, err = folderCases(*in)
		exitOn(err)
	}
	todo, err = matching(todo, *only)
	exitOn(err)
	exitOn(b.run(ctx, todo, *in))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// matching returns the cases whose name matches a regular expression.
func matching(all []benchCase, only string) ([]benchCase, error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	found := slices.DeleteFunc(slices.Clone(all), func(c benchCase) bool { return !pattern.MatchString(c.name) })
	if len(found) == 0 {
		return nil, fmt.Errorf("-only %q matches no case", only)
	}
	return found, nil
}

func newBench(cache string, times int) (*bench, error) {
	if times < 1 {
		return nil, fmt.Errorf("-times is %d: want at least 1", times)
	}
	cache, err := filepath.Abs(cache)
	if err != nil {
		return nil, err
	}
	sources, err := filepath.Abs("resize/bench")
	if err != nil {
		return nil, err
	}
	ours, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &bench{cache: cache, sources: sources, times: times}
	if _, err := os.Stat(filepath.Join(cache, "node_modules", "sharp")); err != nil {
		return nil, fmt.Errorf("sharp is not in %s: run make bench, which installs it", cache)
	}
	b.peers = []peer{
		{"edgeresize", []string{ours, "self"}},
		{"sharp", []string{"node", b.script("peer_sharp.mjs")}},
	}
	if exec.Command("python3", "-c", "import PIL").Run() == nil {
		b.peers = append(b.peers, peer{"Pillow", []string{"python3", b.script("peer_pillow.py")}})
	}
	return b, nil
}
