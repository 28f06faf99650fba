{%- extends "prove/free.sv" -%}
{%- block what -%}an access of the host reaches what its address says, once, and is answered by it; AXI4-Lite on the slave's side.{%- endblock -%}
{%- block promises %}
  // ---- Specification: what has been accepted and not been answered (as in registers.sv), and what it waits for.
  reg aw, w, b, ar, r;
  reg at_registers, at_tile, aw_sent, w_sent;  // the write waits for its answer; registers have taken its address, its data
  reg from_registers, from_tile, ar_sent;
  reg [23:0] address, read_address;
  reg [31:0] data;
  reg [3:0] strobe;
  reg error, read_error;
  reg [31:0] read_data;

  // A write is decided on in the first cycle in which all of it is there.
  wire now = aw && w && !b && !at_registers && !at_tile;
  wire is_program = address >= 24'h600000 && address < 24'h600000 + {{ 4 * program_words }};
  wire is_constant = address >= 24'h700000 && address < 24'h700000 + {{ 8 * constant_entries }};
  wire to_registers = address < 24'h1000;
  wire to_tile = address >= 24'h1000 && address < {{ 4096 * (tiles + 1) }} && !locked_i;
  wire stored = (is_program || is_constant) && strobe == 4'hf && !locked_i;
  wire written = (at_registers && reg_bvalid_i) || (at_tile && host_write_done_i);
  wire read_now = ar && !r && !from_registers && !from_tile;
  wire read_registers = read_address < 24'h1000;
  wire read_tile = read_address >= 24'h1000 && read_address < {{ 4096 * (tiles + 1) }} && !locked_i;
  wire fetched = (from_registers && reg_rvalid_i) || (from_tile && host_read_done_i);

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      {aw, w, b, ar, r} <= 5'd0;
      {at_registers, at_tile, aw_sent, w_sent, from_registers, from_tile, ar_sent} <= 7'd0;
    end else begin
      aw <= (aw || (s_axil_awvalid && s_axil_awready)) && !(s_axil_bvalid && s_axil_bready);
      w <= (w || (s_axil_wvalid && s_axil_wready)) && !(s_axil_bvalid && s_axil_bready);
      b <= (b && !s_axil_bready) || (now && !to_registers && !to_tile) || written;
      at_registers <= (at_registers && !written) || (now && to_registers);
      at_tile <= (at_tile && !written) || (now && to_tile);
      aw_sent <= !now && (aw_sent || reg_awready_i);
      w_sent <= !now && (w_sent || reg_wready_i);
      ar <= (ar || (s_axil_arvalid && s_axil_arready)) && !(s_axil_rvalid && s_axil_rready);
      r <= (r && !s_axil_rready) || (read_now && !read_registers && !read_tile) || fetched;
      from_registers <= (from_registers && !fetched) || (read_now && read_registers);
      from_tile <= (from_tile && !fetched) || (read_now && read_tile);
      ar_sent <= !read_now && (ar_sent || reg_arready_i);
    end
  always @(posedge clk) begin
    if (s_axil_awvalid && s_axil_awready) address <= s_axil_awaddr;
    if (s_axil_wvalid && s_axil_wready) {data, strobe} <= {s_axil_wdata, s_axil_wstrb};
    if (s_axil_arvalid && s_axil_arready) read_address <= s_axil_araddr;
    if (now) error <= !stored;
    if (written) error <= at_tile ? access_error_i : reg_bresp_i[1];
    if (read_now) {read_error, read_data} <= {1'b1, 32'd0};
    if (fetched) {read_error, read_data} <= from_tile ? {access_error_i, access_data_i} : {reg_rresp_i[1], reg_rdata_i};
  end

  // A bias waits for its multiplier.
  reg bias_there;
  reg [31:0] bias;
  wire constant_now = now && stored && is_constant;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) bias_there <= 1'b0; else if (constant_now && !address[2]) bias_there <= 1'b1;
  always @(posedge clk) if (constant_now && !address[2]) bias <= data;

  // ---- What neighbours must keep to: they answer what they have taken, once.
  always @(*) if (rst_n) begin
    if (reg_bvalid_i) assume (at_registers && aw_sent && w_sent);
    if (host_write_done_i) assume (at_tile);
    if (reg_rvalid_i) assume (from_registers && ar_sent);
    if (host_read_done_i) assume (from_tile);
  end

  // ---- Promises.
  wire [23:0] offset = address - (is_program ? 24'h600000 : 24'h700000);
  wire [23:0] tile = (address >> 12) - 24'd1;
  wire [23:0] tile_read = (read_address >> 12) - 24'd1;
  always @(*) if (observed) begin
    // One write and one read at a time.
    assert (s_axil_awready == !aw && s_axil_wready == !w && s_axil_arready == !ar);
    // An answer when there is one, and it stays: the specification's does.
    assert (s_axil_bvalid == b && s_axil_rvalid == r);
    if (b) assert (s_axil_bresp == {error, 1'b0});
    if (r) assert (s_axil_rresp == {read_error, 1'b0} && s_axil_rdata == read_data);
    // Registers: address and data are offered until taken.
    assert (reg_awvalid_o == (at_registers && !aw_sent) && reg_wvalid_o == (at_registers && !w_sent));
    if (at_registers) assert (reg_awaddr_o == {address[11:2], 2'd0} && reg_wdata_o == data && reg_wstrb_o == strobe);
    assert (reg_arvalid_o == (from_registers && !ar_sent));
    if (from_registers) assert (reg_araddr_o == {read_address[11:2], 2'd0});
    // Tiles: a request stays until it is done.
    assert (host_write_o == at_tile && host_read_o == from_tile);
    if (at_tile) assert (host_write_tile_o == tile && host_write_address_o == {address[11:2], 2'd0});
    if (at_tile) assert (host_write_data_o == data && host_write_strobe_o == strobe);
    if (from_tile) assert (host_read_tile_o == tile_read && host_read_address_o == {read_address[11:2], 2'd0});
    // Program and constants: whole words, and none while locked.
    assert (program_write_o == (now && stored && is_program));
    if (program_write_o) assert (program_write_address_o == offset >> 2 && program_write_data_o == data);
    assert (constant_write_o == (constant_now && address[2]));
    if (constant_write_o) assert (constant_write_address_o == offset >> 3 && constant_write_data_o[47:32] == data[15:0]);
    if (constant_write_o && bias_there) assert (constant_write_data_o[31:0] == bias);
    assert (write_refused_o == (now && (is_program || is_constant) && locked_i));
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.aw_full_q ;
  (* hierconn *) wire \dut.w_full_q ;
  (* hierconn *) wire \dut.ar_full_q ;
  (* hierconn *) wire \dut.write_sent_q ;
  (* hierconn *) wire \dut.read_sent_q ;
  (* hierconn *) wire [21:0] \dut.write_address_q ;
  (* hierconn *) wire [31:0] \dut.write_data_q ;
  (* hierconn *) wire [3:0] \dut.write_strobe_q ;
  (* hierconn *) wire [21:0] \dut.read_address_q ;
  (* hierconn *) wire [31:0] \dut.bias_q ;
  always @(*) if (observed) begin
    assert (!(b && !(aw && w)) && !(r && !ar));
    assert (\dut.aw_full_q == (aw && !b) && \dut.w_full_q == (w && !b) && \dut.ar_full_q == (ar && !r));
    assert (\dut.write_sent_q == (at_registers || at_tile) && !(at_registers && at_tile));
    assert (\dut.read_sent_q == (from_registers || from_tile) && !(from_registers && from_tile));
    if (at_registers || at_tile) assert (aw && w && !b);
    if (from_registers || from_tile) assert (ar && !r);
    if (at_registers) assert (to_registers);
    if (at_tile) assert (address >= 24'h1000 && address < {{ 4096 * (tiles + 1) }});
    if (from_tile) assert (read_address >= 24'h1000 && read_address < {{ 4096 * (tiles + 1) }});
    if (aw) assert (\dut.write_address_q == address[23:2]);
    if (w) assert (\dut.write_data_q == data && \dut.write_strobe_q == strobe);
    if (ar) assert (\dut.read_address_q == read_address[23:2]);
    if (bias_there) assert (\dut.bias_q == bias);
  end
{%- endblock -%}
