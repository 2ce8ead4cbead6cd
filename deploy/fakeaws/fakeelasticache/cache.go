package fakeelasticache

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"time"
)

// Access says what the ledger's user may do, as in deploy/purge/ledger.yaml.
const Access = "on ~edgeresize:* resetchannels -@all +ping +cluster|slots +cluster|shards +info +acl|whoami " +
	"+eval +evalsha +get +mget +set +del +zadd +zcard +zrem +zremrangebyscore +incrby +pexpire"

// Cache is a serverless cache: a front with a server behind it.
type Cache struct {
	*Front
	Address string
	// Certificate is the front's; clients must trust it.
	Certificate *x509.Certificate

	dir      string
	listener net.Listener
}

// ForTest returns a cache that is closed when the test ends. Without Valkey or Redis it
// skips the test, or fails it where the environment has VALKEY=required.
func ForTest(t testing.TB, verifier *Verifier, clustered bool) *Cache {
	t.Helper()
	c, err := newCache(verifier, clustered)
	if errors.Is(err, errNoServer) && os.Getenv("VALKEY") != "required" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// newCache starts a cache on this machine. Its one user is the verifier's.
func newCache(verifier *Verifier, clustered bool) (*Cache, error) {
	dir, err := os.MkdirTemp("", "valkey")
	if err != nil {
		return nil, err
	}
	// httptest has a certificate for 127.0.0.1.
	trusted := httptest.NewTLSServer(nil)
	defer trusted.Close()
	c := &Cache{dir: dir, Certificate: trusted.Certificate(), Front: &Front{
		Verifier: verifier, TLS: &tls.Config{Certificates: trusted.TLS.Certificates},
	}}
	if c.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	c.Address = c.listener.Addr().String()
	if err := c.start(clustered); err != nil {
		c.Close()
		return nil, err
	}
	go c.Serve(c.listener)
	return c, nil
}

// start starts the server, which in a cluster announces the front's address as its own.
func (c *Cache) start(clustered bool) (err error) {
	var settings []string
	if clustered {
		_, front, _ := net.SplitHostPort(c.Address)
		ports, err := freePorts()
		if err != nil {
			return err
		}
		settings = []string{
			"--cluster-enabled", "yes", "--bind", "127.0.0.1", "--port", ports[0], "--cluster-port", ports[1],
			"--cluster-announce-ip", "127.0.0.1", "--cluster-announce-port", front,
		}
	}
	if c.Server, err = Start(c.dir, settings...); err != nil {
		return err
	}
	if clustered {
		if _, err := c.Server.Do("CLUSTER", "ADDSLOTSRANGE", "0", "16383"); err != nil {
			return err
		}
		if err := c.awaitCluster(); err != nil {
			return err
		}
	}
	return c.Server.AddUser(c.Verifier.User, Access)
}

// awaitCluster waits until the server serves all slots, or returns its last error.
func (c *Cache) awaitCluster() error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var err error
	for range 500 {
		if _, err = c.Server.Do("GET", "x"); err == nil {
			return nil
		}
		<-tick.C
	}
	return err
}

// freePorts returns two ports that nobody listens on.
func freePorts() (ports [2]string, err error) {
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return ports, err
		}
		defer listener.Close()
		ports[i] = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// Roots returns the roots that verify the front's certificate.
func (c *Cache) Roots() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(c.Certificate)
	return roots
}

// Close stops the cache.
func (c *Cache) Close() {
	c.listener.Close()
	if c.Server != nil {
		c.Server.Stop()
	}
	os.RemoveAll(c.dir)
}
