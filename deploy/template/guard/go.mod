module github.com/edgeresize/edgeresize/deploy/template/guard

go 1.26.0

replace github.com/edgeresize/edgeresize => ../../..

require (
	github.com/dop251/goja v0.0.0-20260917113740-793a2a65c13b
	github.com/edgeresize/edgeresize v0.0.0
	github.com/evanphx/json-patch/v5 v5.9.11
	go.yaml.in/yaml/v3 v3.0.6
)

require (
	github.com/dlclark/regexp2/v2 v2.5.2 // indirect
	github.com/go-sourcemap/sourcemap v2.1.3+incompatible // indirect
	github.com/google/pprof v0.0.0-20230207041349-798e818bf904 // indirect
	golang.org/x/text v0.43.0 // indirect
)
