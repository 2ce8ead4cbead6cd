package ledger

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/valkey-io/valkey-go"
)

// Sight is the result of a check.
type Sight struct {
	Address string `json:"address"`
	Server  string `json:"server"` // name and version
	User    string `json:"user"`   // our name at the server
	Wrote   string `json:"wrote"`
	Read    string `json:"read"`
	// Milliseconds is the time to connect, write and read.
	Milliseconds float64 `json:"ms"`
	// Spent is how many paths and tags this month has had.
	Spent int `json:"spent"`
}

// Check makes a new connection, writes a random value, reads it back and deletes it.
func (l *Ledger) Check(ctx context.Context) (Sight, error) {
	l.Close()
	s := Sight{Address: l.options.Address, Wrote: rand.Text()}
	start := time.Now()
	err := l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		key := l.key("check", s.Wrote)
		if err := client.Do(ctx, client.B().Set().Key(key).Value(s.Wrote).ExSeconds(60).Build()).Error(); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		var err error
		if s.Read, err = client.Do(ctx, client.B().Get().Key(key).Build()).ToString(); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if s.Read != s.Wrote {
			return fmt.Errorf("wrote %s and read %s", s.Wrote, s.Read)
		}
		s.Milliseconds = float64(time.Since(start).Microseconds()) / 1000
		if err := client.Do(ctx, client.B().Del().Key(key).Build()).Error(); err != nil {
			return fmt.Errorf("delete: %w", err)
		}
		if s.User, err = client.Do(ctx, client.B().AclWhoami().Build()).ToString(); err != nil {
			return err
		}
		info, err := client.Do(ctx, client.B().Info().Section("server").Build()).ToString()
		s.Server = serverOf(info)
		return err
	})
	if err != nil {
		return s, err
	}
	s.Spent, err = l.Spent(ctx)
	return s, err
}

// serverOf returns the server's name and version from the answer of INFO.
func serverOf(info string) string {
	found := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		found[name] = value
	}
	for _, name := range []string{"valkey", "redis"} {
		if version := found[name+"_version"]; version != "" {
			return name + " " + version
		}
	}
	return "of unknown version"
}
