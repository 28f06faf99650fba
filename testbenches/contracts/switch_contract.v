// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's switch keep to, for proofs about it: beats of the feeder come in a pass whose lanes are
// there. Beats that are not offered have no meaning.

module switch_contract #(
  parameter LANE_BITS = 2,
  parameter LANES = 2,
  parameter TILES = 4
) (
  input  wire                 clk_i,
  input  wire                 rst_ni,
  input  wire                 feed_valid_i,
  input  wire [LANE_BITS-1:0] pass_first_lane_i,
  input  wire [LANE_BITS-1:0] pass_lanes_i,
  input  wire [TILES-1:0]     tile_tvalid_o,
  output wire                 legal_o,
  output wire                 see_feed_ready_o,
  output wire                 see_tile_tdata_o,
  output wire                 see_tile_tdest_o,
  output wire                 see_tile_tlast_o
);

  wire [LANE_BITS:0] lane_end = {1'b0, pass_first_lane_i} + {1'b0, pass_lanes_i};

  assign legal_o = ~feed_valid_i | ((pass_lanes_i != {LANE_BITS{1'b0}}) & (lane_end <= LANES));
  assign see_feed_ready_o = feed_valid_i;
  assign see_tile_tdata_o = |tile_tvalid_o;
  assign see_tile_tdest_o = |tile_tvalid_o;
  assign see_tile_tlast_o = |tile_tvalid_o;

endmodule
