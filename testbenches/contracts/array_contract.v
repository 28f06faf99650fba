// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the environment of an array keeps to (doc/contracts.md), for proofs about it: planes come in order; the scale factors
// are written, and rows read back, while the array is quiet; row and data of a write stay for one cycle more.

module array_contract #(
  parameter PLANES = 4,
  parameter PLANE_BITS = 2,
  parameter ROW_BITS = 5,
  parameter READ_BITS = 6,
  parameter COLUMNS = 8
) (
  input  wire                  clk_i,
  input  wire                  rst_ni,
  input  wire                  clear_i,
  input  wire                  op_valid_i,
  input  wire                  op_ready_o,
  input  wire [PLANE_BITS-1:0] op_plane_i,
  input  wire                  busy_o,
  input  wire                  wr_valid_i,
  input  wire [ROW_BITS-1:0]   wr_row_i,
  input  wire [COLUMNS-1:0]    wr_data_i,
  input  wire                  rb_valid_i,
  input  wire [READ_BITS-1:0]  rb_row_i,
  input  wire                  ro_valid_o,
  output wire                  legal_o,
  output wire                  see_rb_data_o,
  output wire                  see_ro_data_o,
  output wire                  see_ro_first_o,
  output wire                  see_ro_last_o
);

  reg [PLANE_BITS-1:0] next_plane;
  reg                  wrote;
  reg [ROW_BITS-1:0]   wrote_row;
  reg [COLUMNS-1:0]    wrote_data;
  reg                  reads;

  wire quiet = ~busy_o & ~ro_valid_o;
  wire in_order = ~op_valid_i | (op_plane_i == next_plane);
  wire write_is_free = ~wr_valid_i | (quiet & ~op_valid_i);
  wire write_stays = ~wrote | ((wr_row_i == wrote_row) & (wr_data_i == wrote_data) & ~op_valid_i & ~rb_valid_i);
  wire read_is_free = ~rb_valid_i | (quiet & ~op_valid_i & ~wr_valid_i);

  // Rules are those of a cycle, in whose low phase inputs have settled.
  assign legal_o = clk_i | ~rst_ni | (in_order & write_is_free & write_stays & read_is_free);

  assign see_rb_data_o = reads;
  assign see_ro_data_o = ro_valid_o;
  assign see_ro_first_o = ro_valid_o;
  assign see_ro_last_o = ro_valid_o;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_plane <= {PLANE_BITS{1'b0}};
      wrote <= 1'b0;
      reads <= 1'b0;
    end else begin
      wrote <= wr_valid_i & ~clear_i;
      reads <= rb_valid_i;
      if (clear_i) begin
        next_plane <= {PLANE_BITS{1'b0}};
      end else if (op_valid_i & op_ready_o) begin
        next_plane <= (op_plane_i == PLANES - 1) ? {PLANE_BITS{1'b0}} : op_plane_i + 1'b1;
      end
    end
  end

  always @(posedge clk_i) begin
    wrote_row <= wr_row_i;
    wrote_data <= wr_data_i;
  end

endmodule
