// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hardware construction layer.
