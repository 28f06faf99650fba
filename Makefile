# SPDX-License-Identifier: MIT OR Apache-2.0
#
# `make help` lists the targets. All tools that are not cargo's are installed by scripts/setup.sh.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# More arguments, e.g. make sim SIM='--filter tile --seeds 5 --wave', make lint LINT='--tool yosys'.
SIM =
# (Not `?=`: make has a LINT of its own.)
LINT =
REPLAY ?=
# make sim-netlist NETLISTS='--filter latch --pdk nangate45 --pdk-root DIR', make activity ACTIVITY='--saif a.saif -- --top dcim_array'.
NETLISTS ?=
ACTIVITY ?=
MUTATE ?=
COVERAGE ?=
# Recorded activity for make power, as hcim-sim activity writes it.
SAIF ?=

# Silicon flow: a PDK by name or description, the folder that holds a folder per PDK, a Liberty in place of the PDK's,
# and a configuration (a file, or flags), e.g. make synth PDK=sky130hd PDK_ROOT=~/pdk CONFIG='--top dcim_array'.
PDK ?=
PDK_ROOT ?=
LIBERTY ?=
CONFIG ?=
FLOW = $(if $(PDK),--pdk '$(PDK)') $(if $(PDK_ROOT),--pdk-root '$(PDK_ROOT)') $(if $(LIBERTY),--liberty '$(LIBERTY)') \
	$(if $(filter %.toml %.json,$(CONFIG)),--config '$(CONFIG)',$(CONFIG))

CARGO ?= cargo
# What is built and run: the optimised programs. `make test` runs those that belong to the Rust tests, whose arithmetic is
# checked for overflow, so that nothing is compiled twice.
PROFILE = release
BUILD = --profile release
test: PROFILE = debug
test: BUILD = --profile dev --lib --bins --tests
PROGRAMS = $(or $(CARGO_TARGET_DIR),target)/$(PROFILE)
RUNNER = $(PROGRAMS)/hcim-sim
HCIM = $(PROGRAMS)/hcim

# Reference output that is committed under generated/: presets of the generator.
GENERATED := tiny default digits_ternary_hidden

.PHONY: help
help: ## This list
	@echo "Targets:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  %-18s %s\n' "$$name" "$$text"; done

.PHONY: test
test: setup format clippy unit build lint sim run-networks sim-netlist-quick pnr replay xprop-quick prove-quick mutate-quick generated-check ## Everything that continuous integration checks

.PHONY: setup
setup: ## Install the pinned tools into .tools/
	@scripts/setup.sh

.PHONY: build
build: ## Build generator, golden library and regression runner
	@$(CARGO) build --workspace $(BUILD)

.PHONY: format
format: ## Check the formatting
	@$(CARGO) fmt --all --check

.PHONY: clippy
clippy: ## Rust lints, warnings are errors
	@$(CARGO) clippy --workspace --all-targets -- -D warnings

.PHONY: unit
unit: ## Rust tests
	@$(CARGO) test --workspace --quiet

.PHONY: lint
lint: setup build ## Verilator, Icarus, Yosys and slang on every configuration of the matrix
	@$(RUNNER) lint $(LINT)

.PHONY: sim
sim: setup build ## Simulate the default matrix against the golden model (at most 10 minutes on 2 cores)
	@$(RUNNER) sim $(SIM)

.PHONY: sim-smoke
sim-smoke: setup build ## The quickest part of the matrix
	@$(RUNNER) sim --tier smoke $(SIM)

.PHONY: sim-networks
sim-networks: setup build ## The two digits networks, all test images, through the generated RTL
	@$(RUNNER) sim --tier networks $(SIM)

.PHONY: train-report
train-report: build ## Digits networks of every kind of partial sums, three seeds each; what the report has is not done again (10 minutes on 2 cores)
	@$(HCIM) train --report reports/training

# A lane of three tiles, loaded anew for each image, runs both ternary networks; RUN_IMAGES=20 takes fewer images.
RUN_GRID := --rows 72 --cols 32 --tiles 3 --activation-words 128 --constant-entries 64 --passes 16
# Nine tiles that hold the whole convolutional network.
RESIDENT_GRID := --rows 72 --tiles 3 --lanes 3 --activation-words 128 --constant-entries 64 --passes 16
RUN_IMAGES ?= 359
RUN = $(HCIM) run --engine rtl --build build/run --images $(RUN_IMAGES)

.PHONY: run-networks
run-networks: setup build ## Digits networks mapped onto generated accelerators, every value compared (two minutes on 2 cores)
	@$(RUN) networks/digits_cnn.safetensors $(RUN_GRID)
	@$(RUN) testbenches/reference/digits_ternary/network.json $(RUN_GRID)
	@$(RUN) testbenches/reference/digits_binary/network.json

.PHONY: run-report
run-report: setup build ## The same, and the convolutional network resident in nine tiles, as records under reports/networks/ (seven minutes)
	@mkdir -p reports/networks
	@$(RUN) --json networks/digits_cnn.safetensors $(RUN_GRID) > build/run/digits_cnn.json
	@$(RUN) --json networks/digits_cnn.safetensors $(RESIDENT_GRID) > build/run/digits_cnn_resident.json
	@$(RUN) --json testbenches/reference/digits_ternary/network.json $(RUN_GRID) > build/run/digits_ternary.json
	@$(RUN) --json testbenches/reference/digits_binary/network.json > build/run/digits_binary.json
	@mv build/run/digits_*.json reports/networks/

.PHONY: sim-long
sim-long: setup build ## All configurations with 20 seeds each
	@$(RUNNER) sim --tier long $(SIM)

.PHONY: sim-netlist
sim-netlist: setup build ## Synthesise small configurations and simulate their netlists against the golden model
	@$(RUNNER) netlists $(NETLISTS)

.PHONY: sim-netlist-quick
sim-netlist-quick: setup build ## The quickest part of sim-netlist; passes with a note where no PDK is installed
	@$(RUNNER) netlists --tier smoke --if-pdk $(NETLISTS)

.PHONY: activity
activity: setup build ## Switching activity of a stream of MVMs for power analysis: make activity ACTIVITY='--saif FILE ...'
	@$(RUNNER) activity $(ACTIVITY)

.PHONY: replay
replay: setup build ## Play vectors of the golden model in Icarus Verilog, with a testbench in plain Verilog
	@$(RUNNER) replay $(REPLAY)

.PHONY: synth
synth: setup build ## Synthesise CONFIG (default: the default tile) to the cells of PDK or LIBERTY
	@$(HCIM) synth $(FLOW)

# An array that place and route finishes within a minute; the reports of record are those of make pnr PNR_REPORTS=reports.
PNR ?= --pdk osu018 --top dcim_array --cols 8 --storage latch
PNR_REPORTS ?= build/reports

.PHONY: pnr
pnr: setup build ## Place and route 8 columns with qflow on osu018: DRC, LVS, routed timing, picture (half a minute)
	@$(HCIM) synth $(PNR) --reports '$(PNR_REPORTS)'
	@$(HCIM) pnr --flow qflow --run $(PNR) --reports '$(PNR_REPORTS)'

# The comparison: make ppa PPA='--pdk sky130hd', make ppa PPA=--quick. The table that `hcim gen --optimize` chooses from
# is that of a whole run on nangate45.
PPA ?= --pdk nangate45 --columns 32 --table src/flow/ppa/measured/nangate45.json

.PHONY: synth-scaling
synth-scaling: setup build ## Time and memory of synthesis against columns, on nangate45 (four minutes; report in reports/synthesis/)
	@$(if $(PDK_ROOT),HCIM_PDK_ROOT='$(PDK_ROOT)') scripts/synthesis_scaling.py

.PHONY: ppa
ppa: setup build ## Compare arrays: area, clock, energy, cycles at every point (needs a PDK and OpenSTA 2.6)
	@$(HCIM) ppa $(PPA)
.PHONY: equiv
equiv: setup build ## Netlist of hcim synth against its source: CONFIG, PDK as for synth
	@$(HCIM) equiv $(FLOW)

.PHONY: sta
sta: build ## Timing of the netlist of hcim synth (OpenSTA): CONFIG, PDK as for synth
	@$(HCIM) sta $(FLOW)

.PHONY: power
power: build ## Energy of the netlist: SAIF=FILE.saif (OpenSTA 2.6 or newer)
	@$(HCIM) power $(FLOW) --activity "$(SAIF)"

# Mutated inputs of make fuzz, and more arguments, e.g. make fuzz FUZZ=5000000 FUZZ_ARGS='--target liberty --seed 7'.
FUZZ ?= 1000000
FUZZ_ARGS ?=

.PHONY: fuzz
fuzz: ## Hostile input for everything that reads text: FUZZ executions (cargo test has a short run)
	@$(CARGO) run --quiet --package hcim-fuzz -- --executions $(FUZZ) $(FUZZ_ARGS)

# make xprop XPROP='--filter flop --seed 7'
XPROP ?=

.PHONY: xprop
xprop: setup build ## Four-state runs from power-up, RTL and osu018 netlists: nothing unknown after reset and load
	@$(RUNNER) xprop $(XPROP)

.PHONY: xprop-quick
xprop-quick: setup build ## The quickest part of xprop
	@$(RUNNER) xprop --tier smoke $(XPROP)

# make prove PROVE='--filter in_place --jobs 1'
PROVE ?=

.PHONY: prove
prove: setup build ## Prove arrays and the blocks of tiles and accelerators, the whole matrix of sizes (24 minutes on 2 cores); report under reports/verification/
	@$(HCIM) prove --matrix full --report reports/verification/proofs $(PROVE)

.PHONY: prove-quick
prove-quick: setup build ## Prove small sizes of every kind of block (two minutes on 2 cores)
	@$(HCIM) prove --matrix quick $(PROVE)

.PHONY: coverage
coverage: setup build ## Lines, branches, toggles and cover points that the regression sees (report in reports/verification/)
	@$(RUNNER) coverage --report reports/verification $(COVERAGE)

.PHONY: mutate
mutate: setup build ## Faulty netlists of every block: how many do the testbenches notice? (report in reports/verification/)
	@$(RUNNER) mutate --report reports/verification $(MUTATE)

.PHONY: mutate-quick
mutate-quick: setup build ## About 100 faulty netlists over all blocks
	@$(RUNNER) mutate --sample 100 --suite-seeds 1 --proof-seconds 2 --target 94 $(MUTATE)

# make mutate-rust MUTATE_RUST='-f golden/src/schedule.rs'; cargo-mutants comes from crates.io into .tools/cargo, with the first run.
MUTATE_RUST ?= --package hcim-golden

.PHONY: mutate-rust
mutate-rust: ## Faults in the Rust sources: what do their tests notice? (cargo-mutants, hours; report in reports/verification/)
	@test -x .tools/cargo/bin/cargo-mutants || $(CARGO) install cargo-mutants --locked --version 27.1.0 --root .tools/cargo
	@mkdir -p build
	@.tools/cargo/bin/cargo-mutants mutants --output build $(MUTATE_RUST) || test $$? -le 3
	@scripts/mutants_rust.py build/mutants.out --command "make mutate-rust MUTATE_RUST='$(MUTATE_RUST)'" --report reports/verification/mutants_rust

.PHONY: coverage-rust
coverage-rust: ## Lines of the Rust libraries that their tests run (cargo-llvm-cov; report in reports/verification/)
	@scripts/coverage_rust.sh

.PHONY: verification-report
verification-report: setup build ## Every record of reports/verification/ anew, and the tables of doc/verification.md (hours)
	@$(HCIM) prove --matrix quick --report reports/verification/proofs_quick
	@$(HCIM) prove --matrix full --report reports/verification/proofs
	@$(RUNNER) mutate --report reports/verification
	@$(RUNNER) coverage --report reports/verification
	@$(RUNNER) xprop --report reports/verification/xprop.json
	@$(CARGO) run --quiet --package hcim-fuzz -- --executions $(FUZZ) --report reports/verification/fuzz.json
	@scripts/coverage_rust.sh
	@$(MAKE) --no-print-directory mutate-rust verification-tables

.PHONY: verification-tables
verification-tables: ## The tables of doc/verification.md from the records that there are
	@scripts/verification_report.py

.PHONY: bench
bench: ## Benchmarks of the golden model
	@$(CARGO) bench --package hcim-golden

.PHONY: generated
generated: build ## Write the reference output under generated/, and what the README shows of it
	@for preset in $(GENERATED); do $(HCIM) gen --preset $$preset --out generated --force > /dev/null; done
	@HCIM_UPDATE_README=1 $(CARGO) test --quiet --test readme > /dev/null

.PHONY: generated-check
generated-check: build ## Check that generated/ is what the generator gives
	@scripts/check_generated.sh '$(HCIM)' $(GENERATED)

.PHONY: clean
clean: ## Remove what was built; .tools/ stays
	@rm -rf build
	@$(CARGO) clean
