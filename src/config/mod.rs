// SPDX-License-Identifier: MIT OR Apache-2.0
//! Configuration: the one place where user input becomes a validated, immutable value.
