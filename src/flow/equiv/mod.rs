// SPDX-License-Identifier: MIT OR Apache-2.0
//! (in the next commit)
