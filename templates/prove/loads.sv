{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
{#- A part of stream_input.sv. -#}
  // ---- Specification of loads: which one is in progress, and how many of its rows (thresholds) have been handed over.
  reg loads;
  reg [1:0] load_to;
  reg [31:0] next;
  wire begins = good && first && dest != 0;
  wire wrong = good && dest != 0 && s_axis_tlast != full;
  wire [31:0] last = load_to == 1 ? {{ rows }} - 1 : {% if thresholds %}load_to == 3 ? {{ columns }} * {{ planes }} - 1 : {% endif %}{{ scale_rows }} - 1;
  // A row of scale factors is held for a cycle more.
  reg stays;
  reg [{{ used_columns }} + 31:0] row_was;
  wire [31:0] wr_row = wr_row_o;
  wire written = prog_en_o || stays{% if thresholds %} || prog_thr_en_o{% endif %};
  wire ends = written && next == last;
  reg weights_ok, scales_ok{% if thresholds %}, thresholds_ok{% endif %};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      {loads, stays, load_to} <= 4'd0;
      {weights_ok, scales_ok{% if thresholds %}, thresholds_ok{% endif %}} <= {% if thresholds %}3{% else %}2{% endif %}'d0;
    end else begin
      loads <= (begins || loads) && !wrong && !ends && !clear_i;
      stays <= wr_valid_o && !clear_i;
      if (begins) load_to <= dest;
      if (begins && dest == 1) weights_ok <= 1'b0;
      else if (ends && load_to == 1) weights_ok <= !clear_i;
      if (begins && dest == 2) scales_ok <= 1'b0;
      else if (ends && load_to == 2) scales_ok <= !clear_i;
{%- if thresholds %}
      if (begins && dest == 3) thresholds_ok <= 1'b0;
      else if (ends && load_to == 3) thresholds_ok <= !clear_i;
{%- endif %}
    end
  always @(posedge clk) begin
    next <= begins ? 0 : next + written;
    row_was <= {wr_row, wr_data_o};
  end

  // Any bit of any load, fixed: where it is in the packet, and where in its element (half a row of weights, a row of scale
  // factors, a threshold). An element begins where the one before ends.
  (* anyconst *) wire [1:0] a_to;
  (* anyconst *) wire [31:0] a_beat, a_bit, a_element, a_place;
  wire [31:0] width = {% if thresholds %}a_to == 3 ? {{ threshold_bits }} : {% endif %}{{ columns }};
  // Bounds that every load keeps to; they keep the products below from wrapping around.
  always @(*) assume (a_to != 0 && a_bit < {{ stream_bits }} && a_place < width && a_beat < {{ most_beats }} && a_element < {{ most_elements }} &&
    a_beat * {{ stream_bits }} + a_bit == a_element * width + a_place);
  reg value;
  always @(posedge clk) if (good && dest == a_to && count == a_beat) value <= s_axis_tdata >> a_bit;

  // ---- Promises.
  wire [31:0] prog_row = prog_row_o;
  always @(*) if (observed) begin
    assert (loading_o == loads);
    assert (weights_valid_o == weights_ok && scales_valid_o == scales_ok);
    if (prog_en_o) begin
      assert (loads && load_to == 1 && prog_row == next);
      if (a_to == 1 && a_element == 2 * next && a_place < {{ columns }}) assert (prog_pos_o[a_place] == value);
      if (a_to == 1 && a_element == 2 * next + 1 && a_place < {{ columns }}) assert (prog_neg_o[a_place] == value);
    end
    if (wr_valid_o) begin
      assert (loads && load_to == 2 && wr_row == next && !stays);
      if (a_to == 2 && a_element == next && a_place < {{ used_columns }}) assert (wr_data_o[a_place] == value);
    end
    if (stays) assert ({wr_row, wr_data_o} == row_was);
{%- if thresholds %}
    assert (thresholds_valid_o == thresholds_ok);
    if (prog_thr_en_o) begin
      assert (loads && load_to == 3 && prog_thr_col_o < {{ columns }});
      assert (prog_thr_plane_o * 32'd{{ columns }} + prog_thr_col_o == next);
      if (a_to == 3 && a_element == next && a_place < {{ threshold_bits }}) assert (prog_thr_o[a_place] == value);
    end
{%- endif %}
  end

  // ---- Strengthening: what has been taken of a load and not been handed over is in the gearbox, nothing above it.
  (* hierconn *) wire [{{ row.held }} - 1:0] \dut.u_row_gearbox.held_q ;
  (* hierconn *) wire [{{ columns }} - 1:0] \dut.positive_q ;
  wire [31:0] elements = \dut.load_kind_q == 1 ? 2 * row + \dut.phase_q : row;
  wire [31:0] above = (a_element - elements) * {{ columns }} + a_place;
  wire in_row = \dut.u_row_gearbox.held_q >> above;
  wire unseen = loads && load_to == a_to && load_beats > a_beat;
  always @(*) if (observed) begin
    if (loads) assert (load_to == \dut.load_kind_q );
    if (loads && load_to != 3) assert (row == next);
    assert (stays == (loads && load_to == 2 && \dut.phase_q ));
    if (\dut.u_row_gearbox.level_q != 0) assert (\dut.u_row_gearbox.held_q >> (\dut.u_row_gearbox.level_q * {{ row.step }}) == 0);
    if (unseen && a_to != 3 && a_element >= elements) assert (in_row == value);
    if (unseen && a_to == 1 && \dut.phase_q && a_element == 2 * row) assert (\dut.positive_q [a_place] == value);
  end
{%- if thresholds %}
  (* hierconn *) wire [{{ threshold.held }} - 1:0] \dut.u_threshold_gearbox.held_q ;
  wire [31:0] above_threshold = (a_element - next) * {{ threshold_bits }} + a_place;
  wire in_threshold = \dut.u_threshold_gearbox.held_q >> above_threshold;
  always @(*) if (observed) begin
    if (loads && load_to == 3) assert (plane * {{ columns }} + row == next);
    if (\dut.u_threshold_gearbox.level_q != 0) assert (\dut.u_threshold_gearbox.held_q >> (\dut.u_threshold_gearbox.level_q * {{ threshold.step }}) == 0);
    if (unseen && a_to == 3 && a_element >= next) assert (in_threshold == value);
  end
{%- endif %}
