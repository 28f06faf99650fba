# SPDX-License-Identifier: MIT OR Apache-2.0
# The crossbar over the columns of the array: its column pins look down at them.
place_macro -macro_name {{ instance }} -location { {{- x }} {{ y -}} } -orientation R0
