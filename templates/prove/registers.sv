{%- extends "prove/free.sv" -%}
{%- block what -%}
{%- if map.is_some() -%}
every register reads, is written, is refused and shows to the block what the map in doc/registers.md says.
{%- else -%}
the rules of AXI4-Lite on the slave's side, and the cycles of doc/registers.md.
{%- endif -%}
{%- endblock -%}
{%- block promises %}
  // ---- Specification: what has been accepted and not been answered.
  reg aw, w, b, ar, r;  // address, data of a write; its response is shown; address of a read; its data are shown
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {aw, w, b, ar, r} <= 5'd0;
    else begin
      aw <= (aw || (s_axil_awvalid && s_axil_awready)) && !(s_axil_bvalid && s_axil_bready);
      w <= (w || (s_axil_wvalid && s_axil_wready)) && !(s_axil_bvalid && s_axil_bready);
      b <= aw && w && !(s_axil_bvalid && s_axil_bready);
      ar <= (ar || (s_axil_arvalid && s_axil_arready)) && !(s_axil_rvalid && s_axil_rready);
      r <= ar && !(s_axil_rvalid && s_axil_rready);
    end

  // What was offered and not taken.
  reg b_waits, r_waits;
  reg [1:0] b_was;
  reg [33:0] r_was;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {b_waits, r_waits} <= 2'd0;
    else begin
      b_waits <= s_axil_bvalid && !s_axil_bready;
      r_waits <= s_axil_rvalid && !s_axil_rready;
    end
  always @(posedge clk) begin
    b_was <= s_axil_bresp;
    r_was <= {s_axil_rresp, s_axil_rdata};
  end

  // ---- Promises.
  always @(*) if (observed) begin
    // One write and one read at a time; a response two cycles after all that it answers, and not without it.
    assert (s_axil_awready == !aw);
    assert (s_axil_wready == !w);
    assert (s_axil_bvalid == b);
    assert (s_axil_arready == !ar);
    assert (s_axil_rvalid == r);
    // What is offered stays.
    if (b_waits) assert (s_axil_bvalid && s_axil_bresp == b_was);
    if (r_waits) assert (s_axil_rvalid && {s_axil_rresp, s_axil_rdata} == r_was);
    // OKAY or SLVERR, and a refused read shows nothing.
    if (s_axil_bvalid) assert (s_axil_bresp == 2'd0 || s_axil_bresp == 2'd2);
    if (s_axil_rvalid) assert (s_axil_rresp == 2'd0 || (s_axil_rresp == 2'd2 && s_axil_rdata == 32'd0));
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.aw_full_q ;
  (* hierconn *) wire \dut.w_full_q ;
  (* hierconn *) wire \dut.ar_full_q ;
  always @(*) if (observed) begin
    assert (!(b && !(aw && w)) && !(r && !ar));
    assert (\dut.aw_full_q == (aw && !b) && \dut.w_full_q == (w && !b));
    assert (\dut.ar_full_q == (ar && !r));
  end
{%- if let Some(m) = map %}
{% include "prove/register_map.sv" %}
{%- endif %}
{%- endblock -%}
