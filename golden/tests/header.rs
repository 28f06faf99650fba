// SPDX-License-Identifier: MIT OR Apache-2.0
//! The committed C header is what the Rust source gives. `HCIM_UPDATE_HEADER=1 cargo test -p
//! hcim-golden --test header` rewrites it.

use std::path::Path;

#[test]
fn header_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    // The module file names the others, and cbindgen follows.
    let builder = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root.join("src/ffi/mod.rs"));
    let mut fresh = Vec::new();
    builder.generate().expect("bindings").write(&mut fresh);
    let path = root.join("include/hcim_golden.h");
    if std::env::var_os("HCIM_UPDATE_HEADER").is_some() {
        std::fs::write(&path, &fresh).expect("writable header");
    }
    let committed = std::fs::read(&path).unwrap_or_default();
    assert!(
        fresh == committed,
        "stale header: run with HCIM_UPDATE_HEADER=1"
    );
}
