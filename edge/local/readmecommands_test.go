package main

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestReadmeTryIt checks what the README says to begin with: make run is this command, and
// curl gets a variant from it. It reads the Makefile and does not run make.
func TestReadmeTryIt(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(readme.Root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(readme.Lines(t, "try")[0], " #")
	if strings.TrimSpace(first) != "make run" || !strings.Contains(string(makefile), "\n\tgo run ./edge/local ") {
		t.Errorf("%q does not run this command", first)
	}
	words := strings.Fields(strings.ReplaceAll(strings.Join(readme.Lines(t, "curl"), " "), "'", ""))
	if len(words) != 4 || words[0] != "curl" || words[1] != "-o" {
		t.Fatalf("got %q", words)
	}
	asked, err := url.Parse(words[3])
	if err != nil || asked.Host != "127.0.0.1:8080" {
		t.Fatalf("got %v, %v", asked, err)
	}
	s := startSite(t, edge.DefaultConfig(), folder(testOriginals))
	checkPicture(t, get(t, s.url+asked.RequestURI()), "jpeg", 500, 300)
}

// Without make, the README names what the Makefile runs.
func TestReadmeWithoutMake(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(readme.Root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range readme.Lines(t, "without-make") {
		command, target, ok := strings.Cut(line, "# make ")
		command = strings.TrimSpace(command)
		if !ok {
			if command, _, _ = strings.Cut(command, " #"); strings.TrimSpace(command) != "go test ./..." {
				t.Errorf("%q is for no target", line)
			}
			continue
		}
		target, _, _ = strings.Cut(target, ";")
		_, recipe, ok := strings.Cut(string(makefile), "\n"+target+":")
		_, recipe, _ = strings.Cut(recipe, "\n\t")
		if !ok || !strings.HasPrefix(strings.TrimPrefix(recipe, "@"), command+" ") {
			t.Errorf("make %s does not run %s", target, command)
		}
	}
}

// TestReadmeEverything serves by the config that the README names. It switches on all that needs
// no keys.
func TestReadmeEverything(t *testing.T) {
	words := strings.Fields(strings.Join(readme.Lines(t, "everything"), " "))
	if len(words) != 3 || words[0] != "make" || words[1] != "run" {
		t.Fatalf("got %q", words)
	}
	makefile, err := os.ReadFile(filepath.Join(readme.Root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	if run := `$(if $(CONFIG),-config "$$CONFIG")`; !strings.Contains(string(makefile), "\n\tgo run ./edge/local $(if $(ADDR),-addr \"$$ADDR\") "+run+"\n") {
		t.Errorf("make run does not pass %s", run)
	}
	file, named := strings.CutPrefix(words[2], "CONFIG=")
	if !named {
		t.Fatalf("got %q", words)
	}
	t.Chdir(readme.Root(t))
	config := everything(t, file)
	for _, name := range edge.Switchable {
		if slices.Contains(config.Parameters, name) == (name == "signature") {
			t.Errorf("%s switches on %q", file, config.Parameters)
		}
	}
	s := startCommand(t, "-config", file)
	base := find(t, greeting, s.line(t))
	checkPicture(t, get(t, base+"PHOTO.jpg?preset=card&w=120"), "jpeg", 120, 300)
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
}

// everything returns the config in file.
func everything(t *testing.T, file string) edge.Config {
	t.Helper()
	config, err := functionFlags{config: file}.readConfig()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// TestReadmeCommands runs the README's invoke line of this command unchanged. The other
// lines would serve until they are stopped: it only looks their flags up in what -h prints.
func TestReadmeCommands(t *testing.T) {
	written := filepath.Join(t.TempDir(), "small.jpg")
	invoked := false
	for _, line := range readme.Lines(t, "local") {
		words := strings.Fields(line)
		if len(words) > 3 && words[3] == "invoke" {
			invoked = true
			t.Chdir(readme.Root(t))
			if out := slices.Index(words, "small.jpg"); out >= 0 {
				words[out] = written
			}
			printed := succeed(t, words[3:]...)
			if !strings.Contains(printed, "\nwritten:  "+written+"\n") {
				t.Errorf("%s prints %s", line, printed)
			}
		}
	}
	if !invoked {
		t.Error("no event is replayed")
	}
	for _, line := range readme.Commands(t, "go run ./edge/local") {
		words := strings.Fields(line)[3:]
		help := []string{"-h"}
		if len(words) > 0 && words[0] == "invoke" {
			help = []string{"invoke", "-h"}
		}
		status, _, usage := command(t, help...)
		if status != 0 {
			t.Errorf("%q: got status %d", help, status)
		}
		readme.CheckFlags(t, words, usage)
	}
}
