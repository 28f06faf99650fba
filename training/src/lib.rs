// SPDX-License-Identifier: MIT OR Apache-2.0
//! Training with quantised partial sums.
