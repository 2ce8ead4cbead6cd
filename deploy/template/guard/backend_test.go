package guard

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// backendFile is the template of the site behind the images.
const backendFile = "checked/template/backend.yaml"

// TestBackendPasses checks that the tools find nothing in the template.
func TestBackendPasses(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	write(t, dir, "backend", parsedFile(t, backendFile))
	for name, failed := range guarded(t, backendRulesFile, dir) {
		if len(failed) > 0 {
			t.Errorf("%s: cfn-guard finds %q", name, failed)
		}
	}
	if findings := linted(t, backendFile); len(findings) > 0 {
		t.Errorf("cfn-lint finds %q", findings)
	}
}

// TestBrokenBackendsFail checks that the tools catch each broken template.
func TestBrokenBackendsFail(t *testing.T) {
	needTools(t)
	dir, all := t.TempDir(), brokenOnes(t, backendBrokenFile)
	whole, err := json.Marshal(parsedFile(t, backendFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		write(t, dir, b.name(), json.RawMessage(patched(t, whole, b)))
	}
	checkCaught(t, all, backendRulesFile, dir)
}

// TestBackendFitsTheSite checks that the outputs are parameters of the site's template,
// and that the load balancer reads the header which the site's origin sends.
func TestBackendFitsTheSite(t *testing.T) {
	backend, site := parsedFile(t, backendFile), parsed(t)
	for _, name := range []string{"SiteDomainName", "SiteSecret"} {
		if at(backend, "Outputs", name) == nil || at(site, "Parameters", name) == nil {
			t.Errorf("%s is no output of the one and parameter of the other", name)
		}
	}
	header := property(backend, "FromCloudFront", "Conditions", 0, "HttpHeaderConfig", "HttpHeaderName")
	resolved := newResolver(t, site, merged(code, map[string]string{"SiteDomainName": "alb.example.com", "SiteSecret": "edgeresize-backend-a"})).resolved()
	if sent := property(resolved, "Distribution", "DistributionConfig", "Origins", 1, "OriginCustomHeaders", 0, "HeaderName"); sent != header {
		t.Errorf("the site sends %v, and the load balancer reads %v", sent, header)
	}
	pattern := regexp.MustCompile(at(site, "Parameters", "SiteSecret", "AllowedPattern").(string))
	if !pattern.MatchString("edgeresize-backend-a") {
		t.Error("SiteSecret may not be the name of a secret of the backend's")
	}
}

// TestBackendRefuses checks which parameters the template's rules refuse together.
func TestBackendRefuses(t *testing.T) {
	template := parsedFile(t, backendFile)
	needed := map[string]string{"CertificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/0", "PrefixListId": "pl-1", "ImageParameter": "/image"}
	vpc := map[string]string{"VpcId": "vpc-1"}
	subnets := map[string]string{"LoadBalancerSubnets": "subnet-1,subnet-2", "ServerSubnets": "subnet-3,subnet-4"}
	for _, tt := range []struct {
		name  string
		given map[string]string
		want  string // part of each refusal; "" for none
	}{
		{"nothing", nil, ""},
		{"a VPC with subnets", merged(vpc, subnets), ""},
		{"a VPC alone", vpc, "VpcId needs"},
		{"subnets alone", subnets, "need VpcId"},
		{"a name without a zone", map[string]string{"OriginName": "origin.example.com"}, "needs HostedZoneId"},
		{"a zone without a name", map[string]string{"HostedZoneId": "Z1"}, "needs OriginName"},
		{"a database without a secret", map[string]string{"WordPressDatabase": "db.example.com"}, "needs WordPressSecret"},
		{"a secret without a database", map[string]string{"WordPressSecret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"}, "needs WordPressDatabase"},
	} {
		refused := newResolver(t, template, merged(needed, tt.given)).refusals()
		if tt.want == "" && len(refused) > 0 || tt.want != "" && !strings.Contains(strings.Join(refused, " "), tt.want) {
			t.Errorf("%s: refused for %q, want %q", tt.name, refused, tt.want)
		}
	}
}

// maxUserData is the maximum size of a server's script, in bytes. EC2 User Guide, "Run
// commands when you launch an EC2 instance with user data input".
const maxUserData = 16_384

// TestServerScript runs the servers' script with stand-ins for the programs that change a
// machine, and checks what it writes.
func TestServerScript(t *testing.T) {
	for _, program := range []string{"bash", "jq", "base64", "sha256sum"} {
		peer.Program(t, "JQ", program, program)
	}
	script := property(parsedFile(t, backendFile), "Server", "LaunchTemplateData", "UserData", "Fn::If", 1, "Fn::Base64", "Fn::Sub").(string)
	if len(script) > maxUserData-1000 {
		t.Errorf("%d bytes", len(script))
	}
	first, again := serverFiles(t, script), serverFiles(t, script)
	config := first["wp-config.php"]
	for name, want := range map[string]string{"DB_NAME": "wordpress", "DB_USER": "o'brien", "DB_PASSWORD": `a"$b\c'd`} {
		encoded := base64.StdEncoding.EncodeToString([]byte(want))
		if !strings.Contains(config, "define('"+name+"', base64_decode('"+encoded+"'));\n") {
			t.Errorf("%s is not %q in\n%s", name, want, config)
		}
	}
	keys := regexp.MustCompile(`define\('[A-Z_]+_(?:KEY|SALT)', '[0-9a-f]{64}'\);`).FindAllString(config, -1)
	distinct := map[string]bool{}
	for _, key := range keys {
		distinct[key[strings.Index(key, ","):]] = true
	}
	if len(keys) != 8 || len(distinct) != 8 {
		t.Errorf("the keys are %q", keys)
	}
	if config != again["wp-config.php"] {
		t.Error("two servers have different keys: who is logged in at one is not at the other")
	}
	if site := first["site.conf"]; !strings.Contains(site, "map $http_x_forwarded_proto $viewer_https { default ''; https on; }\n") ||
		!strings.Contains(site, "SCRIPT_FILENAME $document_root$fastcgi_script_name;") || strings.Count(site, "{") != strings.Count(site, "}") {
		t.Errorf("nginx reads\n%s", site)
	}
}

// serverFiles returns the files that a script writes, by their names.
func serverFiles(t *testing.T, script string) map[string]string {
	t.Helper()
	return serverFilesIn(t, t.TempDir(), script, amazonConfig)
}

// serverFilesIn runs a script on the folder root, where nginx.conf has the text config. It
// returns the files that are there then, by their names.
func serverFilesIn(t *testing.T, root, script, config string) map[string]string {
	t.Helper()
	for _, dir := range []string{"bin", "conf.d"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"dnf", "curl", "tar", "chown", "systemctl"} {
		stub(t, root, program, "exit 0")
	}
	stub(t, root, "aws", `case "$*" in *salt*) echo salty;; *) echo '{ "username": "o'"'"'brien", "password": "a\"$b\\c'"'"'d"}';; esac`)
	script = strings.NewReplacer("${AWS::Region}", "eu-west-1", "${WordPressSecret}", "db", "${Salt}", "salt", "${WordPressDatabase}", "db.example.com",
		"/var/www/wordpress", root, "/etc/nginx", root).Replace(script)
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(root, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files := map[string]string{}
	for name, path := range map[string]string{"wp-config.php": "wp-config.php", "nginx.conf": "nginx.conf", "site.conf": "conf.d/site.conf"} {
		content, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	return files
}

// stub makes a program that runs a command of the shell.
func stub(t *testing.T, root, program, command string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, "bin", program), []byte("#!/usr/bin/env bash\n"+command+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}
