# The project's module and its nested ones.
MODULES = $(dir $(wildcard go.mod edge/*/*/go.mod deploy/*/*/go.mod .ci/*/go.mod))

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## CloudFront on this machine, with the pictures in testdata/originals; ADDR=HOST:PORT to listen elsewhere
	go run ./edge/local $(if $(ADDR),-addr $(ADDR))

# Pictures are resized as packages do it, with vectors where there are any, and then
# without, -short leaving out what both would find alike. The page's tests wait for a
# browser most of the time: the others run beside them. make lint has go vet.
PAGE = edge/local/browsertest
VECTORS = $(if $(filter amd64,$(shell go env GOARCH)),GOEXPERIMENT=simd)
TEST = go test -vet=off
RESIZING = ./edge ./resize/...
test: ## every test; needs Go, for those of the page Chromium, of the ledger redis-server or valkey-server: they are skipped without
	@$(TEST) $$(go list ./... | grep -vFx "$$(go list $(RESIZING))")
	@(cd $(PAGE) && $(TEST) ./...) & page=$$!; \
	( set -e; $(VECTORS) $(TEST) $(RESIZING); \
		for module in $(filter-out ./ $(PAGE)/,$(MODULES)); do (cd $$module && $(TEST) ./...); done; \
		test -z "$(VECTORS)" || $(TEST) -short $(RESIZING); \
	); others=$$?; wait $$page && exit $$others

screenshot: ## the README's pictures of the page, served as fast as by packages, and others in .cache/screens; needs Chromium
	cd $(PAGE) && BROWSER=required $(VECTORS) go test -count=1 -run 'ReadmePictures|ColourSchemes|Phone' -update .

# On one processor, because the runtime crashes where timers of one synctest bubble
# run on several threads under the race detector: they share one race context. What
# resize does, where only AVIFs are encoded by two goroutines, is looked at where
# resizers and these run at once only, or tests that count time would wait for it;
# nothing of what starts none and takes long: deploy itself, its pack, prepare and stack.
race: ## every test with goroutines under the race detector; needs a C compiler
	@for module in $(MODULES); do (cd $$module && \
		CGO_ENABLED=1 go test -race -cpu 1 -gcflags='github.com/edgeresize/edgeresize/resize/...=-race=false' -timeout 30m \
		$$(go list ./... | grep -vE '/edgeresize/(resize|deploy(/(pack|prepare|template/stack))?$$)')) || exit 1; done
	@CGO_ENABLED=1 go test -race -run AtOnce ./resize ./resize/avif/av1

# Minimising each input that finds new code would take a minute of its own.
FUZZTIME = 10m
FUZZ = .

# Built as packages are. What go test reports of a deadline is its own at the end
# of FUZZTIME (golang/go#75804), and no finding.
fuzz: ## every fuzz target for FUZZTIME (10m) each; FUZZ=REGEXP for some, FUZZFLAGS=-parallel=1 for one processor
	@export GOEXPERIMENT=simd; mkdir -p .cache; \
	targets=$$(go test -list '^Fuzz' ./... | \
		awk '/^Fuzz/ {names[++n] = $$1} /^ok/ {for (i = 1; i <= n; i++) print $$2, names[i]; n = 0}' | grep -E '$(FUZZ)'); \
	echo "$$targets" | { n=0; failed=; all=$$(echo "$$targets" | wc -l); while read -r package name; do \
		n=$$((n + 1)); log=.cache/fuzz-$$name.log; echo "$$n of $$all: $$name of $$package"; \
		{ go test $$package -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 500x $(FUZZFLAGS) </dev/null || echo failed; } 2>&1 | tee $$log; \
		if grep -q '^failed$$' $$log && { grep -q 'Failing input' $$log || ! grep -q '^    context deadline exceeded$$' $$log; }; then \
			failed="$$failed $$name"; \
		fi; \
	done; test -z "$$failed" || { echo "findings:$$failed" >&2; exit 1; }; }

lint: ## gofmt, go vet, staticcheck, and modules by the checksums of go.sum
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "run gofmt -w on:" $$unformatted >&2; exit 1; }
	@staticcheck=$$(go tool -n staticcheck) && \
	for module in $(MODULES); do (cd $$module && go mod verify >/dev/null && go vet ./... && $$staticcheck ./...) || exit 1; done

vulncheck: ## known vulnerabilities that the code calls, by govulncheck; says so where its database cannot be reached
	@cd .ci/vulncheck && go run . $(abspath $(MODULES))

package: ## dist/edgeresize.zip, ready for Lambda; CONFIG=FILE to bake in another config
	go run ./deploy package $(if $(CONFIG),-config $(CONFIG))

soak: ## minutes of memory limits, deadlines and a failing S3; needs Linux and root
	go run ./deploy/trial/soak

# What users give is taken from the environment, where make puts it: no shell and no
# word of theirs takes it apart.
STACK = edgeresize
export CODE_BUCKET PARAMETERS
STACKED = -stack "$(STACK)" -code-bucket "$$CODE_BUCKET" -parameters "$$PARAMETERS" $(if $(REPLACE),-replace)
site: ## a new site by deploy/template/template.yaml, or an update; STACK=NAME CONFIG=FILE PARAMETERS='Name=Value …' CODE_BUCKET=BUCKET
	@go run ./deploy site $(STACKED) $(if $(CONFIG),-config "$(CONFIG)")

# The stack is called edgeresize-purge or so, and is in the region of the aws command line.
purge: ## the function that purges what has changed; STACK=NAME PARAMETERS='DistributionId=ID BucketName=BUCKET …' ARCH=x86_64 CODE_BUCKET=BUCKET
	@go run ./deploy purge $(STACKED) $(if $(ARCH),-arch "$(ARCH)")

invoker: ## the function by which a pipeline purges another account's distribution; as make purge
	@go run ./deploy invoker $(STACKED) $(if $(ARCH),-arch "$(ARCH)")

# A virtual environment with Lambda's own Python runtime client, and AWS's
# runtime interface emulator, which ships in the package of the SAM command line.
TRYOUT = .cache/tryout

try-package: $(TRYOUT)/ready ## run the zip under Lambda's own Python runtime client, and the purge functions; needs python3
	TRYOUT_PYTHON=$(CURDIR)/$(TRYOUT)/venv/bin/python \
	TRYOUT_EMULATOR=$(CURDIR)/$(TRYOUT)/samcli/local/rapid/aws-lambda-rie-x86_64 \
	go test -count=1 -timeout 20m -v ./deploy/trial

bench-launch: $(TRYOUT)/ready ## what each way to start the function costs; needs python3
	go run ./deploy/trial/benchlaunch -python $(CURDIR)/$(TRYOUT)/venv/bin/python

$(TRYOUT)/ready: deploy/trial/runtime-client.txt deploy/trial/emulator.txt
	rm -rf $(TRYOUT) && mkdir -p $(TRYOUT)
	python3 -m venv $(TRYOUT)/venv
	$(TRYOUT)/venv/bin/pip install --quiet --require-hashes -r deploy/trial/runtime-client.txt
	$(TRYOUT)/venv/bin/pip download --quiet --no-deps --require-hashes --dest $(TRYOUT) -r deploy/trial/emulator.txt
	python3 -m zipfile -e $(TRYOUT)/*.whl $(TRYOUT)
	chmod +x $(TRYOUT)/samcli/local/rapid/aws-lambda-rie-x86_64
	touch $@

# cfn-lint in a virtual environment, and cfn-guard, which ships in a package of
# the CDK: an npm package within a Python one.
CHECKS = .cache/checks
GUARD = $(CHECKS)/package/bin/$(shell uname -s | sed 's/Darwin/macos/;s/Linux/ubuntu/')/$(shell uname -m | sed 's/arm64/aarch64/')/cfn-guard

check-template: $(CHECKS)/ready ## the templates in deploy by cfn-lint and cfn-guard, which must find broken ones too; needs python3
	cd deploy/template/guard && CFN_LINT=$(CURDIR)/$(CHECKS)/venv/bin/cfn-lint CFN_GUARD=$(CURDIR)/$(GUARD) go test -count=1 ./...

$(CHECKS)/ready: deploy/template/guard/cfn-lint.txt deploy/template/guard/cfn-guard.txt
	rm -rf $(CHECKS) && mkdir -p $(CHECKS)
	python3 -m venv $(CHECKS)/venv
	$(CHECKS)/venv/bin/pip install --quiet --require-hashes -r deploy/template/guard/cfn-lint.txt
	$(CHECKS)/venv/bin/pip download --quiet --no-deps --require-hashes --dest $(CHECKS) -r deploy/template/guard/cfn-guard.txt
	python3 -m zipfile -e $(CHECKS)/*.whl $(CHECKS)
	tar -xzf $(CHECKS)/cdklabs/cdk_validator_cfnguard/_jsii/*.jsii.tgz -C $(CHECKS) package/bin
	chmod +x $(GUARD)
	touch $@

# An emulator of AWS, and AWS's command line.
EMULATOR = .cache/emulator

try-template: $(EMULATOR)/ready ## make site, purge and invoker against an emulation of AWS; needs python3
	MINISTACK=$(CURDIR)/$(EMULATOR)/venv/bin go test -count=1 -timeout 30m -v -run 'Template.*UnderEmulation' ./deploy

# With KEEP, the one emulation that stays, for as long as people type.
try-deploy: $(EMULATOR)/ready ## README's commands and what they print, against emulations of AWS; KEEP=1 leaves one running; needs python3
	MINISTACK=$(CURDIR)/$(EMULATOR)/venv/bin go test -count=1 -v \
		$(if $(KEEP),-timeout 0 -run '^TestReadmeUnderEmulation$$/ministack',-timeout 30m -run ReadmeUnderEmulation) ./deploy $(if $(KEEP),-args -keep)

$(EMULATOR)/ready: deploy/ministack.txt
	rm -rf $(EMULATOR) && mkdir -p $(EMULATOR)
	python3 -m venv $(EMULATOR)/venv
	$(EMULATOR)/venv/bin/pip install --quiet --require-hashes -r deploy/ministack.txt
	touch $@

# What the benchmarks compare with: sharp, and the AWS SDK of a Node function.
BENCH = .cache/bench

bench: $(BENCH)/ready ## CPU, memory, quality against sharp and Pillow; BENCH_IN=DIR for your pictures; needs node
	GOEXPERIMENT=simd go build -o $(BENCH)/bench ./resize/bench
	$(BENCH)/bench -in "$(BENCH_IN)"

bench-bytes: $(BENCH)/ready ## bytes at equal looks and CPU of encoders, beside sharp's JPEG, mozjpeg, WebP and AVIF; BENCH_IN=DIR for your pictures; needs node
	test -n "$(BENCH_IN)" || { GOEXPERIMENT=simd go build -o $(BENCH)/bench ./resize/bench && $(BENCH)/bench -inputs; }
	GOEXPERIMENT=simd go build -o $(BENCH)/bytes ./resize/bench/bytes
	$(BENCH)/bytes -in "$(BENCH_IN)" $(if $(BENCH_IN),,-svg resize/bench/bytes/bytes.svg)

bench-latency: $(BENCH)/ready ## how long a viewer waits, S3 being 20 to 200 ms away, beside fetching all before decoding; needs node
	GOEXPERIMENT=simd go build -o $(BENCH)/bench ./resize/bench && $(BENCH)/bench -inputs
	cd edge/s3origin/realtest && GOEXPERIMENT=simd go run ./benchlatency -in $(CURDIR)/$(BENCH)

bench-function: $(BENCH)/ready ## the packaged function's processor time from event to response, and what it goes into; FUNCTION_FLAGS='-rate 50 -cold'; needs Linux and node
	GOEXPERIMENT=simd go build -o $(BENCH)/bench ./resize/bench && $(BENCH)/bench -inputs
	GOEXPERIMENT=simd go build -tags lambda.norpc -o $(BENCH)/function ./deploy/trial/benchfunction
	$(BENCH)/function -in $(BENCH) $(FUNCTION_FLAGS)
	$(BENCH)/function -in $(BENCH) $(FUNCTION_FLAGS) -profile $(BENCH)/profiles

cost: $(BENCH)/ready ## dollars per million resizes by memory size, beside sharp's; BENCH_IN=DIR for your pictures; needs node
	test -n "$(BENCH_IN)" || { GOEXPERIMENT=simd go build -o $(BENCH)/bench ./resize/bench && $(BENCH)/bench -inputs; }
	go run ./deploy/trial/benchcost -in "$(or $(BENCH_IN),$(BENCH))" $(if $(BENCH_IN),,-svg deploy/trial/benchcost/cost.svg)

$(BENCH)/ready: resize/bench/package-lock.json
	mkdir -p $(BENCH)
	cp resize/bench/package.json resize/bench/package-lock.json $(BENCH)
	cd $(BENCH) && npm ci --no-audit --no-fund
	touch $@

.PHONY: help run test screenshot race fuzz lint vulncheck package site purge invoker soak try-package check-template try-template try-deploy bench-launch bench bench-bytes bench-latency bench-function cost
