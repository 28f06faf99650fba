// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's collector keep to, for proofs about it: while results come, the pass is a legal one and
// that which began; a pass begins while no result is offered and no packet open. Elements that
// are not offered, and whether a position is under way outside a pass, have no meaning.

module collector_contract #(
  parameter LANES = 2,
  parameter LANE_BITS = 2,
  parameter OUTPUTS = 3,
  parameter OUTPUT_BITS = 2
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire                   run_i,
  input  wire [8:0]             pass_channels_i,
  input  wire [LANE_BITS-1:0]   pass_first_lane_i,
  input  wire [LANE_BITS-1:0]   pass_lanes_i,
  input  wire [OUTPUT_BITS-1:0] pass_lane_outputs_i,
  input  wire [LANES-1:0]       result_valid_i,
  input  wire [LANES-1:0]       result_ready_o,
  input  wire [LANES-1:0]       result_last_i,
  input  wire                   element_valid_o,
  output wire                   legal_o,
  output wire                   see_collector_idle_o,
  output wire                   see_element_o,
  output wire                   see_element_last_o
);

  localparam BITS = 9 + 2 * LANE_BITS + OUTPUT_BITS;

  // Lanes in the middle of a packet; the pass as it began.
  reg             ran;
  reg [LANES-1:0] open;
  reg [BITS-1:0]  began;

  wire [LANES-1:0]   takes = result_valid_i & result_ready_o;
  wire [BITS-1:0]    are = {pass_channels_i, pass_first_lane_i, pass_lanes_i, pass_lane_outputs_i};
  wire [LANE_BITS:0] lane_end = {1'b0, pass_first_lane_i} + {1'b0, pass_lanes_i};
  wire               is_legal = (pass_channels_i != 9'd0) & (pass_lanes_i != {LANE_BITS{1'b0}}) & (lane_end <= LANES)
    & (pass_lane_outputs_i != {OUTPUT_BITS{1'b0}}) & (pass_lane_outputs_i <= OUTPUTS)
    & (pass_channels_i <= pass_lanes_i * pass_lane_outputs_i);
  wire               works = (|result_valid_i) | (|open);

  assign legal_o = ~rst_ni | ((~works | (ran & is_legal & (are == began))) & (~run_i | ~works));
  assign see_collector_idle_o = ran & (are == began);
  assign see_element_o = element_valid_o;
  assign see_element_last_o = element_valid_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ran <= 1'b0;
      open <= {LANES{1'b0}};
    end else begin
      ran <= ran | run_i;
      open <= (open & ~takes) | (takes & ~result_last_i);
    end
  end

  always @(posedge clk_i) begin
    if (run_i) began <= are;
  end

endmodule
