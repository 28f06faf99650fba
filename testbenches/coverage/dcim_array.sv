// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Cover points of the arrays: what an operation does in the first, a middle and the last digit of its window for each p,
// sign extension of columns that are gated, read-out with and without stalls, and what may cut it off.

module @MODULE@_cover (
  input wire clk_i,
  input wire rst_ni,
  input wire clear_i,
  input wire op_valid_i,
  input wire op_ready_o,
  input wire [7:0] plane,
`ifdef HCIM_TERNARY
  input wire op_skip_i,
`endif
  input wire any_plus,
  input wire any_minus,
  input wire any_zero,
  input wire advance,
  input wire busy_o,
  input wire wr_valid_i,
  input wire rb_valid_i,
  input wire [31:0] rb_row,
  input wire ro_valid_o,
  input wire ro_ready_i,
  input wire ro_first_o,
  input wire ro_last_o
`ifdef HCIM_PARITY
  , input wire parity_error_o
`endif
);

  wire accept = op_valid_i & op_ready_o;
  // What the operation under way was accepted with, and its digit.
  reg       plus_q, minus_q, zero_q, skip_q;
  reg [7:0] plane_q, digit_q;
  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {plus_q, minus_q, zero_q, skip_q} <= 4'd0;
      plane_q <= 8'd0;
      digit_q <= 8'd0;
    end else if (accept) begin
`ifdef HCIM_TERNARY
      {plus_q, minus_q, zero_q, skip_q} <= {any_plus, any_minus, any_zero, op_skip_i};
`else
      {plus_q, minus_q, zero_q, skip_q} <= {any_plus, any_minus, any_zero, 1'b0};
`endif
      plane_q <= plane;
      digit_q <= 8'd0;
    end else if (advance & busy_o) begin
      digit_q <= digit_q + 8'd1;
    end
  end

  wire digit = busy_o & advance;

  genvar i;
  generate
    for (i = 0; i < `HCIM_PLANES; i = i + 1) begin : planes
      accepted: cover property (@(posedge clk_i) disable iff (!rst_ni) accept && plane == i);
`ifdef HCIM_TERNARY
      skipped: cover property (@(posedge clk_i) disable iff (!rst_ni) accept && plane == i && op_skip_i);
`endif
    end
`ifdef HCIM_IN_PLACE
    // First, middle and last digit of a plane, as far as a plane has as many.
    for (i = 0; i < 3; i = i + (`HCIM_DIGITS > 2 ? 1 : 2)) begin : window
      wire here = i == 0 ? digit_q == 8'd0 : i == 2 ? digit_q + 8'd1 == 8'd`HCIM_DIGITS : digit_q != 8'd0 && digit_q + 8'd1 != 8'd`HCIM_DIGITS;
      plus: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && !skip_q && here && plus_q);
      minus: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && !skip_q && here && minus_q);
`ifdef HCIM_TERNARY
      zero_of_plane_0: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && !skip_q && here && zero_q && plane_q == 0);
      zero_of_later_plane: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && !skip_q && here && zero_q && plane_q != 0);
`endif
    end
`ifdef HCIM_TERNARY
    sign_copied_by_skipped_plane: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && skip_q && plane_q != 0);
`endif
    accumulation_waits_for_read_out: cover property (@(posedge clk_i) disable iff (!rst_ni) busy_o && !advance && ro_valid_o);
    plane_0_beside_read_out: cover property (@(posedge clk_i) disable iff (!rst_ni) digit && ro_valid_o);
`endif
  endgenerate

  operation_waits: cover property (@(posedge clk_i) disable iff (!rst_ni) op_valid_i && !op_ready_o);
  operation_back_to_back: cover property (@(posedge clk_i) disable iff (!rst_ni) accept && busy_o);
  read_out_first_stalled: cover property (@(posedge clk_i) disable iff (!rst_ni) ro_valid_o && ro_first_o && !ro_ready_i);
  read_out_middle_stalled: cover property (@(posedge clk_i) disable iff (!rst_ni) ro_valid_o && !ro_first_o && !ro_last_o && !ro_ready_i);
  read_out_last_stalled: cover property (@(posedge clk_i) disable iff (!rst_ni) ro_valid_o && ro_last_o && !ro_ready_i);
  clear_while_accumulating: cover property (@(posedge clk_i) disable iff (!rst_ni) clear_i && busy_o);
  clear_in_read_out: cover property (@(posedge clk_i) disable iff (!rst_ni) clear_i && ro_valid_o);
  clear_with_operation: cover property (@(posedge clk_i) disable iff (!rst_ni) clear_i && accept);
  scale_row_written: cover property (@(posedge clk_i) disable iff (!rst_ni) wr_valid_i);
  scale_row_read_back: cover property (@(posedge clk_i) disable iff (!rst_ni) rb_valid_i && rb_row < `HCIM_SCALE_ROWS);
`ifdef HCIM_PARITY
  parity_error: cover property (@(posedge clk_i) disable iff (!rst_ni) parity_error_o);
  parity_error_beside_operation: cover property (@(posedge clk_i) disable iff (!rst_ni) parity_error_o && busy_o);
`endif
  accumulator_row_read_back: cover property (@(posedge clk_i) disable iff (!rst_ni) rb_valid_i && rb_row >= `HCIM_SCALE_ROWS);

endmodule

bind @MODULE@ @MODULE@_cover u_cover (
  .clk_i (clk_i), .rst_ni (rst_ni), .clear_i (clear_i),
  .op_valid_i (op_valid_i), .op_ready_o (op_ready_o), .plane (8'(op_plane_i)),
`ifdef HCIM_TERNARY
  .op_skip_i (op_skip_i),
  .any_plus (|(op_nonzero_i & ~op_negative_i)), .any_minus (|(op_nonzero_i & op_negative_i)), .any_zero (|(~op_nonzero_i)),
`else
  .any_plus (|(~op_negative_i)), .any_minus (|op_negative_i), .any_zero (1'b0),
`endif
  .advance (@ADVANCE@), .busy_o (busy_o), .wr_valid_i (wr_valid_i),
  .rb_valid_i (rb_valid_i), .rb_row (32'(rb_row_i)),
  .ro_valid_o (ro_valid_o), .ro_ready_i (ro_ready_i), .ro_first_o (ro_first_o), .ro_last_o (ro_last_o)
`ifdef HCIM_PARITY
  , .parity_error_o (parity_error_o)
`endif
);
