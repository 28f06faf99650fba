{%- extends "prove/free.sv" -%}
{%- block what -%}
{%- if loads -%}
every bit of a load goes where doc/stream_input.md puts it, rows and thresholds come once and in order, and a load counts with its last.
{%- else -%}
packets of the right length and no other reach the input buffer, each wrong one raises its error once, and s_axis_tready comes.
{%- endif -%}
{%- endblock -%}
{%- block promises %}
  // ---- What neighbours must keep to: a beat that is offered stays until it is taken (AXI4-Stream).
  reg offer_waits;
  reg [{{ stream_bits + 2 }}:0] offer_was;
  wire [{{ stream_bits + 2 }}:0] offer = {s_axis_tlast, s_axis_tdest, s_axis_tdata};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) offer_waits <= 1'b0; else offer_waits <= s_axis_tvalid && !s_axis_tready;
  always @(posedge clk) offer_was <= offer;
  always @(*) if (offer_waits) assume (s_axis_tvalid && offer == offer_was);

  // ---- Specification: beats of the packet so far, its destination, and whether it is dropped (doc/stream_input.md).
  reg [31:0] count;
  reg [1:0] to;
  reg dropped;
  wire first = count == 0 && !dropped;
  wire [1:0] dest = first ? s_axis_tdest : to;
  wire [31:0] beats = dest == 0 ? {{ beats[0] }} : dest == 1 ? {{ beats[1] }} : {% if thresholds %}dest == 3 ? {{ beats[3] }} : {% endif %}{{ beats[2] }};
  wire full = count == beats - 1;
  wire unknown = first && dest == 3{% if thresholds %} && 1'b0{% endif %};
  wire locked = first && dest != 0 && busy_i && !unknown;
  wire taken = s_axis_tvalid && s_axis_tready;
  wire good = taken && !dropped && !unknown && !locked;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      count <= 0; dropped <= 1'b0; to <= 2'd0;
    end else if (clear_i) begin
      dropped <= dropped || count != 0 || s_axis_tvalid;
      count <= 0;
    end else if (taken) begin
      dropped <= (dropped || unknown || locked || full) && !s_axis_tlast;
      if (good) begin
        to <= dest;
        count <= (s_axis_tlast || full) ? 0 : count + 1;
      end
    end

  // Cycles for which a beat of a load has been kept waiting within its packet.
  wire within_load = count != 0 && to != 0 && !dropped;
  reg [31:0] waited;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) waited <= 0;
    else waited <= within_load && !s_axis_tready && !clear_i ? waited + 1 : 0;

  // Registers of the block, for what follows.
  (* hierconn *) wire \dut.packet_q ;
  (* hierconn *) wire \dut.drain_q ;
  (* hierconn *) wire \dut.inputs_q ;
  (* hierconn *) wire \dut.load_q ;
  (* hierconn *) wire \dut.phase_q ;
  (* hierconn *) wire [1:0] \dut.load_kind_q ;
  (* hierconn *) wire [{{ beat_bits - 1 }}:0] \dut.beat_q ;
  (* hierconn *) wire [{{ row_bits - 1 }}:0] \dut.row_q ;
  (* hierconn *) wire [{{ row.level_bits - 1 }}:0] \dut.u_row_gearbox.level_q ;

  // ---- Promises.
  always @(*) if (observed) begin
    // Inputs: each beat with its index; a packet counts with the last of exactly so many beats, and only then.
    assert (input_write_o == (good && dest == 0));
    if (input_write_o) assert (input_beat_o == count && input_data_o == s_axis_tdata);
    assert (input_commit_o == (good && dest == 0 && s_axis_tlast && full));
    // Errors: with the beat that shows them, one a packet.
    assert (error_short_o == (good && s_axis_tlast && !full));
    assert (error_long_o == (good && !s_axis_tlast && full));
    assert (error_dest_o == (taken && unknown));
    assert (error_load_busy_o == (taken && locked));
    // Nothing is taken while what is in progress is cleared; what is dropped never waits, nor do inputs once they have begun.
    if (clear_i) assert (!s_axis_tready);
    else begin
      if (dropped || unknown || locked) assert (s_axis_tready);
      else if (dest == 0) assert (s_axis_tready == (count != 0 || !input_full_i));
      // A load has to wait for the load before; from its second beat on it waits for no more than {{ wait }} cycles.
      else if (first) assert (s_axis_tready == !loading_o);
    end
    assert (waited <= {{ wait }});
    // A flag is high only while no load of its kind is in progress.
    assert (!(loading_o && (
      (\dut.load_kind_q == 1 && weights_valid_o) || (\dut.load_kind_q == 2 && scales_valid_o))));
  end

  // ---- Strengthening.
  // Elements that the gearbox holds, and cycles until they are gone: two each of scale factors.
  wire [31:0] in_gearbox = \dut.u_row_gearbox.level_q / {{ row.element }};
  wire [31:0] rest = \dut.load_kind_q == 2 ? 2 * in_gearbox - \dut.phase_q : in_gearbox;
{%- if thresholds %}
  (* hierconn *) wire [{{ threshold.level_bits - 1 }}:0] \dut.u_threshold_gearbox.level_q ;
  (* hierconn *) wire [{{ plane_bits - 1 }}:0] \dut.plane_q ;
  wire [31:0] plane = \dut.plane_q ;
  wire [31:0] in_thresholds = \dut.u_threshold_gearbox.level_q / {{ threshold.element }};
{%- endif %}
  // What a load has taken is what it has stored and what it holds, in steps of the gearbox.
  wire [31:0] row = \dut.row_q ;
  wire [31:0] load_beats = count != 0 && to != 0 ? count : \dut.load_kind_q == 1 ? {{ beats[1] }} : {% if thresholds %}\dut.load_kind_q == 3 ? {{ beats[3] }} : {% endif %}{{ beats[2] }};
  wire [31:0] row_steps = \dut.load_kind_q == 1 ? 2 * row + \dut.phase_q : row;
  always @(*) if (observed && \dut.load_q ) begin
    if (\dut.load_kind_q == 1) assert (row < {{ rows }});
    if (\dut.load_kind_q == 2) assert (row < {{ scale_rows }});
    if (\dut.load_kind_q != 3) assert (row_steps * {{ row.element }} + \dut.u_row_gearbox.level_q == load_beats * {{ row.beat }});
{%- if thresholds %}
    else assert (row < {{ columns }} && plane < {{ planes }} && (plane * {{ columns }} + row) * {{ threshold.element }} + \dut.u_threshold_gearbox.level_q == load_beats * {{ threshold.beat }});
{%- else %}
    assert (\dut.load_kind_q != 3);
{%- endif %}
  end
  always @(*) if (observed) begin
    assert (!(dropped && count != 0));
    assert (\dut.packet_q == (count != 0) && \dut.drain_q == dropped);
    if (count != 0) assert (\dut.inputs_q == (to == 0) && count < beats);
    assert (\dut.beat_q == count);
    if (count != 0 && to != 0) assert (\dut.load_q && \dut.load_kind_q == to);
    assert (!\dut.load_q || \dut.load_kind_q != 0);
    assert (\dut.u_row_gearbox.level_q <= {{ row.most }});
    if (!\dut.load_q ) assert (\dut.u_row_gearbox.level_q == 0);
    if (\dut.load_q && \dut.load_kind_q == 2 && \dut.phase_q ) assert (in_gearbox != 0);
{%- if thresholds %}
    assert (\dut.u_threshold_gearbox.level_q <= {{ threshold.most }});
    if (!\dut.load_q ) assert (\dut.u_threshold_gearbox.level_q == 0);
    if (\dut.load_q ) assert (\dut.load_kind_q == 3 ? in_gearbox == 0 : in_thresholds == 0);
    if (within_load) assert (waited + (to == 3 ? in_thresholds : rest) <= {{ wait }});
{%- else %}
    if (within_load) assert (waited + rest <= {{ wait }});
{%- endif %}
  end
{%- if loads %}
{% include "prove/loads.sv" %}
{%- endif %}
{%- endblock -%}
