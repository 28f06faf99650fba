// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the neighbours of the registers of a pass keep to, for proofs about them: its words come in order, in cycles that follow one
// another. Fields have a meaning from the last of them on until the next first one, whether they are legal in the cycle after it.

module pass_contract #(
  parameter LAST = 18
) (
  input  wire       clk_i,
  input  wire       rst_ni,
  input  wire       pass_load_i,
  input  wire [4:0] pass_index_i,
  output wire       legal_o,
  output wire       see_pass_kind_o,
  output wire       see_pass_pause_o,
  output wire       see_pass_write_o,
  output wire       see_pass_stream_o,
  output wire       see_pass_residual_o,
  output wire       see_pass_uniform_o,
  output wire       see_pass_shift_o,
  output wire       see_pass_output_bits_o,
  output wire       see_pass_origin_o,
  output wire       see_pass_in_height_o,
  output wire       see_pass_in_width_o,
  output wire       see_pass_in_words_o,
  output wire       see_pass_in_pitch_o,
  output wire       see_pass_in_row_o,
  output wire       see_pass_kernel_height_o,
  output wire       see_pass_kernel_width_o,
  output wire       see_pass_stride_o,
  output wire       see_pass_padding_o,
  output wire       see_pass_step_x_o,
  output wire       see_pass_step_y_o,
  output wire       see_pass_out_width_o,
  output wire       see_pass_positions_o,
  output wire       see_pass_out_base_o,
  output wire       see_pass_out_pitch_o,
  output wire       see_pass_channels_o,
  output wire       see_pass_first_lane_o,
  output wire       see_pass_lanes_o,
  output wire       see_pass_segments_o,
  output wire       see_pass_segment_words_o,
  output wire       see_pass_lane_outputs_o,
  output wire       see_pass_constant_base_o,
  output wire       see_pass_residual_multiplier_o,
  output wire       see_pass_residual_base_o,
  output wire       see_pass_residual_row_step_o,
  output wire       see_pass_residual_step_o,
  output wire       see_pass_residual_words_o,
  output wire       see_pass_residual_offset_o,
  output wire       see_pass_bad_o
);

  // The registers have no reset, and no meaning before a pass is read. `begun`: a word 0 has come.
  reg       begun = 1'b0;
  reg       loads;
  reg [4:0] index;
  reg       checks = 1'b0;
  reg       stands = 1'b0;

  wire is_first = pass_load_i & (pass_index_i == 5'd0);
  wire is_last = pass_load_i & (pass_index_i == LAST);
  wire follows = begun & loads & (pass_index_i == index + 5'd1);
  wire goes_on = begun & loads & (index != LAST);

  // An abort ends a sequence anywhere; a word other than the first follows one.
  assign legal_o = ~pass_load_i | is_first | (follows & goes_on);
  assign see_pass_kind_o = stands & ~pass_load_i;
  assign see_pass_pause_o = stands & ~pass_load_i;
  assign see_pass_write_o = stands & ~pass_load_i;
  assign see_pass_stream_o = stands & ~pass_load_i;
  assign see_pass_residual_o = stands & ~pass_load_i;
  assign see_pass_uniform_o = stands & ~pass_load_i;
  assign see_pass_shift_o = stands & ~pass_load_i;
  assign see_pass_output_bits_o = stands & ~pass_load_i;
  assign see_pass_origin_o = stands & ~pass_load_i;
  assign see_pass_in_height_o = stands & ~pass_load_i;
  assign see_pass_in_width_o = stands & ~pass_load_i;
  assign see_pass_in_words_o = stands & ~pass_load_i;
  assign see_pass_in_pitch_o = stands & ~pass_load_i;
  assign see_pass_in_row_o = stands & ~pass_load_i;
  assign see_pass_kernel_height_o = stands & ~pass_load_i;
  assign see_pass_kernel_width_o = stands & ~pass_load_i;
  assign see_pass_stride_o = stands & ~pass_load_i;
  assign see_pass_padding_o = stands & ~pass_load_i;
  assign see_pass_step_x_o = stands & ~pass_load_i;
  assign see_pass_step_y_o = stands & ~pass_load_i;
  assign see_pass_out_width_o = stands & ~pass_load_i;
  assign see_pass_positions_o = stands & ~pass_load_i;
  assign see_pass_out_base_o = stands & ~pass_load_i;
  assign see_pass_out_pitch_o = stands & ~pass_load_i;
  assign see_pass_channels_o = stands & ~pass_load_i;
  assign see_pass_first_lane_o = stands & ~pass_load_i;
  assign see_pass_lanes_o = stands & ~pass_load_i;
  assign see_pass_segments_o = stands & ~pass_load_i;
  assign see_pass_segment_words_o = stands & ~pass_load_i;
  assign see_pass_lane_outputs_o = stands & ~pass_load_i;
  assign see_pass_constant_base_o = stands & ~pass_load_i;
  assign see_pass_residual_multiplier_o = stands & ~pass_load_i;
  assign see_pass_residual_base_o = stands & ~pass_load_i;
  assign see_pass_residual_row_step_o = stands & ~pass_load_i;
  assign see_pass_residual_step_o = stands & ~pass_load_i;
  assign see_pass_residual_words_o = stands & ~pass_load_i;
  assign see_pass_residual_offset_o = stands & ~pass_load_i;
  assign see_pass_bad_o = checks;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begun <= 1'b0;
      checks <= 1'b0;
      stands <= 1'b0;
    end else begin
      begun <= begun | is_first;
      checks <= begun & is_last;
      stands <= (begun & is_last) | (stands & ~pass_load_i);
    end
  end

  always @(posedge clk_i) begin
    loads <= pass_load_i;
    index <= pass_index_i;
  end

endmodule
