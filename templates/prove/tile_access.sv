{%- extends "prove/free.sv" -%}
{%- block what -%}one access at a time, the sequencer's first, and AXI4-Lite on the master's side.{%- endblock -%}
{%- block promises %}
  // ---- Specification: the access that is under way.
  localparam SEQUENCER = 2'd0, WRITE = 2'd1, READ = 2'd2;
  reg busy, write;
  reg [1:0] whose;
  reg [{{ tile_bits - 1 }}:0] tile;
  reg [11:0] address;
  reg [31:0] data;
  reg [3:0] strobe;
  reg aw, w, ar;  // offered and not taken
  wire [1:0] turn = seq_request_i ? SEQUENCER : host_write_i ? WRITE : READ;
  wire begins = !busy && (seq_request_i || host_write_i || host_read_i);
  wire writes = turn == SEQUENCER ? seq_write_i : turn == WRITE;
  wire done = busy && (write ? tile_bvalid_i[tile] : tile_rvalid_i[tile]);
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {busy, aw, w, ar} <= 4'd0;
    else begin
      busy <= begins || (busy && !done);
      aw <= (begins && writes) || (aw && !tile_awready_i[tile]);
      w <= (begins && writes) || (w && !tile_wready_i[tile]);
      ar <= (begins && !writes) || (ar && !tile_arready_i[tile]);
    end
  always @(posedge clk) if (begins) begin
    whose <= turn;
    write <= writes;
    tile <= turn == SEQUENCER ? seq_tile_i : turn == WRITE ? host_write_tile_i : host_read_tile_i;
    address <= turn == SEQUENCER ? seq_address_i : turn == WRITE ? host_write_address_i : host_read_address_i;
    data <= turn == SEQUENCER ? seq_data_i : host_write_data_i;
    strobe <= turn == SEQUENCER ? 4'hf : host_write_strobe_i;
  end

  // ---- What neighbours must keep to: a request stays until it is done, for a tile that there is; a tile answers what it has
  // taken whole, and nothing else.
  reg seq_was, write_was, read_was;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) {seq_was, write_was, read_was} <= 3'd0;
    else begin
      seq_was <= seq_request_i && !seq_done_o;
      write_was <= host_write_i && !host_write_done_o;
      read_was <= host_read_i && !host_read_done_o;
    end
  always @(*) if (rst_n) begin
    if (seq_was) assume (seq_request_i);
    if (write_was) assume (host_write_i);
    if (read_was) assume (host_read_i);
    if (seq_request_i) assume (seq_tile_i < {{ tiles }});
    if (host_write_i) assume (host_write_tile_i < {{ tiles }});
    if (host_read_i) assume (host_read_tile_i < {{ tiles }});
    assume (tile_bvalid_i == 0 || (busy && write && !aw && !w && tile_bvalid_i == 1 << tile));
    assume (tile_rvalid_i == 0 || (busy && !write && !ar && tile_rvalid_i == 1 << tile));
  end

  // ---- Promises.
  always @(*) if (observed) begin
    // One tile is asked, and what it is asked stays until it has taken it.
    assert (tile_awvalid_o == aw << tile && tile_wvalid_o == w << tile && tile_arvalid_o == ar << tile);
    if (aw) assert (tile_awaddr_o == address);
    if (w) assert (tile_wdata_o == data && tile_wstrb_o == strobe);
    if (ar) assert (tile_araddr_o == address);
    // The answer is that of the tile, goes to who asked, and comes in its cycle.
    assert (seq_done_o == (done && whose == SEQUENCER));
    assert (host_write_done_o == (done && whose == WRITE) && host_read_done_o == (done && whose == READ));
    if (done && !write) assert (access_data_o == tile_rdata_i[tile * 32 +: 32] && access_error_o == tile_rresp_i[tile * 2 + 1]);
    if (done && write) assert (access_error_o == tile_bresp_i[tile * 2 + 1]);
    // Done is what is asked for.
    if (seq_done_o) assert (seq_request_i);
    if (host_write_done_o) assert (host_write_i);
    if (host_read_done_o) assert (host_read_i);
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.busy_q ;
  (* hierconn *) wire \dut.is_seq_q ;
  (* hierconn *) wire \dut.write_q ;
  (* hierconn *) wire [{{ tile_bits - 1 }}:0] \dut.tile_q ;
  (* hierconn *) wire [11:0] \dut.address_q ;
  (* hierconn *) wire [31:0] \dut.data_q ;
  (* hierconn *) wire [3:0] \dut.strobe_q ;
  (* hierconn *) wire \dut.aw_q ;
  (* hierconn *) wire \dut.w_q ;
  (* hierconn *) wire \dut.ar_q ;
  always @(*) if (observed) begin
    assert (\dut.busy_q == busy && \dut.aw_q == aw && \dut.w_q == w && \dut.ar_q == ar);
    if (aw || w) assert (busy && write);
    if (ar) assert (busy && !write);
    if (busy) begin
      assert (tile < {{ tiles }} && whose <= READ);
      assert (\dut.is_seq_q == (whose == SEQUENCER) && \dut.write_q == write && \dut.tile_q == tile);
      assert (\dut.address_q == address);
      if (write) assert (\dut.data_q == data && \dut.strobe_q == strobe);
      if (whose != SEQUENCER) assert (write == (whose == WRITE));
      assert (whose == SEQUENCER ? seq_was : whose == WRITE ? write_was : read_was);
    end
  end
{%- endblock -%}
