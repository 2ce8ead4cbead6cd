package guard

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// amazonConfig is nginx.conf as far as the servers' script depends on it: the two lines by
// which Amazon Linux's own server takes port 80, and the folder of other servers.
const amazonConfig = `pid ROOT/nginx.pid;
error_log ROOT/error.log;
events {}
http {
    access_log off;
    client_body_temp_path ROOT/body;
    fastcgi_temp_path ROOT/fastcgi;
    proxy_temp_path ROOT/proxy;
    uwsgi_temp_path ROOT/uwsgi;
    scgi_temp_path ROOT/scgi;
    include ROOT/conf.d/*.conf;
    server {
        listen       80;
        listen       [::]:80;
        return 500;
    }
}
`

// TestServerNginx makes nginx serve as the servers' script configures it, with a stand-in for
// WordPress that redirects viewers to HTTPS.
func TestServerNginx(t *testing.T) {
	// Not NGINX, by which nginx takes over the sockets of another nginx and stays in the
	// foreground.
	peer.Program(t, "WEBSERVER", "nginx", "nginx-light")
	peer.Program(t, "JQ", "bash", "bash")
	peer.Program(t, "JQ", "jq", "jq")
	root := t.TempDir()
	address := serveByNginx(t, root, wordPress(t, root))
	for _, tt := range []struct {
		path, proto string // proto is X-Forwarded-Proto; "" for none
		status      int
		want        string // the body, or where the answer redirects to
	}{
		{"/healthz", "", 200, "ok\n"},
		{"/healthz", "https", 200, "ok\n"},
		{"/", "https", 200, "/index.php?"},
		{"/2026/a-post/?page=2", "https", 200, "/index.php?page=2"},
		{"/", "http", 301, "https://www.example.com/"},
		{"/", "", 301, "https://www.example.com/"},
		{"/wp-login.php?a=b", "https", 200, "/wp-login.php?a=b"},
		{"/none.php", "https", 404, ""},
		{"/style.css", "https", 200, "body {}"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "www.example.com"
		if tt.proto != "" {
			request.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		got := string(body)
		if response.StatusCode == http.StatusMovedPermanently {
			got = response.Header.Get("Location")
		}
		if response.StatusCode != tt.status || tt.want != "" && got != tt.want {
			t.Errorf("%s with X-Forwarded-Proto %q: got %d and %q, want %d and %q", tt.path, tt.proto, response.StatusCode, got, tt.status, tt.want)
		}
	}
}

// wordPress makes the files of a site in root. It serves PHP at the socket that it returns:
// it answers with the script and the query, or redirects a viewer who came by HTTP.
func wordPress(t *testing.T, root string) (socket string) {
	t.Helper()
	for name, content := range map[string]string{"index.php": "", "wp-login.php": "", "style.css": "body {}"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A socket's path has at most 107 bytes, which t.TempDir may exceed.
	dir, err := os.MkdirTemp("", "php")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "www.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for _, path := range []string{dir, socket, root, filepath.Dir(root)} {
		if err := os.Chmod(path, 0o777); err != nil { // nginx's workers have another user
			t.Fatal(err)
		}
	}
	go fcgi.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		env := fcgi.ProcessEnv(r)
		if r.TLS == nil { // without HTTPS=on among the parameters
			http.Redirect(w, r, "https://"+r.Host+"/", http.StatusMovedPermanently)
			return
		}
		fmt.Fprintf(w, "%s?%s", strings.TrimPrefix(env["SCRIPT_FILENAME"], root), r.URL.RawQuery)
	}))
	return socket
}

// serveByNginx starts nginx in root as the servers' script configures it, and returns its
// address. It speaks to PHP at socket.
func serveByNginx(t *testing.T, root, socket string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	script := property(parsedFile(t, backendFile), "Server", "LaunchTemplateData", "UserData", "Fn::If", 1, "Fn::Base64", "Fn::Sub").(string)
	written := t.TempDir()
	files := serverFilesIn(t, written, script, strings.ReplaceAll(amazonConfig, "ROOT", root))
	site := strings.NewReplacer("listen 80 default_server;", "listen "+address+" default_server;", written, root, "unix:/run/php-fpm/www.sock", "unix:"+socket,
		"include fastcgi_params;", "include "+fastcgiParams(t)+";").Replace(files["site.conf"])
	config := files["nginx.conf"]
	if strings.Contains(config, "80;\n        listen       [::]:80;") || !strings.Contains(config, "listen 8080;") || !strings.Contains(config, "listen [::]:8080;") {
		t.Errorf("Amazon Linux's own server keeps port 80:\n%s", config)
	}
	config = strings.NewReplacer("listen 8080;", "listen unix:"+socket+"8080;", "listen [::]:8080;", "").Replace(config)
	for name, content := range map[string]string{"nginx.conf": config, "conf.d/site.conf": site} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listener.Close()
	// Without "daemon off" nginx returns once it listens.
	start := exec.CommandContext(t.Context(), "nginx", "-e", root+"/error.log", "-c", root+"/nginx.conf")
	if out, err := start.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("nginx", "-e", root+"/error.log", "-c", root+"/nginx.conf", "-s", "stop").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	return address
}

// fastcgiParams returns the path of nginx's fastcgi_params.
func fastcgiParams(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/etc/nginx/fastcgi_params", "/usr/local/etc/nginx/fastcgi_params", "/opt/homebrew/etc/nginx/fastcgi_params"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatal("nginx without fastcgi_params")
	return ""
}
