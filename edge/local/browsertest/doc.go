// Package browsertest tries the page of edge/local in Chromium.
//
// Without a Chromium its tests are skipped, unless BROWSER=required: then they
// fail. Screenshots go to .cache/screens.
package browsertest
