{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
{#- A part of result_output.sv. -#}
  // ---- What neighbours must keep to: the digits of a word come in order, unless all is dropped; scan is off.
  reg [31:0] next;
  always @(*) if (in_valid_i) assume (in_first_i == (next == 0) && in_last_i == (next == {{ digits - 1 }}));
{%- if gated %}
  always @(*) assume (!test_en_i);
{%- endif %}

  // ---- Specification: the results that are collected, those that are sent, and where they are in the packet: a result fills
  // whole bytes, its sign goes on to their end, and zeros to the end of the packet.
  reg [{{ outputs * result_bits - 1 }}:0] collected, sent;
  reg full, sends;
  wire moves = full && (!sends || packet_done_o) && !clear_i;
  wire takes = in_valid_i && in_ready_o;
  function [{{ outputs * result_bits - 1 }}:0] with_digit(input [{{ outputs * result_bits - 1 }}:0] word, input [{{ outputs * digit_bits - 1 }}:0] digit, input [31:0] n);
    integer o, k;
    begin
      with_digit = word;
      for (o = 0; o < {{ outputs }}; o = o + 1)
        for (k = 0; k < {{ result_bits }}; k = k + 1)
          if (k / {{ digit_bits }} == n) with_digit[o * {{ result_bits }} + k] = digit[o * {{ digit_bits }} + k % {{ digit_bits }}];
    end
  endfunction
  function [{{ beats * stream_bits - 1 }}:0] packet(input [{{ outputs * result_bits - 1 }}:0] word);
    integer o, k;
    begin
      packet = 0;
      for (o = 0; o < {{ outputs }}; o = o + 1)
        for (k = 0; k < {{ element_bits }}; k = k + 1)
          packet[o * {{ element_bits }} + k] = word[o * {{ result_bits }} + (k < {{ result_bits }} ? k : {{ result_bits - 1 }})];
    end
  endfunction
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {full, sends, next} <= 0;
    else begin
      full <= (takes && in_last_i || full && !moves) && !clear_i;
      sends <= moves || sends && !packet_done_o;
      next <= clear_i ? 0 : takes ? (in_last_i ? 0 : next + 1) : next;
    end
  always @(posedge clk) begin
    if (takes) collected <= with_digit(collected, in_data_i, next);
    if (moves) sent <= collected;
  end
  wire [{{ beats * stream_bits - 1 }}:0] packet_sent = packet(sent);
  wire [{{ stream_bits - 1 }}:0] beat_sent = packet_sent >> (taken * {{ stream_bits }});

  // ---- Promises.
  always @(*) if (observed) begin
    assert (in_ready_o == (!full || moves));
    assert (m_axis_tvalid == sends);
    if (sends) assert (m_axis_tdata == beat_sent);
  end

  // ---- Strengthening: one bank is sent, the other is collected in.
  (* hierconn *) wire \dut.full_q ;
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire \dut.bank_q ;
  (* hierconn *) wire [{{ outputs * result_bits - 1 }}:0] \dut.word_0 ;
  (* hierconn *) wire [{{ outputs * result_bits - 1 }}:0] \dut.word_1 ;
{%- if digits > 1 %}
  (* hierconn *) wire [{{ digit_index_bits - 1 }}:0] \dut.digit_q ;
{%- endif %}
  wire [{{ outputs * result_bits - 1 }}:0] word_0 = \dut.word_0 ;
  wire [{{ outputs * result_bits - 1 }}:0] word_1 = \dut.word_1 ;
  wire [{{ outputs * result_bits - 1 }}:0] differs = (\dut.bank_q ? word_1 : word_0) ^ collected;
  integer o, k;
  always @(*) if (observed) begin
    assert (\dut.full_q == full && \dut.busy_q == sends && next < {{ digits }} && !(full && next != 0));
{%- if digits > 1 %}
    assert (\dut.digit_q == next);
{%- endif %}
    if (!sends) assert (taken == 0);
    if (sends) assert ((\dut.bank_q ? word_0 : word_1) == sent);
    for (o = 0; o < {{ outputs }}; o = o + 1)
      for (k = 0; k < {{ result_bits }}; k = k + 1)
        if (full || k < next * {{ digit_bits }}) assert (!differs[o * {{ result_bits }} + k]);
  end
