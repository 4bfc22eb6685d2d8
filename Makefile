# soldout: two commands, `make run` and `make test`; everything else is below.
# Both install what is missing first (scripts/setup) and leave no service running.

WORKLOAD ?= default
ARGS     ?=
PREFIX   ?= /usr/local
DESTDIR  ?=
SWIFT    ?= swift
BINARY    = .build/release/soldout
LAB       = .build/release/soldout-lab

# Homebrew keeps headers outside the compiler's path, those of libpq and OpenSSL even in folders of their own.
# (Written without a Mac to try it on.)
ifeq ($(shell uname -s),Darwin)
BREW  := $(shell brew --prefix 2>/dev/null)
FLAGS := $(foreach d,$(BREW) $(BREW)/opt/libpq $(BREW)/opt/openssl@3,-Xcc -I$(d)/include -Xlinker -L$(d)/lib)
else
# An installed binary carries Swift's libraries with it; a folder of its own, since the flag would
# make every other build start anew.
STATIC := --static-swift-stdlib --scratch-path .build/install
INSTALLED := .build/install/release/soldout
endif
INSTALLED ?= $(BINARY)

.PHONY: run smoke test check lint setup build lab mutants bench bench-checker bench-explorer install uninstall docs clean help

run: build ## Run a workload: make run WORKLOAD=redis-decr ARGS="--clients 64"
	@$(BINARY) run $(WORKLOAD) $(ARGS)

smoke: build ## Every strategy under the same traffic, in one table, in under a minute
	@$(BINARY) compare --profile smoke $(ARGS)

test: setup ## Everything: format, build, pure tests, tests on real servers
	@scripts/setup tests
	@$(MAKE) --no-print-directory lint
	@$(SWIFT) build --build-tests $(FLAGS)
	@scripts/tables .build/debug/soldout
	@scripts/other-servers
	@scripts/client-libraries
	@SWIFT="$(SWIFT)" scripts/test $(FLAGS)

check: setup ## The quick gate: format, build, pure tests (no servers)
	@$(MAKE) --no-print-directory lint
	@$(SWIFT) build --build-tests $(FLAGS)
	@scripts/tables .build/debug/soldout
	@$(SWIFT) test --skip-build --skip IntegrationTests --skip OverbookingTests --skip InterruptTests --skip ReadmeTests $(FLAGS)

lint:
	@$(SWIFT) format lint --strict --recursive Package.swift Plugins Sources Tests Examples

setup: ## Install what is missing (libraries, redis-server, PostgreSQL, MariaDB)
	@scripts/setup

build: setup
	@$(SWIFT) build -c release --product soldout $(FLAGS)
	@$(SWIFT) build -c release --product ServerShim $(FLAGS)

lab: build
	@$(SWIFT) build -c release --product soldout-lab $(FLAGS)

mutants: lab ## Hunt small wrong variants of every correct strategy: make mutants ARGS="redis-lua --explore"
	@$(LAB) mutants $(ARGS)

bench: lab ## Drivers against redis-benchmark, pgbench and sysbench, side by side
	@scripts/setup bench
	@$(LAB) bench driver $(ARGS)

bench-checker: lab ## How time and memory of a verdict grow with the history
	@$(LAB) bench checker $(ARGS)

bench-explorer: lab ## How many schedules the explorer runs in a second
	@$(LAB) bench explorer $(ARGS)

install: setup ## Install under PREFIX (/usr/local): binary, manual, completions
	@$(SWIFT) build -c release --product soldout $(STATIC) $(FLAGS)
	@$(SWIFT) build -c release --product ServerShim $(STATIC) $(FLAGS)
	@scripts/install "$(INSTALLED)" "$(DESTDIR)$(PREFIX)"

uninstall: ## Remove what install put under PREFIX
	@scripts/install --remove "$(DESTDIR)$(PREFIX)"

docs: ## The libraries' documentation as a web site, in .build/docs
	@scripts/docs

clean: ## Remove what was built
	@rm -rf .build

help: ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
