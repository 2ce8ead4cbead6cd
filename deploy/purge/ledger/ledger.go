// Package ledger holds what purge functions that run at the same time share: which
// paths and tags were invalidated lately, how many of them a month has had, and how
// many are in progress. It is kept in a Valkey cache of ElastiCache Serverless, which
// authenticates with IAM.
//
// Every key holds the distribution in braces. All keys of a distribution are thus in
// one slot of the cluster, so that a script may use them together.
package ledger

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/valkey-io/valkey-go"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
)

// Options says where the ledger is and who writes it.
type Options struct {
	Address string // host and port
	Cache   string // name of the cache
	User    string // ID of the user, which is also its name
	Region  string
	// Distribution is the distribution that the ledger is for.
	Distribution string
	// MonthlyPaths is the budget of paths and tags for a calendar month, UTC.
	MonthlyPaths int
	Credentials  aws.CredentialsProvider
	// RootCAs are the machine's if nil.
	RootCAs *x509.CertPool
	// Now is [time.Now] if nil.
	Now func() time.Time
}

// Ledger is a ledger. It connects when it is first used.
type Ledger struct {
	options Options
	signer  signer

	mu     sync.Mutex
	client valkey.Client // or nil
}

// New returns a ledger that is not connected yet.
func New(o Options) *Ledger {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Ledger{options: o, signer: signer{o.Cache, o.User, o.Region, o.Credentials}}
}

// patience is how long a command may take, connecting included. A purge waits no
// longer.
const patience = 2 * time.Second

// connected returns the client, and connects it first if needed.
func (l *Ledger) connected() (valkey.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil {
		return l.client, nil
	}
	client, err := valkey.NewClient(valkey.ClientOption{
		InitAddress:       []string{l.options.Address},
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: l.options.RootCAs},
		AuthCredentialsFn: l.credentials,
		Dialer:            net.Dialer{Timeout: patience},
		ConnWriteTimeout:  patience,
		DisableCache:      true, // ElastiCache Serverless tracks no clients
		ClientSetInfo:     valkey.DisableClientSetInfo,
		// One batch at a time needs no large buffers.
		RingScaleEachConn: 8, ReadBufferEachConn: 32 << 10, WriteBufferEachConn: 32 << 10,
	})
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", l.options.Address, err)
	}
	l.client = client
	return client, nil
}

// credentials returns the credentials of a connection and when to renew them.
func (l *Ledger) credentials(valkey.AuthCredentialsContext) (valkey.AuthCredentials, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	now := l.options.Now()
	token, err := l.signer.token(ctx, now)
	if err != nil {
		return valkey.AuthCredentials{}, err
	}
	return valkey.AuthCredentials{Username: l.options.User, Password: token, RefreshAfter: now.Add(lifetime - renewal)}, nil
}

// Close ends the connections.
func (l *Ledger) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil {
		l.client.Close()
		l.client = nil
	}
}

// do calls work with a connected client and a time-out of [patience].
func (l *Ledger) do(ctx context.Context, work func(context.Context, valkey.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := l.connected()
	if err != nil {
		return err
	}
	if err := work(ctx, client); err != nil {
		return fmt.Errorf("ledger %s: %w", l.options.Address, err)
	}
	return nil
}

func (l *Ledger) key(kind, name string) string {
	return "edgeresize:{" + l.options.Distribution + "}:" + kind + ":" + name
}

func (l *Ledger) monthKey() string { return l.key("month", l.options.Now().UTC().Format("2006-01")) }

// memory is how long the ledger remembers an invalidated path.
const memory = time.Hour

// inProgress is how long an invalidation counts as in progress. Nothing tells the
// ledger when one is completed; most are within a minute or two. If one takes longer,
// CloudFront itself refuses more.
const inProgress = 2 * time.Minute

// atOnce is how many paths one command reads.
const atOnce = 1000

// Purged returns when items, paths and tags, were last invalidated. It leaves out those
// that were not within the last hour.
func (l *Ledger) Purged(ctx context.Context, items []string) (map[string]time.Time, error) {
	purged := map[string]time.Time{}
	err := l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		for start := 0; start < len(items); start += atOnce {
			some := items[start:min(start+atOnce, len(items))]
			keys := make([]string, len(some))
			for i, item := range some {
				keys[i] = l.key("path", item)
			}
			values, err := client.Do(ctx, client.B().Mget().Key(keys...).Build()).ToArray()
			if err != nil {
				return err
			}
			for i, value := range values {
				if value.IsNil() {
					continue
				}
				at, err := value.AsInt64()
				if err != nil {
					return err
				}
				purged[some[i]] = time.UnixMilli(at)
			}
		}
		return nil
	})
	return purged, err
}

// Reserve reserves up to n places in progress under an id of the caller's, for as long
// as invalidations count as in progress. left is what remains of the month's budget.
func (l *Ledger) Reserve(ctx context.Context, id string, n paths.Size) (places paths.Size, left int, err error) {
	now := l.options.Now()
	err = l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		answer, err := reserve.Exec(ctx, client, append(l.placeKeys(), l.monthKey()), []string{
			id, strconv.FormatInt(now.UnixMilli(), 10), strconv.FormatInt(inProgress.Milliseconds(), 10),
			strconv.Itoa(n.Wild), strconv.Itoa(invalidate.MaxWildcards),
			strconv.Itoa(n.Single), strconv.Itoa(invalidate.MaxSingle),
		}).AsIntSlice()
		if err == nil {
			places = paths.Size{Wild: int(answer[0]), Single: int(answer[1])}
			left = max(0, l.options.MonthlyPaths-int(answer[2]))
		}
		return err
	})
	return places, left, err
}

// placeKeys returns the keys of the two sets of places.
func (l *Ledger) placeKeys() []string { return []string{l.key("wildcards", ""), l.key("singles", "")} }

// Release gives back the places of a reservation but the first keep.
func (l *Ledger) Release(ctx context.Context, id string, places, keep paths.Size) error {
	if places == keep {
		return nil
	}
	return l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		return release.Exec(ctx, client, l.placeKeys(), []string{
			id, strconv.Itoa(keep.Wild + 1), strconv.Itoa(places.Wild), strconv.Itoa(keep.Single + 1), strconv.Itoa(places.Single),
		}).Error()
	})
}

// Record records that items were invalidated at a time, and counts them.
func (l *Ledger) Record(ctx context.Context, items []string, at time.Time) error {
	keys := []string{l.monthKey()}
	for _, item := range items {
		keys = append(keys, l.key("path", item))
	}
	return l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		return record.Exec(ctx, client, keys, []string{
			strconv.FormatInt(at.UnixMilli(), 10), strconv.FormatInt(memory.Milliseconds(), 10),
		}).Error()
	})
}

// Spent returns how many paths and tags this month has had.
func (l *Ledger) Spent(ctx context.Context) (int, error) {
	spent := 0
	err := l.do(ctx, func(ctx context.Context, client valkey.Client) error {
		text, err := client.Do(ctx, client.B().Get().Key(l.monthKey()).Build()).ToString()
		if valkey.IsValkeyNil(err) {
			return nil
		} else if err != nil {
			return err
		}
		spent, err = strconv.Atoi(cmp.Or(text, "0"))
		return err
	})
	return spent, err
}
