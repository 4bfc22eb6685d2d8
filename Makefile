# soldout: two commands, `make run` and `make test`; everything else is below.
# Both install what is missing first (scripts/setup) and leave no service running.

WORKLOAD ?= default
ARGS     ?=
PREFIX   ?= /usr/local
SWIFT    ?= swift
BINARY    = .build/release/soldout

# Homebrew keeps headers outside the compiler's path, libpq's even in a folder of its own.
# (Written without a Mac to try it on.)
ifeq ($(shell uname -s),Darwin)
BREW  := $(shell brew --prefix 2>/dev/null)
FLAGS := $(foreach d,$(BREW) $(BREW)/opt/libpq,-Xcc -I$(d)/include -Xlinker -L$(d)/lib)
endif

.PHONY: run test check setup build bench clean help

run: build ## Run a workload: make run WORKLOAD=redis-decr ARGS="--clients 64"
	@$(BINARY) run $(WORKLOAD) $(ARGS)

test: setup ## Everything: format, build, pure tests, tests on real servers
	@$(MAKE) --no-print-directory lint
	@$(SWIFT) build --build-tests $(FLAGS)
	@$(SWIFT) test --skip-build $(FLAGS)

check: setup ## The quick gate: format, build, pure tests (no servers)
	@$(MAKE) --no-print-directory lint
	@$(SWIFT) test --skip IntegrationTests $(FLAGS)

.PHONY: lint
lint:
	@$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

setup: ## Install what is missing (libraries, redis-server, PostgreSQL)
	@scripts/setup

build: setup
	@$(SWIFT) build -c release --product soldout $(FLAGS)
	@$(SWIFT) build -c release --product ServerShim $(FLAGS)

bench: build ## Drivers against redis-benchmark and pgbench, side by side
	@$(BINARY) bench driver $(ARGS)

clean: ## Remove what was built
	@rm -rf .build

help: ## This list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
