#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Checks that generated/ is, byte for byte, what the generator gives today: scripts/check_generated.sh HCIM PRESET ...

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

hcim=$1
shift
fresh=build/generated
rm -rf "$fresh"
mkdir -p "$fresh"
for preset in "$@"; do
    "$hcim" gen --preset "$preset" --out "$fresh" > /dev/null
done
# Only what the presets make: other output under generated/ is its owner's.
same=true
for folder in "$fresh"/*; do
    diff -r -q "generated/$(basename "$folder")" "$folder" || same=false
done
if ! $same; then
    echo "error: generated/ is not what the generator gives; run: make generated" >&2
    exit 1
fi
echo "generated/ is what the generator gives ($(find "$fresh" -type f | wc -l) files)"
