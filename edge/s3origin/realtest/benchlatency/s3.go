package main

import (
	"context"
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"

	"github.com/edgeresize/edgeresize/edge/s3origin/realtest/gateway"
)

// s3Server is an S3 server with the pictures, behind TLS.
type s3Server struct {
	gateway *gateway.Gateway
	server  *httptest.Server
}

// startS3 starts a server with the pictures.
func startS3(ctx context.Context, pictures []*picture) (*s3Server, error) {
	g, err := gateway.Start(ctx, bucket)
	if err != nil {
		return nil, err
	}
	for _, p := range pictures {
		if p.etag, err = g.Put(ctx, p.file, p.data, nil); err != nil {
			g.Close()
			return nil, err
		}
	}
	s := &s3Server{g, httptest.NewTLSServer(&httputil.ReverseProxy{
		Transport: g.Transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "gateway"
			r.Out.Host = r.In.Host // the signature covers it
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, context.Canceled) { // the client gave the request up
				w.WriteHeader(http.StatusBadGateway)
			}
		},
	})}
	s.server.Config.ErrorLog = nil
	if err := s.trust(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *s3Server) close() {
	s.server.Close()
	s.gateway.Close()
}

// trust makes this process trust the server: crypto/x509 reads the file in the
// environment when it checks the first certificate.
func (s *s3Server) trust() error {
	dir, err := os.MkdirTemp("", "benchlatency")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "certificate.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
	return errors.Join(os.WriteFile(file, certificate, 0o600), os.Setenv("SSL_CERT_FILE", file))
}

// behind returns S3's address at the near end of a link, and a function that
// closes it.
func (s *s3Server) behind(l link) (endpoint string, close func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go l.relay(listener, s.server.Listener.Addr().String())
	return "https://" + listener.Addr().String(), listener.Close, nil
}
