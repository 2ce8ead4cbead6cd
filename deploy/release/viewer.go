package release

import (
	"net/http"
	"time"
)

// newViewer asks as a viewer does who takes no compression.
func newViewer() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{Transport: transport, Timeout: 60 * time.Second}
}
