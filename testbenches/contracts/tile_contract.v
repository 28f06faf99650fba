// SPDX-License-Identifier: MIT OR Apache-2.0
//
// What the environment of a tile keeps to, for proofs about it: what is offered on a channel stays until it is taken (AXI). What is
// not offered has no meaning, nor do the crossbar's inputs without a strobe, nor cells of columns that belong to no output.

module tile_contract #(
  parameter STREAM_BITS = 8,
  parameter COLUMNS = 7,
  parameter USED_COLUMNS = 6
) (
  input  wire                   clk_i,
  input  wire                   rst_ni,
  input  wire [11:0]            s_axil_awaddr,
  input  wire                   s_axil_awvalid,
  input  wire                   s_axil_awready,
  input  wire [31:0]            s_axil_wdata,
  input  wire [3:0]             s_axil_wstrb,
  input  wire                   s_axil_wvalid,
  input  wire                   s_axil_wready,
  input  wire                   s_axil_bvalid,
  input  wire [11:0]            s_axil_araddr,
  input  wire                   s_axil_arvalid,
  input  wire                   s_axil_arready,
  input  wire                   s_axil_rvalid,
  input  wire [STREAM_BITS-1:0] s_axis_tdata,
  input  wire [1:0]             s_axis_tdest,
  input  wire                   s_axis_tvalid,
  input  wire                   s_axis_tready,
  input  wire                   s_axis_tlast,
  input  wire                   m_axis_tvalid,
  input  wire                   m_chain_valid,
  input  wire                   u_crossbar_prog_en_i,
  input  wire                   u_crossbar_prog_thr_en_i,
  input  wire                   u_crossbar_precharge_i,
  input  wire                   u_crossbar_evaluate_i,
  input  wire                   u_crossbar_sense_i,
  output wire                   legal_o,
  output wire                   see_s_axil_bresp,
  output wire                   see_s_axil_rdata,
  output wire                   see_s_axil_rresp,
  output wire                   see_m_axis_tdata,
  output wire                   see_m_axis_tlast,
  output wire                   see_m_chain_first,
  output wire                   see_m_chain_last,
  output wire                   see_m_chain_data,
  output wire                   see_u_crossbar_prog_row_i,
  output wire [COLUMNS-1:0]     see_u_crossbar_prog_pos_i,
  output wire [COLUMNS-1:0]     see_u_crossbar_prog_neg_i,
  output wire                   see_u_crossbar_prog_thr_col_i,
  output wire                   see_u_crossbar_prog_thr_plane_i,
  output wire                   see_u_crossbar_prog_thr_i,
  output wire                   see_u_crossbar_wl_i,
  output wire                   see_u_crossbar_plane_i,
  output wire                   see_u_crossbar_sel_i
);

  // What was offered in the last cycle and not taken, with its payload.
  reg                   aw_waits;
  reg                   w_waits;
  reg                   ar_waits;
  reg                   axis_waits;
  reg [11:0]            aw_was;
  reg [35:0]            w_was;
  reg [11:0]            ar_was;
  reg [STREAM_BITS+2:0] axis_was;

  wire [35:0]            w_is = {s_axil_wstrb, s_axil_wdata};
  wire [STREAM_BITS+2:0] axis_is = {s_axis_tlast, s_axis_tdest, s_axis_tdata};

  wire aw_stays = ~aw_waits | (s_axil_awvalid & (s_axil_awaddr == aw_was));
  wire w_stays = ~w_waits | (s_axil_wvalid & (w_is == w_was));
  wire ar_stays = ~ar_waits | (s_axil_arvalid & (s_axil_araddr == ar_was));
  wire axis_stays = ~axis_waits | (s_axis_tvalid & (axis_is == axis_was));

  wire [COLUMNS-1:0] used = ~({COLUMNS{1'b1}} << USED_COLUMNS);

  // Rules are those of a cycle, in whose low phase inputs have settled.
  assign legal_o = clk_i | ~rst_ni | (aw_stays & w_stays & ar_stays & axis_stays);

  assign see_s_axil_bresp = s_axil_bvalid;
  assign see_s_axil_rdata = s_axil_rvalid;
  assign see_s_axil_rresp = s_axil_rvalid;
  assign see_m_axis_tdata = m_axis_tvalid;
  assign see_m_axis_tlast = m_axis_tvalid;
  assign see_m_chain_first = m_chain_valid;
  assign see_m_chain_last = m_chain_valid;
  assign see_m_chain_data = m_chain_valid;
  assign see_u_crossbar_prog_row_i = u_crossbar_prog_en_i;
  assign see_u_crossbar_prog_pos_i = {COLUMNS{u_crossbar_prog_en_i}} & used;
  assign see_u_crossbar_prog_neg_i = {COLUMNS{u_crossbar_prog_en_i}} & used;
  assign see_u_crossbar_prog_thr_col_i = u_crossbar_prog_thr_en_i;
  assign see_u_crossbar_prog_thr_plane_i = u_crossbar_prog_thr_en_i;
  assign see_u_crossbar_prog_thr_i = u_crossbar_prog_thr_en_i;
  assign see_u_crossbar_wl_i = u_crossbar_precharge_i | u_crossbar_evaluate_i | u_crossbar_sense_i;
  assign see_u_crossbar_plane_i = u_crossbar_precharge_i | u_crossbar_evaluate_i | u_crossbar_sense_i;
  assign see_u_crossbar_sel_i = u_crossbar_sense_i;

  always @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      aw_waits <= 1'b0;
      w_waits <= 1'b0;
      ar_waits <= 1'b0;
      axis_waits <= 1'b0;
    end else begin
      aw_waits <= s_axil_awvalid & ~s_axil_awready;
      w_waits <= s_axil_wvalid & ~s_axil_wready;
      ar_waits <= s_axil_arvalid & ~s_axil_arready;
      axis_waits <= s_axis_tvalid & ~s_axis_tready;
    end
  end

  always @(posedge clk_i) begin
    aw_was <= s_axil_awaddr;
    w_was <= w_is;
    ar_was <= s_axil_araddr;
    axis_was <= axis_is;
  end

endmodule
