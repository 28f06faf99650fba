{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
{%- extends "prove/free.sv" -%}
{%- block what -%}packets come out in their order, two cycles after they are whole, every bit of every plane as it was written.{%- endblock -%}
{%- block promises %}
  // ---- Bits of a packet: plane k has bit k of every input, input 0 lowest.
  function [{{ rows - 1 }}:0] plane(input [{{ bits - 1 }}:0] packet, input integer k);
    integer i;
    for (i = 0; i < {{ rows }}; i = i + 1) plane[i] = packet[i * {{ planes }} + k];
  endfunction
  function [{{ planes - 1 }}:0] ones(input [{{ bits - 1 }}:0] packet);
    integer k;
    for (k = 0; k < {{ planes }}; k = k + 1) ones[k] = |plane(packet, k);
  endfunction

  // ---- Specification: what is being filled, the packets that are held, the older one in front, and whether that is offered.
  reg [{{ bits - 1 }}:0] filling, front, back;
  reg [1:0] packets;
  reg fresh;  // the last packet was committed in the cycle before
  reg [31:0] next;
  wire [31:0] at = beat_i * {{ stream_bits }};
  wire [{{ beats * stream_bits - 1 }}:0] ones_of_beat = { {{- stream_bits }}{1'b1}};
  wire [{{ beats * stream_bits - 1 }}:0] beat = data_i;
  wire [{{ bits - 1 }}:0] filled = write_i ? (filling & ~(ones_of_beat << at)) | (beat << at) : filling;
  wire [1:0] left = packets - release_i;
  wire offered = packets != 0 && !(packets == 1 && fresh);
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      packets <= 2'd0; fresh <= 1'b0; next <= 0;
    end else begin
      packets <= clear_i ? 0 : left + commit_i;
      fresh <= commit_i && !clear_i;
      next <= clear_i || commit_i ? 0 : write_i ? beat_i + 1 : next;
    end
  always @(posedge clk) begin
    filling <= filled;
    if (commit_i && left == 0) front <= filled;
    else if (release_i) front <= back;
    if (commit_i && left != 0) back <= filled;
  end

  // ---- What neighbours must keep to: beats come in order, perhaps from the first again; a packet is committed with its last
  // beat; nothing is written while both banks are taken, or released that is not offered; scan is off.
  always @(*) begin
    if (write_i) assume (!full_o && !clear_i && beat_i < {{ beats }} && (beat_i == 0 || beat_i == next));
    if (commit_i) assume (write_i && beat_i == {{ beats - 1 }});
    if (release_i) assume (valid_o);
{%- if gated %}
    assume (!test_en_i);
{%- endif %}
  end

  // ---- Promises.
  wire [31:0] asked = plane_i;
  always @(*) if (observed) begin
    assert (packets <= 2 && count_o == packets && full_o == (packets == 2));
    assert (valid_o == offered);
    if (!offered) assert (word_lines_o == 0);
    else begin
      if (asked < {{ planes }}) assert (word_lines_o == plane(front, asked));
      assert (plane_any_o == ones(front));
    end
  end

  // ---- Strengthening: which bank holds what.
  (* hierconn *) wire \dut.write_bank_q ;
  (* hierconn *) wire \dut.read_bank_q ;
  (* hierconn *) wire \dut.taken_0_q ;
  (* hierconn *) wire \dut.taken_1_q ;
{%- for bank in 0..2 %}
  (* hierconn *) wire [{{ bits - 1 }}:0] \dut.u_bank_{{ bank }}.held ;
  (* hierconn *) wire \dut.u_bank_{{ bank }}.ready_q ;
  (* hierconn *) wire [{{ planes - 1 }}:0] \dut.u_bank_{{ bank }}.plane_any_q ;
{%- endfor %}
  wire [1:0] taken = { \dut.taken_1_q , \dut.taken_0_q };
  wire [1:0] ready = { \dut.u_bank_1.ready_q , \dut.u_bank_0.ready_q };
  wire [{{ bits - 1 }}:0] bank_0 = \dut.u_bank_0.held ;
  wire [{{ bits - 1 }}:0] bank_1 = \dut.u_bank_1.held ;
  wire [{{ bits - 1 }}:0] written = ~({ {{- bits }}{1'b1}} << (next * {{ stream_bits }}));
  always @(*) if (observed) begin
    assert (next <= {{ beats }} && !(packets == 2 && next != 0));
    assert (\dut.write_bank_q == (\dut.read_bank_q ^ packets[0]));
    assert (taken[\dut.read_bank_q ] == (packets != 0) && taken[!\dut.read_bank_q ] == (packets == 2));
    assert (ready[\dut.read_bank_q ] == offered && ready[!\dut.read_bank_q ] == (packets == 2 && !fresh));
    if (fresh) assert (packets != 0);
    if (packets != 0) assert ((\dut.read_bank_q ? bank_1 : bank_0) == front);
    if (packets == 2) assert ((\dut.read_bank_q ? bank_0 : bank_1) == back);
    if (packets != 2) assert ((((\dut.write_bank_q ? bank_1 : bank_0) ^ filling) & written) == 0);
    if (ready[0]) assert (\dut.u_bank_0.plane_any_q == ones(bank_0));
    if (ready[1]) assert (\dut.u_bank_1.plane_any_q == ones(bank_1));
  end
{%- endblock -%}
