// SPDX-License-Identifier: MIT OR Apache-2.0
//! SHA-256, and the digest that identifies a configuration.

use sha2::{Digest as _, Sha256};

use super::model::Config;

/// The generator's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// SHA-256 of some bytes in lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Config {
    /// What identifies the configuration and the generator that read it: SHA-256 over the
    /// canonical JSON text followed by the line `hcim <version>`. In a shell:
    /// `(cat config.json; echo hcim 0.1.0) | sha256sum`.
    pub fn digest(&self) -> [u8; 32] {
        sha256(format!("{}hcim {VERSION}\n", self.to_json()).as_bytes())
    }

    /// [`Config::digest`] in 64 lower-case hexadecimal digits.
    pub fn digest_hex(&self) -> String {
        hex(&self.digest())
    }

    /// The first 64 bits of [`Config::digest`], which the identification register carries: its
    /// hexadecimal digits are the first 16 of [`Config::digest_hex`].
    pub fn digest64(&self) -> u64 {
        let mut first = [0; 8];
        first.copy_from_slice(&self.digest()[..8]);
        u64::from_be_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn the_register_carries_the_first_digits() {
        let config = Config::default();
        assert_eq!(
            format!("{:016x}", config.digest64()),
            config.digest_hex()[..16]
        );
    }
}
