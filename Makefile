.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What users give to make is in the environment of the commands below, so that no shell
# takes it apart.
export ADDR CONFIG STACK CODE_BUCKET PARAMETERS SIGNED ARCH REPLACE BENCH_IN FUZZ FUZZTIME FUZZFLAGS
TOOLS = $(CURDIR)/.cache

## Try
run: ## CloudFront, the function and S3 on this machine, with a page; CONFIG=FILE ADDR=HOST:PORT
	go run ./edge/local $(if $(ADDR),-addr "$$ADDR") $(if $(CONFIG),-config "$$CONFIG")

try-package: ## run the packages under Lambda's own client for Python, in Python 3.13 and 3.14; needs python3
	.ci/tools tryout
	TRYOUT="$(TOOLS)/tryout" go test -count=1 -timeout 40m -v ./deploy/trial

try-template: ## run make site, purge, invoker, backend against an emulation of AWS; needs python3
	.ci/tools emulator
	MINISTACK="$(TOOLS)/emulator/venv/bin" go test -count=1 -timeout 30m -v -run 'Template.*UnderEmulation' ./deploy

# With KEEP one emulation stays until Ctrl-C, so that run of the test has no time limit.
try-deploy: ## run the commands of deploy against emulations of AWS; KEEP=1 leaves one running; needs python3
	.ci/tools emulator
	MINISTACK="$(TOOLS)/emulator/venv/bin" go test -count=1 -v $(if $(KEEP),-timeout 0 -run '^TestReadmeUnderEmulation$$/ministack',-timeout 30m -run ReadmeUnderEmulation) ./deploy $(if $(KEEP),-args -keep)

## Test
test: ## every test; those that need Chromium or another program are skipped if it is missing
	@.ci/test

race: ## tests of packages that start goroutines, under the race detector; needs a C compiler
	@.ci/race

lint: ## gofmt, go vet, staticcheck, comments, and modules by the checksums of go.sum
	@.ci/lint

machines: ## build and vet for Windows and macOS
	@.ci/machines

check-template: ## the templates by cfn-lint and cfn-guard, which must find broken ones too; needs python3
	.ci/tools checks
	cd deploy/template/guard && CFN_LINT="$(TOOLS)/checks/venv/bin/cfn-lint" CFN_GUARD="$(TOOLS)/checks/cfn-guard" go test -count=1 -timeout 30m ./...

check-cdk: ## the constructs for the CDK beside the templates; needs node and python3
	.ci/tools cdk
	.ci/tools checks
	.ci/tools emulator
	cd deploy/cdk && npm run --silent build && CFN_LINT="$(TOOLS)/checks/venv/bin/cfn-lint" CFN_GUARD="$(TOOLS)/checks/cfn-guard" MINISTACK="$(TOOLS)/emulator/venv/bin" npm test --silent

check-terraform: ## the Terraform module beside the template; needs node
	.ci/tools terraform
	cd deploy/terraform/check && TOFU="$(TOOLS)/terraform/tofu" AWS_BINDINGS="$(TOOLS)/terraform/bindings.tgz" go test -count=1 ./...

vulncheck: ## known vulnerabilities that the code calls; skipped if their database cannot be reached
	@cd .ci/vulncheck && go run . $$(find ../.. -name go.mod -not -path '*/.cache/*' -not -path '*/testdata/*' -exec dirname {} \;)

fuzz: ## each fuzz target for FUZZTIME (10m); FUZZ=REGEXP for some, FUZZFLAGS=-parallel=1 for one CPU
	@.ci/fuzz

soak: ## minutes of memory limits, deadlines and a failing S3; needs Linux and root
	go run ./deploy/trial/soak

screenshot: ## new pictures of the page for README.md, and others in .cache/screens; needs Chromium
	cd edge/local/browsertest && BROWSER=required GOEXPERIMENT=simd go test -count=1 -run 'ReadmePictures|ColourSchemes|Phone' -update .

## Measure
# Built as packages are, with vectors. Without BENCH_IN pictures to measure with are made.
BENCH = GOEXPERIMENT=simd go run ./resize/bench
INPUTS = $(if $(BENCH_IN),,$(BENCH) -inputs)
bench: ## CPU time, memory, quality beside sharp and Pillow; BENCH_IN=DIR for your pictures; needs node
	.ci/tools bench
	$(BENCH) -in "$$BENCH_IN"

bench-bytes: ## bytes of encoders at equal looks, and CPU time; BENCH_IN=DIR for your pictures; needs node
	.ci/tools bench
	$(INPUTS)
	GOEXPERIMENT=simd go run ./resize/bench/bytes -in "$$BENCH_IN" $(if $(BENCH_IN),,-svg resize/bench/bytes/bytes.svg)

bench-latency: ## how long a viewer waits if S3 is 20 to 200 ms away; needs node
	.ci/tools bench
	$(BENCH) -inputs
	cd edge/s3origin/realtest && GOEXPERIMENT=simd go run ./benchlatency -in "$(TOOLS)/bench"

bench-launch: ## what each way to start the function costs; needs Linux and python3
	.ci/tools tryout
	for python in "$(TOOLS)"/tryout/venv/bin/python "$(TOOLS)"/tryout/pythons/*/bin/python3; do \
		"$$python" --version && go run ./deploy/trial/benchlaunch -python "$$python" || exit 1; \
	done

bench-function: ## where the package's CPU time goes; FUNCTION_FLAGS='-rate 50 -cold'; needs Linux and node
	.ci/tools bench
	$(BENCH) -inputs
	GOEXPERIMENT=simd go build -tags lambda.norpc -o "$(TOOLS)/bench/function" ./deploy/trial/benchfunction
	"$(TOOLS)/bench/function" -in "$(TOOLS)/bench" $(FUNCTION_FLAGS)
	"$(TOOLS)/bench/function" -in "$(TOOLS)/bench" $(FUNCTION_FLAGS) -profile "$(TOOLS)/bench/profiles"

cost: ## dollars per million resizes, beside sharp's; BENCH_IN=DIR for your pictures; needs Linux, node
	.ci/tools bench
	$(INPUTS)
	go run ./deploy/trial/benchcost -in "$${BENCH_IN:-$(TOOLS)/bench}" $(if $(BENCH_IN),,-svg deploy/trial/benchcost/cost.svg)

scale: ## a simulated month of 1 million to 10 billion views: hits, resizes, quotas, dollars
	go run ./deploy/trial/scale -svg deploy/trial/scale/scale.svg

## Deploy
package: ## dist/edgeresize.zip, ready for Lambda; CONFIG=FILE to bake in another config
	go run ./deploy package $(if $(CONFIG),-config "$$CONFIG")

NAMED = -stack "$${STACK:-edgeresize}" -parameters "$$PARAMETERS"
STACKED = $(NAMED) -code-bucket "$$CODE_BUCKET" $(if $(REPLACE),-replace)
site: ## a new site, or an update; STACK=NAME CONFIG=FILE PARAMETERS='Name=Value …' CODE_BUCKET=BUCKET
	@go run ./deploy site $(STACKED) $(if $(CONFIG),-config "$$CONFIG") $(if $(SIGNED),-signed "$$SIGNED")

# The stack is called STACK-purge, edgeresize-purge without STACK, and is in the region of the
# aws command line.
purge: ## the function that purges changed originals; settings as for site, ARCH=x86_64 instead of CONFIG
	@go run ./deploy purge $(STACKED) $(if $(ARCH),-arch "$$ARCH")

invoker: ## the function by which a pipeline purges another account's distribution; settings as for purge
	@go run ./deploy invoker $(STACKED) $(if $(ARCH),-arch "$$ARCH")

backend: ## a load balancer and servers behind the images, if there are none; settings as for site
	@go run ./deploy backend $(NAMED)

.PHONY: help run try-package try-template try-deploy test race lint machines check-template check-cdk check-terraform vulncheck fuzz soak screenshot bench bench-bytes bench-latency bench-launch bench-function cost scale package site purge invoker backend
