package fakeelasticache

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"os"
	"testing"
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

// ForTest returns a cache that is closed when the test ends.
func ForTest(t testing.TB, verifier *Verifier, clustered bool) *Cache {
	t.Helper()
	c, err := newCache(verifier, clustered)
	if err != nil {
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
	node := ""
	if clustered {
		node = c.Address
	}
	if c.Server, err = Start(c.dir, node); err != nil {
		return err
	}
	return c.Server.AddUser(c.Verifier.User, Access)
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
