{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
{%- if constants %}
 * Registers of the {{ map.block.what }} {{ map.parameters.name }}.
 *
 * Generator: hcim {{ version }}
 * Configuration: {{ map.parameters.name }}, digest {{ digest }}
{%- else %}
 * Registers that {{ map.block.what }}s of any configuration can have; for the driver.
 *
 * Generator: hcim {{ version }}
{%- endif %}
 *
 * This file is output of the generator and belongs to whoever generated it.
 */
#ifndef {{ guard }}
#define {{ guard }}
{%- if constants %}

/* Initializer of struct hcim_identity: version, then the first 64 bits of the digest. */
#define {{ prefix }}_IDENTITY { {{ identity }} }

/* Sizes. */
{%- for (name, value) in sizes %}
#define {{ prefix }}_{{ name }} {{ value }}u
{%- endfor %}
{%- endif %}
{% for r in registers %}
/* {{ r.name }}: {{ r.doc }} */
{%- if r.array %}
#define {{ prefix }}_{{ r.name }}_OFFSET(i) ({{ offset(r) }} + 4u * (uint32_t)(i))
{%- if constants %}
#define {{ prefix }}_{{ r.name }}_COUNT {{ r.count }}u
{%- endif %}
{%- else %}
#define {{ prefix }}_{{ r.name }}_OFFSET {{ offset(r) }}
{%- endif %}
{%- if constants %}
#define {{ prefix }}_{{ r.name }}_RESET {{ hex(r.reset()) }}
{%- endif %}
{%- for f in r.fields %}
#define {{ field(r, f) }}_MASK {{ hex(f.mask()) }}
#define {{ field(r, f) }}_SHIFT {{ f.lsb }}u
{%- endfor %}
{% endfor %}
#endif
