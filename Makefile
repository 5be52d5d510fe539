# make build | demo | test | test-faults | test-postgres-versions | test-stripe-mock | lint | bench. Needs Go 1.26, a C compiler and make.
export CGO_ENABLED := 1
# Arrow batches straight from DuckDB; a build without the tag works too, slower.
TAGS := duckdb_arrow
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFLAGS_BUILD := -tags $(TAGS) -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
GOLANGCI := go tool -modfile=.tools/go.mod golangci-lint

.PHONY: build demo test test-faults test-postgres-versions test-stripe-mock lint bench clean

build:
	go build $(GOFLAGS_BUILD) -o bin/lastro ./cmd/lastro

demo: build
	bin/lastro demo

test: build
	go vet -tags $(TAGS) ./...
	go test -tags $(TAGS) -timeout 20m ./...
	go test -timeout 10m ./transform/duckdb ./load/duckdbfile ./extract/files/...

lint:
	gofmt -l . | (! grep .)
	$(GOLANGCI) run --build-tags $(TAGS) ./...

# Faults that the system injects, in numbers (LASTRO_FAULTS), and full disks: needs strace and root.
test-faults: build
	go test -tags $(TAGS),faults -timeout 60m -run 'TestFaults|TestFullDisk' -v ./cmd/lastro

# The PostgreSQL target against each major version; Maven fetches them.
test-postgres-versions:
	.ci/postgres-versions

# The Stripe connector against stripe-mock, which go install fetches.
test-stripe-mock:
	.ci/stripe-mock

bench: build
	go run -tags $(TAGS) ./bench

clean:
	rm -rf bin lastro-demo
