{{ header }}
`default_nettype none

{{ contract }}
//
// The macro itself comes from its designer: for synthesis this is a black box.
/* verilator lint_off UNDRIVEN */
/* verilator lint_off UNUSEDSIGNAL */
(* blackbox *)
module {{ name }} (
{%- for port in ports %}
{{ port }}
{%- endfor %}
);
  // UNDRIVEN, UNUSEDSIGNAL: a black box has ports only.
endmodule
/* verilator lint_on UNUSEDSIGNAL */
/* verilator lint_on UNDRIVEN */

`default_nettype wire
