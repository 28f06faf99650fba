// SPDX-License-Identifier: MIT OR Apache-2.0
//! Golden model of hcim.
