// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of an accelerator's feeder keep to, for proofs about it: from the beginning of a pass until the feeder is
// idle, the sizes of the pass are legal and stay. Words and beats that are not offered, and addresses that are not read, have no
// meaning.

module feeder_contract #(
  parameter WORDS_BITS = 7,
  parameter WORDS = 64,
  parameter PACKET_BITS = 1,
  parameter PACKET_WORDS = 1,
  parameter SEGMENT_BITS = 2,
  parameter SEGMENTS = 2
) (
  input  wire                    clk_i,
  input  wire                    rst_ni,
  input  wire                    run_i,
  input  wire                    feeder_idle_o,
  input  wire [1:0]              pass_kind_i,
  input  wire [WORDS_BITS-1:0]   pass_in_words_i,
  input  wire [7:0]              pass_kernel_height_i,
  input  wire [7:0]              pass_kernel_width_i,
  input  wire [SEGMENT_BITS-1:0] pass_segments_i,
  input  wire [PACKET_BITS-1:0]  pass_segment_words_i,
  input  wire                    feed_read_o,
  input  wire                    feed_valid_o,
  input  wire                    pool_valid_o,
  output wire                    legal_o,
  output wire                    see_feed_address_o,
  output wire                    see_feed_data_o,
  output wire                    see_feed_last_o,
  output wire                    see_feed_tile_o,
  output wire                    see_pool_data_o,
  output wire                    see_pool_first_o,
  output wire                    see_pool_last_o,
  output wire                    see_pool_end_o
);

  localparam BITS = 18 + WORDS_BITS + SEGMENT_BITS + PACKET_BITS;

  reg            works;
  reg [BITS-1:0] were;

  wire [BITS-1:0] are = {pass_kind_i, pass_in_words_i, pass_kernel_height_i, pass_kernel_width_i, pass_segments_i, pass_segment_words_i};
  wire sizes_are_legal = (pass_in_words_i != {WORDS_BITS{1'b0}}) & (pass_in_words_i <= WORDS) & (|pass_kernel_height_i) & (|pass_kernel_width_i);
  wire segments_are_legal = (pass_segments_i != {SEGMENT_BITS{1'b0}}) & (pass_segments_i <= SEGMENTS)
    & (pass_segment_words_i != {PACKET_BITS{1'b0}}) & (pass_segment_words_i <= PACKET_WORDS);
  wire is_legal = sizes_are_legal & ((|pass_kind_i) | segments_are_legal);

  assign legal_o = ~rst_ni | (~run_i & ~works) | (is_legal & (run_i | (are == were)));
  assign see_feed_address_o = feed_read_o;
  assign see_feed_data_o = feed_valid_o;
  assign see_feed_last_o = feed_valid_o;
  assign see_feed_tile_o = feed_valid_o;
  assign see_pool_data_o = pool_valid_o;
  assign see_pool_first_o = pool_valid_o;
  assign see_pool_last_o = pool_valid_o;
  assign see_pool_end_o = pool_valid_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      works <= 1'b0;
    end else begin
      works <= run_i | (works & ~feeder_idle_o);
    end
  end

  always @(posedge clk_i) begin
    were <= are;
  end

endmodule
