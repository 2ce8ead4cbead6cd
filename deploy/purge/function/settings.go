package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/purge"
	"github.com/edgeresize/edgeresize/deploy/purge/ledger"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
	"github.com/edgeresize/edgeresize/edge/urlpath"
)

// settings are the function's environment variables:
//
//	DISTRIBUTION_ID   the distribution whose cache to purge
//	MODE              tag (default), each, adaptive or all: see [purge.Mode]
//	KEY_PREFIX        the folder of the bucket, such as media/photos
//	URL_PREFIX        the folder of URLs that KEY_PREFIX replaces
//	SUFFIXES          those of the keys to purge, such as .jpg,.png
//	LEDGER_ADDRESS    the ledger's host and port; without it there is none
//	LEDGER_CACHE      the name of its cache
//	LEDGER_USER       the ID of its user
//	MONTHLY_PATHS     the budget of paths and tags in a month (1000)
//	WINDOW_SECONDS    how long a path rests after its invalidation, with a ledger (60)
type settings struct {
	distribution string
	mode         purge.Mode
	mapping      paths.Mapping
	ledger       ledger.Options // without an Address there is no ledger
	budget       int
	window       time.Duration
}

// freePaths is how many paths a month CloudFront does not charge for. CloudFront
// Developer Guide, "Pay for file invalidation".
const freePaths = 1000

// readSettings reads the settings. Its error names the variable that is wrong.
func readSettings(get func(name string) string) (*settings, error) {
	s := &settings{
		distribution: get("DISTRIBUTION_ID"),
		mode:         purge.Mode(cmp.Or(get("MODE"), string(purge.Tag))),
		mapping:      paths.Mapping{KeyPrefix: get("KEY_PREFIX")},
		ledger:       ledger.Options{Address: get("LEDGER_ADDRESS"), Cache: get("LEDGER_CACHE"), User: get("LEDGER_USER")},
	}
	s.ledger.Distribution = s.distribution
	s.mapping.Suffixes = strings.FieldsFunc(get("SUFFIXES"), func(r rune) bool { return r == ',' || r == ' ' })
	var err error
	if s.mapping.URLPrefix, err = urlpath.Canonical(get("URL_PREFIX")); err != nil {
		return nil, fmt.Errorf("URL_PREFIX is %q: want a path without dot segments", get("URL_PREFIX"))
	}
	if s.budget, err = number(get, "MONTHLY_PATHS", freePaths); err != nil {
		return nil, err
	}
	s.ledger.MonthlyPaths = s.budget
	seconds, err := number(get, "WINDOW_SECONDS", 60)
	if err != nil {
		return nil, err
	}
	s.window = time.Duration(seconds) * time.Second
	return s, s.check()
}

// number returns the variable called name, a whole number of at least 0, or otherwise
// if it is not set.
func number(get func(string) string, name string, otherwise int) (int, error) {
	text := get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is %q: want a whole number", name, text)
	}
	return n, nil
}

// check returns an error that names the first wrong setting, or nil.
func (s *settings) check() error {
	keys, urls := s.mapping.KeyPrefix, s.mapping.URLPrefix
	switch {
	case s.distribution == "":
		return errors.New("DISTRIBUTION_ID is not set: want the distribution's id, such as E1ABCDEFGHIJKL")
	case !slices.Contains(purge.Modes, s.mode):
		return fmt.Errorf("MODE is %q: want tag, each, adaptive or all", s.mode)
	case s.budget == 0:
		return errors.New("MONTHLY_PATHS is 0: want at least 1")
	case strings.HasPrefix(keys, "/") || strings.HasSuffix(keys, "/"):
		return fmt.Errorf("KEY_PREFIX is %q: want a folder without slashes around it, such as media/photos", keys)
	case urls != "" && (urls[0] != '/' || strings.HasSuffix(urls, "/")):
		return fmt.Errorf("URL_PREFIX is %q: want a path such as /wp-content/uploads", urls)
	case s.ledger.Address != "" && (s.ledger.Cache == "" || s.ledger.User == ""):
		return errors.New("LEDGER_ADDRESS needs LEDGER_CACHE and LEDGER_USER")
	}
	return nil
}
