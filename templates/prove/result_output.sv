{%- extends "prove/free.sv" -%}
{%- block what -%}
{%- if words -%}
every bit of a result goes where doc/result_output.md puts it in the packet, word by word.
{%- else -%}
the rules of AXI4-Stream on the master's side, and whole packets.
{%- endif -%}
{%- endblock -%}
{%- block promises %}
  reg waits;
  reg [{{ stream_bits }}:0] was;
  always @(posedge clk or negedge rst_n) if (!rst_n) waits <= 1'b0; else waits <= m_axis_tvalid && !m_axis_tready;
  always @(posedge clk) was <= {m_axis_tlast, m_axis_tdata};

  // Beats of the packet that have been taken.
  reg [31:0] taken;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) taken <= 32'd0;
    else if (m_axis_tvalid && m_axis_tready) taken <= m_axis_tlast ? 32'd0 : taken + 32'd1;

  // ---- Promises.
  always @(*) if (observed) begin
    // What is offered stays, whatever is cleared.
    if (waits) assert (m_axis_tvalid && {m_axis_tlast, m_axis_tdata} == was);
    // A packet that has begun goes on, to {{ beats }} beats and no more.
    if (taken != 0) assert (m_axis_tvalid);
    if (m_axis_tvalid) assert (m_axis_tlast == (taken == {{ beats - 1 }}));
    assert (packet_done_o == (m_axis_tvalid && m_axis_tready && m_axis_tlast));
    if (m_axis_tvalid) assert (pending_o);
  end

  // ---- Strengthening.
{%- if beats > 1 %}
  (* hierconn *) wire [{{ beat_bits - 1 }}:0] \dut.beat_q ;
{%- endif %}
  always @(*) if (observed) begin
    assert (taken < {{ beats }});
{%- if beats > 1 %}
    assert (\dut.beat_q == taken);
{%- endif %}
  end
{%- if words %}
{% include "prove/result_words.sv" %}
{%- endif %}
{%- endblock -%}
