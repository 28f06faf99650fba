{#- SPDX-License-Identifier: MIT OR Apache-2.0 -#}
{#- A part of registers.sv. -#}
  // ---- Specification: the accesses. A write happens in the cycle after its address and its data are both there.
  reg [9:0] w_at, r_at;
  reg [31:0] w_data, r_data;
  reg [3:0] w_strobe;
  reg w_refused, r_refused;
  always @(posedge clk) begin
    if (s_axil_awvalid && s_axil_awready) w_at <= s_axil_awaddr >> 2;
    if (s_axil_wvalid && s_axil_wready) {w_data, w_strobe} <= {s_axil_wdata, s_axil_wstrb};
    if (s_axil_arvalid && s_axil_arready) r_at <= s_axil_araddr >> 2;
  end
  wire writes = aw && w && !b;
  wire reads = ar && !r;
  wire [31:0] w_mask = (w_strobe[0] ? 32'h000000ff : 0) | (w_strobe[1] ? 32'h0000ff00 : 0)
    | (w_strobe[2] ? 32'h00ff0000 : 0) | (w_strobe[3] ? 32'hff000000 : 0);
  wire [31:0] w_bits = w_data & w_mask;

  // ---- Specification: the registers, as doc/registers.md lists them.
{%- for word in m.words %}
{%- if word.next.is_some() %}
  reg [31:0] m_{{ word.name }};
{%- endif %}
  wire hit_{{ word.name }} = writes && w_at == {{ word.address }};
  wire read_{{ word.name }} = reads && r_at == {{ word.address }};
{%- if word.written %}
  reg written_{{ word.name }};
{%- endif %}
{%- endfor %}
  wire lock = {{ m.lock }};
  wire locked_hit = {{ m.locked_hit }};
{%- if let Some(refused) = m.window_refused %}
  reg [1:0] busy_recent;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) busy_recent <= 2'd0; else busy_recent <= {busy_recent[0], busy_i};
  wire window_refused = {{ refused }};
{%- endif %}
{%- if let Some(written) = m.all_written %}
  wire all_written = {% for name in written.names %}{% if !loop.first %} && {% endif %}written_{{ name }}{% endfor %};
{%- endif %}
{%- for word in m.words %}
  wire [31:0] shown_{{ word.name }} = {{ word.read }};
{%- if let Some(refused) = word.write_refused %}
{%- if word.next.is_some() %}
  wire [31:0] merged_{{ word.name }} = w_bits | (m_{{ word.name }} & ~w_mask);
{%- endif %}
  wire refused_{{ word.name }} = {{ refused }};
{%- endif %}
{%- for (port, bit) in word.pulses %}
  reg pulse_{{ word.name }}_{{ bit }};
  always @(posedge clk or negedge rst_n)
    if (!rst_n) pulse_{{ word.name }}_{{ bit }} <= 1'b0; else pulse_{{ word.name }}_{{ bit }} <= hit_{{ word.name }} && w_bits[{{ bit }}];
{%- endfor %}
{%- if let Some(next) = word.next %}
  always @(posedge clk or negedge rst_n)
    if (!rst_n) m_{{ word.name }} <= {{ word.reset }};
    else m_{{ word.name }} <= {{ next }};
{%- endif %}
{%- if word.written %}
  always @(posedge clk or negedge rst_n)
    if (!rst_n) written_{{ word.name }} <= 1'b0;
    else if (hit_{{ word.name }} && !refused_{{ word.name }} && (w_mask & {{ word.mask }}) != 0) written_{{ word.name }} <= 1'b1;
{%- endif %}
{%- endfor %}

  // ---- Specification: the answers.
  always @(posedge clk) begin
    if (writes) case (w_at)
{%- for word in m.words %}{% if word.write_refused.is_some() %}
      {{ word.address }}: w_refused <= refused_{{ word.name }};
{%- endif %}{% endfor %}
      default: w_refused <= 1'b1;
    endcase
    if (reads) case (r_at)
{%- for word in m.words %}
      {{ word.address }}: {r_refused, r_data} <= { {{- word.read_refused }}, shown_{{ word.name }}};
{%- endfor %}
      default: {r_refused, r_data} <= {1'b1, 32'd0};
    endcase
  end

  // ---- Promises.
  always @(*) if (observed) begin
    if (b) assert (s_axil_bresp == {w_refused, 1'b0});
    if (r) assert (s_axil_rresp == {r_refused, 1'b0} && s_axil_rdata == r_data);
    assert (irq_o == ({{ m.interrupt }}));
{%- for word in m.words %}
{%- for (shown, value) in word.outputs %}
    assert ({{ shown }} == {{ value }});
{%- endfor %}
{%- for (port, bit) in word.pulses %}
    assert ({{ port }} == pulse_{{ word.name }}_{{ bit }});
{%- endfor %}
{%- endfor %}
{%- if let Some(written) = m.all_written %}
    assert ({{ written.port }} == all_written);
{%- endif %}
  end

  // ---- Strengthening: what the block has stored.
  (* hierconn *) wire [9:0] \dut.write_address_q ;
  (* hierconn *) wire [9:0] \dut.read_address_q ;
  (* hierconn *) wire [31:0] \dut.write_data_q ;
  (* hierconn *) wire [3:0] \dut.write_strobe_q ;
{%- if m.window_refused.is_some() %}
  (* hierconn *) wire [1:0] \dut.busy_recent_q ;
{%- endif %}
{%- for word in m.words %}
{%- for (name, width, value) in word.storage %}
  (* hierconn *) wire [{{ width - 1 }}:0] \dut.{{ name }} ;
{%- endfor %}
{%- endfor %}
{%- if let Some(written) = m.all_written %}
  (* hierconn *) wire [{{ written.names.len() - 1 }}:0] \dut.{{ written.flags }} ;
{%- endif %}
  always @(*) if (observed) begin
    if (aw) assert (\dut.write_address_q == w_at);
    if (w) assert (\dut.write_data_q == w_data && \dut.write_strobe_q == w_strobe);
    if (ar) assert (\dut.read_address_q == r_at);
{%- if m.window_refused.is_some() %}
    assert (\dut.busy_recent_q == busy_recent);
{%- endif %}
{%- for word in m.words %}
{%- if word.next.is_some() %}
    assert ((m_{{ word.name }} & ~{{ word.mask }}) == 0);
{%- endif %}
{%- for (name, width, value) in word.storage %}
    assert (\dut.{{ name }} == {{ value }});
{%- endfor %}
{%- endfor %}
{%- if let Some(written) = m.all_written %}
{%- for name in written.names %}
    assert (\dut.{{ written.flags }} [{{ loop.index0 }}] == written_{{ name }});
{%- endfor %}
{%- endif %}
  end
