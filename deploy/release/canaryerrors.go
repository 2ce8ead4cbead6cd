package release

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// CanaryError says what the site did wrong.
type CanaryError struct {
	URL string // that was asked for
	Why string
	// Outcome is what was done about it; empty if nothing was changed.
	Outcome string
	// Log is what CloudFront's own log says of it; empty if CloudFront did not
	// answer with an error of its own.
	Log string
}

func (e *CanaryError) Error() string {
	text := fmt.Sprintf("canary: %s: %s", e.URL, e.Why)
	if e.Outcome != "" {
		text = e.Outcome + "; " + text
	}
	if e.Log != "" {
		text += "; " + e.Log
	}
	return text
}

// UnusableError says that a picture cannot tell whether the function works.
type UnusableError struct{ URL, Why string }

func (e *UnusableError) Error() string {
	return fmt.Sprintf("canary: %s: %s: name another picture of the site with -url", e.URL, e.Why)
}

// UncertainError says that the canary cannot tell whether the function works: a wrong or
// missing answer may have another cause. Nothing is undone for it.
type UncertainError struct {
	URL          string // that was asked for
	Saw, Because string
	// Outcome is what is attached; empty if nothing was changed.
	Outcome string
}

func (e *UncertainError) Error() string {
	text := fmt.Sprintf("canary: cannot tell whether the function works: %s: %s, and %s: look at that URL yourself", e.URL, e.Saw, e.Because)
	if e.Outcome != "" {
		text = e.Outcome + "; " + text
	}
	return text
}

// UnreachableError says that no connection to a site could be made.
type UnreachableError struct {
	URL *url.URL
	Err error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("canary: %s: %s", e.URL, unconnected(e.Err)) +
		": correct -url, or use the distribution's own name, with -distribution ID -url " + e.URL.EscapedPath()
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// unconnected returns why no connection was made, if that is what err says, or "".
func unconnected(err error) string {
	name, network := (*net.DNSError)(nil), (*net.OpError)(nil)
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "the name " + name.Name + " does not resolve: its DNS record is missing or not published yet"
	case errors.As(err, &name):
		return "the name " + name.Name + " could not be resolved (" + name.Err + "): check the network"
	case errors.As(err, &network) && network.Op == "dial":
		return "no connection could be made (" + network.Error() + ")"
	}
	return ""
}
