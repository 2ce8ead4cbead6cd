package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/bench/cputime"
	"github.com/edgeresize/edgeresize/resize/bench/peakmemory"
)

// self does a job with this project's resize, as the other peers do it: once to warm
// up, then as often as is measured.
func self(args []string) error {
	if len(args) != 8 {
		return fmt.Errorf("want 8 arguments, got %q", args)
	}
	var numbers [4]int
	for i, at := range []int{2, 3, 5, 6} {
		n, err := strconv.Atoi(args[at])
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	original, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	request := resize.Request{
		Width: numbers[0], Height: numbers[1], Fit: resize.Cover, Quality: numbers[2], MinQuality: numbers[2],
		Formats: []resize.Format{resize.Format(args[4])}, Smart: args[7] == smart,
	}
	if args[7] == sharpen {
		request.Sharpen = 1
	}
	var resizer resize.Resizer
	var m measurement
	for i := range numbers[3] + 1 {
		before := cputime.Self()
		p, err := resize.Open(context.Background(), resize.Bytes(original))
		if err != nil {
			return err
		}
		v, err := resizer.Resize(context.Background(), p, request)
		if err != nil {
			return err
		}
		if i > 0 {
			m.CPU = append(m.CPU, float64((cputime.Self()-before).Microseconds())/1000)
		} else if err := os.WriteFile(args[1], v.Data, 0o644); err != nil {
			return err
		}
	}
	peak, err := peakmemory.Of(os.Getpid())
	if err != nil {
		return err
	}
	m.PeakMB = float64(peak) / (1 << 20)
	return json.NewEncoder(os.Stdout).Encode(m)
}
