{%- extends "prove/free.sv" -%}
{%- block what -%}scores leave in their order by the rules of AXI4-Stream, and an abort ends the packet that is open.{%- endblock -%}
{%- block promises %}
  // ---- Specification: what the cycle before brought.
  reg waits, took, aborted_open;
  reg [64:0] was, score_was;
  // The last beat that was made is not the last of its packet.
  reg open;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {waits, took, aborted_open} <= 3'd0;
    else begin
      waits <= m_axis_tvalid && !m_axis_tready;
      took <= score_valid_i && score_ready_o;
      aborted_open <= aborting_i && open && !(m_axis_tvalid && !m_axis_tready);
    end
  always @(posedge clk) begin
    was <= {m_axis_tlast, m_axis_tdata};
    score_was <= {score_last_i, score_i};
  end
  always @(posedge clk or negedge rst_n)
    if (!rst_n) open <= 1'b0;
    else if (score_valid_i && score_ready_o) open <= !score_last_i;
    else if (aborting_i && (!m_axis_tvalid || m_axis_tready)) open <= 1'b0;

  // Cycles of an abort in which beats are taken, one behind the other.
  reg [1:0] flowing;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) flowing <= 0;
    else if (!aborting_i || !m_axis_tready) flowing <= 0;
    else if (flowing != 3) flowing <= flowing + 1;

  // ---- Promises.
  always @(*) if (observed) begin
    assert (score_ready_o == ((!m_axis_tvalid || m_axis_tready) && !aborting_i));
    // What is offered stays; a score that is taken in is the beat of the next cycle; the end of an open packet is a beat of zero.
    if (waits) assert (m_axis_tvalid && {m_axis_tlast, m_axis_tdata} == was);
    if (took) assert (m_axis_tvalid && {m_axis_tlast, m_axis_tdata} == score_was);
    if (aborted_open) assert (m_axis_tvalid && m_axis_tlast && m_axis_tdata == 0);
    // There are no other beats.
    if (m_axis_tvalid) assert (waits || took || aborted_open);
    assert (stream_idle_o == (!m_axis_tvalid && !open));
    // An abort whose beats are taken is quiet after two cycles.
    if (flowing >= 2 && aborting_i) assert (stream_idle_o);
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.open_q ;
  always @(*) if (observed) begin
    assert (\dut.open_q == open);
    assert (took + waits + aborted_open <= 1);
    if (m_axis_tvalid) assert (open == !m_axis_tlast);
    if (flowing >= 1) assert (!open);
    if (flowing >= 2) assert (!m_axis_tvalid);
  end
{%- endblock -%}
