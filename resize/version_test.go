package resize_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// versionFile holds the Version and digests of the variants that it makes of each
// original.
const versionFile = "testdata/variants.txt"

// TestVersion: this Version's variants are byte for byte the recorded ones. If they
// change, because of a change here, in a library or in Go, caches need another Version.
func TestVersion(t *testing.T) {
	if runtime.GOARCH != "amd64" || fused() {
		t.Skip("elsewhere Go may multiply and add with one rounding, and weights of filters differ in their last bit")
	}
	version, want := readVersion(t)
	got := variantDigests(t)
	var changed []string
	for name := range got {
		if got[name] != want[name] {
			changed = append(changed, name)
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	now := fmt.Sprintf("version %d", resize.Version)
	switch {
	case version == now && len(changed) == 0:
	case version == now && added(want, changed) && *update:
		writeVersion(t, now, got)
	case version == now && added(want, changed):
		t.Errorf("originals are new: %v. Run go test ./resize -run TestVersion -update", changed)
	case version == now:
		t.Errorf("the variants of %v have changed, and the Version has not: caches would mix them with those made before.\n"+
			"If that is meant, give Version in version.go the next number, then run go test ./resize -run TestVersion -update", changed)
	case *update:
		writeVersion(t, now, got)
	default:
		t.Errorf("%s is of %q, and Version says %q. Run go test ./resize -run TestVersion -update", versionFile, version, now)
	}
}

// fused reports whether the compiler fuses multiplications and additions, as it does
// for processors of level 3 on.
func fused() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool {
		return s.Key == "GOAMD64" && s.Value > "v2"
	})
}

// added reports whether none of the names is in known.
func added(known map[string]string, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := known[name]; return ok })
}

// readVersion reads versionFile: the version in its first line, and the digests by
// original.
func readVersion(t *testing.T) (version string, digests map[string]string) {
	t.Helper()
	data, err := os.ReadFile(versionFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	digests = map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if i == 0 {
			version = line
			continue
		}
		digest, name, _ := strings.Cut(line, "  ")
		digests[name] = digest
	}
	return version, digests
}

func writeVersion(t *testing.T, version string, digests map[string]string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, version)
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		fmt.Fprintf(&b, "%s  %s\n", digests[name], name)
	}
	write(t, versionFile, []byte(b.String()))
}

// variantDigests returns a digest of the results of several requests for each original:
// their bytes or errors.
func variantDigests(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../testdata/originals/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no originals", err)
	}
	digests := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := resize.Inspect(t.Context(), resize.Bytes(data))
		if err != nil {
			continue // there is no variant
		}
		digest := sha256.New()
		for _, req := range []resize.Request{
			{Width: (info.Width + 1) / 2, Height: info.Height / 2, Fit: resize.Cover, Quality: 80, MinQuality: 80},
			{Width: info.Width / 5, Height: info.Height * 4 / 5, Fit: resize.Fill, Quality: 95, MinQuality: 30, MaxBytes: 5000},
			{Width: (info.Width + 11) / 12, Fit: resize.Inside, Quality: 60, MinQuality: 60},
			{Width: (info.Width + 2) / 3, Fit: resize.Inside, Quality: 70, MinQuality: 70, Formats: []resize.Format{resize.AVIF}},
			{Width: (info.Width + 3) / 4, Fit: resize.Inside, Quality: 75, MinQuality: 40, MaxBytes: 20000, Formats: []resize.Format{resize.WebP}},
		} {
			v, err := resize.Resize(t.Context(), resize.Bytes(data), req)
			if err != nil {
				fmt.Fprintln(digest, "error")
				continue
			}
			fmt.Fprintln(digest, v.Format, v.Width, v.Height, v.Quality, len(v.Data))
			digest.Write(v.Data)
		}
		digests[filepath.Base(path)] = fmt.Sprintf("%x", digest.Sum(nil)[:12])
	}
	return digests
}
