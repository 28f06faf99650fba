// SPDX-License-Identifier: MIT OR Apache-2.0
//! Datasets: images and labels as integers.
