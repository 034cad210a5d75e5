# make run    the screens on http://127.0.0.1:8080, on an embedded store
# make test   everything: both stores, race detector, browser
# make test-qgis  QGIS reads, draws and edits (installs Debian's)
# make soak   what takes long to be sure of
# make schema  the types of the pages, of what the service says of itself
# make bench  the project's own measurements
# make test-ogc-suites  runs the executable test suites of the OGC against the service
# make test-schemathesis  asks whatever the OpenAPI definitions allow and forbid
# make verify-pmtiles FILE=…  has go-pmtiles check an archive that was exported
# make dist   archives for other machines
#
# YIPING_STORE=postgres://… make run does the same on PostGIS.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
PAGES   := web/dist/index.html
MODULES := web/node_modules/.package-lock.json
WEB     := $(shell find web -path web/node_modules -prune -o -path web/schema/node_modules -prune -o -path web/dist -prune -o -path web/test-results -prune -o -type f -print)
GO      := $(shell find . -path ./web/node_modules -prune -o -path ./web/schema/node_modules -prune -o -name '*.go' -print)

.PHONY: schema verify-pmtiles test-schemathesis test-ogc-suites test-qgis build run test soak bench dist lint-extra needs needs-test check-go check-web fuzz clean

build: needs $(PAGES)
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/yiping ./cmd/yiping

run: build
	bin/yiping serve --create

needs:
	@for p in go node npm; do command -v $$p >/dev/null || { echo "make: $$p is missing: install Go 1.26, Node 20 and npm" >&2; exit 1; }; done

$(MODULES): web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

$(PAGES): $(MODULES) $(WEB)
	cd web && npm run build
	touch $@

# What the tests need besides Go and Node, as Debian packages. Only what is
# missing is installed, by root or through sudo.
DEBIAN := postgresql-15 postgresql-15-postgis-3 chromium fonts-noto-cjk gdal-bin sqlite3 nginx-light openssl curl
QGIS   := qgis python3-qgis

# Another may be installing just now, and a mirror may not answer at once.
APT    := -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3

define install
	@missing=; for p in $(1); do dpkg -s $$p 2>/dev/null | grep -q '^Status: install ok' || missing+=" $$p"; done; \
	if [ -n "$$missing" ]; then \
		as=; if [ "$$(id -u)" != 0 ]; then as=sudo; fi; \
		echo "installing$$missing"; \
		$$as apt-get update $(APT); \
		DEBIAN_FRONTEND=noninteractive $$as apt-get install $(APT) -y --no-install-recommends $$missing; \
	fi
endef

needs-test: needs
	$(call install,$(DEBIAN))

# QGIS is large and slow to start: its tests are none of those of every day.
test-qgis: needs-test $(PAGES)
	$(call install,$(QGIS))
	go vet -tags qgis ./cmd/yiping
	go test -tags qgis -run QGIS -count=1 -v ./cmd/yiping

# The race detector watches our code and its libraries but the translated SQLite,
# which it would slow down five times. Where a package neither starts anything nor
# is asked by a server in its tests it has nothing to find, and would take minutes.
RACE   := -race -gcflags='modernc.org/...=-race=false'
STARTS := ^[[:space:]]*go [a-z]|\.Go\(|httptest|pgtest|t\.Parallel|AfterFunc
RACED   = $(sort $(patsubst %/,%,$(dir $(shell grep -lE '$(STARTS)' $(GO)))))
PLAIN   = $(filter-out $(RACED),$(sort $(patsubst %/,%,$(dir $(GO)))))

# All that is not raced is compiled in one way, so that it is compiled once.
PLAINLY := CGO_ENABLED=0 GOFLAGS=-trimpath

test: needs-test $(PAGES) check-web check-go
	go test -vet=off $(RACE) -timeout 40m $(RACED)
	$(PLAINLY) go test -vet=off $(PLAIN)
	$(MAKE) --no-print-directory build
	cd web && npm test

# The test suites of the OGC, from Maven; a file at hand is named by
# make test-ogc-suites OGC_FEATURES_JAR=… OGC_TILES_JAR=…
OGC_FEATURES     ?= 1.9
OGC_TILES        ?= 1.2
OGC_FEATURES_JAR ?= bin/ogc/ets-ogcapi-features10-$(OGC_FEATURES)-aio.jar
OGC_TILES_JAR    ?= bin/ogc/ets-ogcapi-tiles10-$(OGC_TILES)-aio.jar

bin/ogc/ets-%-aio.jar:
	@command -v mvn >/dev/null || { echo "make: mvn is missing: install Maven and Java 17" >&2; exit 1; }
	@suite='$*'; mkdir -p $(@D); mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -DoutputDirectory=$(@D) \
		-Dartifact=org.opengis.cite:ets-$${suite%-*}:$${suite##*-}:jar:aio

test-ogc-suites: needs-test $(PAGES) $(OGC_FEATURES_JAR) $(OGC_TILES_JAR)
	@command -v java >/dev/null || { echo "make: java is missing: install Java 17" >&2; exit 1; }
	OGC_FEATURES_JAR='$(abspath $(OGC_FEATURES_JAR))' OGC_TILES_JAR='$(abspath $(OGC_TILES_JAR))' \
		go test -tags ogcsuites -run TestOGCSuites -count=1 -timeout 60m -v ./cmd/yiping

# Schemathesis, from PyPI, in an environment of its own.
SCHEMATHESIS := 4.32.5

bin/schemathesis-$(SCHEMATHESIS)/bin/schemathesis:
	@command -v python3 >/dev/null || { echo "make: python3 is missing: install Python 3.10 or newer with venv" >&2; exit 1; }
	python3 -m venv bin/schemathesis-$(SCHEMATHESIS)
	bin/schemathesis-$(SCHEMATHESIS)/bin/pip install -q --disable-pip-version-check schemathesis==$(SCHEMATHESIS)

test-schemathesis: needs-test $(PAGES) bin/schemathesis-$(SCHEMATHESIS)/bin/schemathesis
	SCHEMATHESIS='$(abspath bin/schemathesis-$(SCHEMATHESIS)/bin/schemathesis)' \
		go test -tags schemathesis -run TestSchemathesis -count=1 -timeout 30m -v ./cmd/yiping

# What takes long to be sure of: writers killed 200 times, and thousands of random
# requests and edits.
soak: needs-test $(PAGES)
	YIPING_STORETEST_KILLS=200 go test -run Killed -count=1 -timeout 30m ./geo/gpkg ./geo/postgis
	go test -run TestNothingThatIsAskedBreaksTheService -count=1 -timeout 60m ./api -more=25
	go test -run TestNextEqualsNew -count=20 -timeout 60m ./geo/indicator ./geo/overview

# The types of the pages, of what the service says of itself.
schema: needs
	go test ./api -run TestTheTypesOfThePagesAreCurrent -count=1 -update
	cd web/schema && npm ci --no-audit --no-fund && npm run -s schema

check-web: $(MODULES)
	cd web && npx tsc --noEmit

check-go: $(PAGES)
	@unformatted=$$(gofmt -l $(GO)); if [ -n "$$unformatted" ]; then echo "not gofmt'ed: $$unformatted" >&2; exit 1; fi
	$(PLAINLY) go vet ./...
	$(PLAINLY) go tool staticcheck ./...

# The city of the measurements, kept for the next run.
BENCH_STORE    ?= gpkg:data/bench.gpkg
BENCH_FEATURES ?= 100000

bench: build
	go test -run '^$$' -bench . -benchmem ./...
	bin/yiping synth --store $(BENCH_STORE) --features $(BENCH_FEATURES)
	bin/yiping bench load --store $(BENCH_STORE)
	bin/yiping bench tiles --store $(BENCH_STORE)
	bin/yiping bench nearby --store $(BENCH_STORE)
	bin/yiping bench live --store $(BENCH_STORE) --n 1000

# Each fuzz target for FUZZTIME.
FUZZTIME ?= 30s

fuzz:
	@for file in $$(grep -l '^func Fuzz' $(GO)); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file); \
		done; \
	done

dist: needs $(PAGES)
	rm -rf dist && mkdir -p dist
	for target in linux-amd64 linux-arm64 windows-amd64; do \
		dir=dist/yiping-$(VERSION)-$$target; mkdir $$dir; ext=; \
		if [ $${target%-*} = windows ]; then ext=.exe; fi; \
		CGO_ENABLED=0 GOOS=$${target%-*} GOARCH=$${target#*-} \
			go build -trimpath -ldflags '$(LDFLAGS)' -o $$dir/yiping$$ext ./cmd/yiping; \
		cp README.md $$dir/; \
		tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C dist -cf - $$(basename $$dir) | gzip -n > $$dir.tar.gz; \
		rm -r $$dir; \
	done
	cd dist && sha256sum *.tar.gz > SHA256SUMS && cat SHA256SUMS

# Looks for known weaknesses in what we depend on; needs the network.
lint-extra: $(PAGES)
	go run golang.org/x/vuln/cmd/govulncheck@latest ./...
	cd web && npm audit --omit=dev

clean:
	rm -rf bin dist web/node_modules web/test-results
	find web/dist -mindepth 1 ! -name placeholder.txt -delete

# Not in go.mod: it brings the clients of three clouds with it.
verify-pmtiles:
	go run github.com/protomaps/go-pmtiles@v1.28.0 verify $(FILE)
