// Package signing makes and rotates the keys that sign URLs, puts them where the
// viewer-request function reads them, and signs URLs.
//
// A key file holds one or two secrets, as [viewerrequest.ParseKeys] reads them. Errors
// and results never quote one.
package signing

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
	"github.com/edgeresize/edgeresize/deploy/account/keystore"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// secretBytes is how many random bytes a new secret has.
const secretBytes = 32

// NewSecret returns a random secret, in base64url.
func NewSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// KeyFile is the content that a key file has or will have.
type KeyFile struct {
	Keys viewerrequest.Keys
	// Change says how the file is changed; "" if it has the keys already.
	Change string
	name   string
}

// Plan returns the keys for the file called name. A missing file gets a new secret. With
// rotate a new secret comes first, and the one that signed before stays as the second.
func Plan(name string, rotate bool) (KeyFile, error) {
	keys, err := viewerrequest.ReadKeys(name)
	f := KeyFile{Keys: keys, name: name}
	switch {
	case errors.Is(err, fs.ErrNotExist) && rotate:
		return f, fmt.Errorf("-rotate: %w", err)
	case errors.Is(err, fs.ErrNotExist):
		f.Change = "make it"
	case err != nil || !rotate:
		return f, err
	default:
		f.Change = "put a new key first; URLs signed by the one before stay valid"
	}
	f.Keys, err = keys.Rotated(NewSecret())
	return f, err
}

// Write changes the file if it lacks keys.
func (f KeyFile) Write() error {
	if f.Change == "" {
		return nil
	}
	return write(f.name, f.Keys.Entry()+"\n")
}

// write replaces file by one that only the user can read.
func write(file, text string) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), ".keys-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // nothing is there once it is renamed
	_, err = temporary.WriteString(text)
	if err == nil {
		err = temporary.Sync()
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	return err
}

// StoreOf returns the ARN of the key value store of a behaviour's viewer-request
// function.
func StoreOf(ctx context.Context, config aws.Config, distribution, behavior string) (string, error) {
	config.Region = awsapi.Region
	client := cloudfront.NewFromConfig(config)
	document, err := transfer.Read(ctx, client, distribution)
	if err != nil {
		return "", err
	}
	arn, err := document.Config.ViewerFunction(behavior)
	if err != nil {
		return "", err
	}
	if arn == "" {
		return "", fmt.Errorf("distribution %s has no viewer-request function there: `go run ./deploy prepare` makes it", distribution)
	}
	name := viewerfunction.NameOf(arn)
	store, err := viewerfunction.StoreOf(ctx, client, name)
	if store != "" || err != nil {
		return store, err
	}
	return "", fmt.Errorf(`the viewer-request function %s has no key value store: switch "signature" on in the config's parameters, and run `+
		"`go run ./deploy prepare` or `make site`", name)
}

// Check returns an error if the key value store with an ARN has keys whose URLs would be
// invalid with keys.
func Check(ctx context.Context, config aws.Config, store string, keys viewerrequest.Keys) error {
	text, found, err := keystore.New(config).Get(ctx, store, viewerrequest.KeysEntry)
	if !found || err != nil {
		return err
	}
	if has, err := viewerrequest.ParseKeys(text); err == nil && !keys.Accepts(has) {
		return errors.New("the key value store has a newer or another key, and URLs that it signed would get the original: " +
			"take the key file that has it, or give -replace")
	}
	return nil
}

// Put puts keys into the key value store with an ARN.
func Put(ctx context.Context, config aws.Config, store string, keys viewerrequest.Keys) error {
	return keystore.New(config).Put(ctx, store, viewerrequest.KeysEntry, keys.Entry())
}

// URLError says why a URL was not signed.
type URLError struct{ URL, Why string }

func (e *URLError) Error() string { return e.URL + ": " + e.Why }

// latest is the last second, in Unix time, that an expiry can name in 12 digits.
const latest = 999_999_999_999

// origin matches the front of a URL, without which its path begins. A page may leave
// out the scheme.
var origin = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*`)

// URL returns address with an expiry and a signature. It keeps the host and the
// spelling of the query. Its error is a *[URLError].
func URL(settings viewerrequest.Settings, address string, expires time.Time) (string, error) {
	wrong := func(format string, args ...any) (string, error) {
		return "", &URLError{address, fmt.Sprintf(format, args...)}
	}
	base, rest := "", address
	if host := origin.FindString(address); host != "" {
		base, rest = host, cmp.Or(strings.TrimPrefix(address, host), "/")
	}
	rest, _, _ = strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	last := expires.Unix()
	switch {
	case !strings.HasPrefix(path, "/"):
		return wrong("want a URL such as https://img.example.com/photo.jpg?width=500&height=300, or its path with a slash before it")
	case last < 0 || last > latest:
		return wrong("the expiry is not within 12 digits of Unix time")
	}
	signed, why, err := settings.SignedURL(viewerrequest.Request{Path: path, Query: query}, last)
	switch {
	case err != nil:
		return wrong("%v", err)
	case why != "":
		return wrong("it gets the original, because %s", why.Meaning())
	}
	return base + signed, nil
}
