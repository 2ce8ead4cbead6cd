package s3origin

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// Connections that died during a freeze, while the clock stood still, cost the
// next invocation only some time, however many they are and however slow S3 is.
func TestDeadPool(t *testing.T) {
	for dead := range largePlan.parallel + 1 {
		for _, latency := range []time.Duration{0, 30 * time.Millisecond, 250 * time.Millisecond, time.Second, 2 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(dead), uint64(latency)))
				n := newNetwork(t)
				idle := n.warm(t)
				n.pace(latency, 0)
				for _, i := range random.Perm(len(idle))[:dead] {
					idle[i].die(0)
				}
				took, err := n.invoke(t)
				// The object takes two rounds; each may wait for one dead
				// connection.
				if err != nil || took > 2*latency+budget/4 {
					t.Errorf("%d of %d connections dead, S3 answers after %v: took %v, %v", dead, len(idle), latency, took, err)
				}
				if dead < len(idle) {
					return // which connections the invocation used is random
				}
				took, err = n.invoke(t)
				if err != nil || took != 2*latency {
					t.Errorf("after %d of %d dead connections, S3 answers after %v: took %v, %v", dead, len(idle), latency, took, err)
				}
			})
		}
	}
}

// Behind TLS it is the same. TLS sends a close alert on connections where
// nobody listens.
func TestDeadPoolBehindTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	synctest.Test(t, func(t *testing.T) {
		n := networkBehind(t, server)
		for _, w := range n.warm(t) {
			w.die(0)
		}
		n.pace(30*time.Millisecond, 0)
		for i, most := range []time.Duration{budget / 8, 60 * time.Millisecond} {
			if took, err := n.invoke(t); err != nil || took > most {
				t.Errorf("invocation %d: took %v, %v; want %v at most", i+1, took, err, most)
			}
		}
	})
}

// A connection that has been idle for too long by the clock is not tried, and
// one that the server closed costs nothing.
func TestConnectionsKnownToBeDead(t *testing.T) {
	for name, lose := range map[string]func(*wire){
		"idle for long": func(w *wire) { w.die(0) },
		"closed":        func(w *wire) { w.theirs.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				for _, w := range n.warm(t) {
					lose(w)
				}
				if name == "idle for long" {
					time.Sleep(21 * time.Second)
				}
				n.pace(30*time.Millisecond, 0)
				if took, err := n.invoke(t); err != nil || took != 60*time.Millisecond {
					t.Errorf("took %v, %v", took, err)
				}
			})
		})
	}
}

// Connections that die while an answer arrives cost only some time, wherever
// that happens and however many they are.
func TestDeathWithinAnAnswer(t *testing.T) {
	for dead := range largePlan.parallel {
		for _, after := range []int{1, 200, 500, 20 << 10, 32 << 10, 50 << 10} {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				idle := n.warm(t)
				n.pace(30*time.Millisecond, 0)
				for _, w := range idle[:dead+1] {
					w.die(after)
				}
				if took, err := n.invoke(t); err != nil || took > budget/4 {
					t.Errorf("%d connections dead after %d bytes: took %v, %v", dead+1, after, took, err)
				}
			})
		}
	}
}

// Whenever connections die, a fetch succeeds within its budget, and so does the
// next one.
func TestDeathAtAnyTime(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			n := newNetwork(t)
			if random.IntN(4) > 0 {
				n.warm(t)
			}
			latency, pause := upTo(random, 500*time.Millisecond), upTo(random, 40*time.Millisecond)
			n.pace(latency, pause)
			at := upTo(random, 2*latency+16*pause+1)
			dies := time.AfterFunc(at, func() {
				dead := 0
				for _, w := range n.alive() {
					if random.IntN(4) > 0 {
						w.die(0)
						dead++
					}
				}
			})
			defer dies.Stop()
			for i := range 2 {
				if took, err := n.invoke(t); err != nil {
					t.Errorf("seed %d: latency %v, pause %v, death after %v: fetch %d took %v, %v", seed, latency, pause, at, i+1, took, err)
				}
			}
		})
	}
}

// A slow S3 is not given up: an answer over a warm connection counts if it
// comes within the attempt.
func TestSlowIsNotDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.warm(t)
		n.origin.plan.first = int64(len(large))
		slow := budget/2 - time.Millisecond
		n.pace(slow, 0)
		n.requests()
		took, err := n.invoke(t)
		if err != nil || took != slow {
			t.Errorf("took %v, %v; want %v", took, err, slow)
		}
		if got := n.requests(); got != 2 {
			t.Errorf("%d requests, want 2", got)
		}
	})
}

// S3 is asked twice only if it is slower than before.
func TestNoMoreRequestsThanNeeded(t *testing.T) {
	for _, latency := range []time.Duration{0, 100 * time.Millisecond, 400 * time.Millisecond, 700 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.pace(latency, 20*time.Millisecond)
			for i := range 3 {
				if _, err := n.invoke(t); err != nil {
					t.Fatal(err)
				}
				if got := n.requests(); got != 5 {
					t.Errorf("S3 answers after %v: %d requests of fetch %d, want one for each of 5 parts", latency, got, i+1)
				}
			}
		})
	}
}

// Whether a fetch ends by Close or by its context, and whenever, it leaves no
// goroutine, which the bubble checks, and no connection that is not idle.
func TestNothingIsLeft(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			n := newNetwork(t)
			for _, w := range n.warm(t) {
				if random.IntN(2) > 0 {
					w.die(random.IntN(40 << 10))
				}
			}
			n.pace(upTo(random, 500*time.Millisecond), upTo(random, 40*time.Millisecond))
			ctx, cancel := context.WithTimeout(t.Context(), budget)
			defer cancel()
			patience := upTo(random, 2*time.Second)
			if random.IntN(2) > 0 {
				time.AfterFunc(patience, cancel)
			}
			body, err := n.origin.Open(ctx, photo, 1<<20)
			if err == nil {
				reading, stop := context.WithTimeout(ctx, patience)
				data, _ := body.First(reading, 1+random.IntN(len(large)))
				stop()
				if !bytes.HasPrefix(large, data) {
					t.Errorf("seed %d: %d other bytes", seed, len(data))
				}
				body.Close()
			}
			synctest.Wait()
			if open, most := n.open(), largePlan.parallel; open > most {
				t.Errorf("seed %d: %d connections are open, want %d at most", seed, open, most)
			}
			n.origin.connections.CloseIdleConnections()
			synctest.Wait()
			if open := n.open(); open > 0 {
				t.Errorf("seed %d: %d connections are in use", seed, open)
			}
		})
	}
}

// upTo returns a random time below most.
func upTo(random *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(most)))
}
