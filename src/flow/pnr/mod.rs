// SPDX-License-Identifier: MIT OR Apache-2.0
//! Place and route.
