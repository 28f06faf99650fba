# SPDX-License-Identifier: MIT OR Apache-2.0
# {{ note }}
{%- for line in lines %}
set_io_pin_constraint -region {{ line.region }} -pin_names { {{- line.pins -}} }
{%- endfor %}
