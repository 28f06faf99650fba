{%- extends "prove/free.sv" -%}
{%- block what -%}every packet goes whole to one place, and is refused only for the reasons that are named.{%- endblock -%}
{%- block promises %}
  // ---- Specification: where the packet that is open goes.
  localparam STORED = 2'd0, LOADED = 2'd1, DROPPED = 2'd2;
  reg open;
  reg [1:0] kind_was, dest_was;
  reg [31:0] tile_was;
  wire is_load = s_axis_tdest >= 1 && s_axis_tdest <= 3 && load_tile_i < {{ tiles }};
  wire [1:0] kind = open ? kind_was : s_axis_tdest == 0 ? STORED : is_load ? LOADED : DROPPED;
  wire [1:0] dest = open ? dest_was : s_axis_tdest;
  wire [31:0] tile = open ? tile_was : load_tile_i;
  wire taken = s_axis_tvalid && s_axis_tready;
  always @(posedge clk or negedge rst_n) if (!rst_n) open <= 1'b0; else if (taken) open <= !s_axis_tlast;
  always @(posedge clk) if (taken) {kind_was, dest_was, tile_was} <= {kind, dest, tile};

  // ---- Promises.
  always @(*) if (observed) begin
    // What a beat waits for: the write port, the tile, or the end of a run before a load begins; for nothing if it is dropped.
    case (kind)
      STORED: assert (s_axis_tready == !pack_write_i);
      LOADED: assert (s_axis_tready == (load_ready_i && (open || !locked_i)));
      default: assert (s_axis_tready);
    endcase
    // Words: at the address that counts up with each.
    assert (load_write_o == (taken && kind == STORED) && act_addr_step_o == load_write_o);
    if (load_write_o) assert (load_address_o == act_addr_i && load_data_o == s_axis_tdata);
    // Loads: each beat to the tile of the first.
    assert (load_valid_o == (s_axis_tvalid && kind == LOADED && (open || !locked_i)));
    if (load_valid_o) assert (load_dest_o == dest && load_beat_o == s_axis_tdata && load_last_o == s_axis_tlast);
    if (load_valid_o) assert (load_beat_tile_o == tile && tile < {{ tiles }});
    assert (loading_o == (open && kind == LOADED));
    // Packets for nobody: one error each.
    assert (dest_error_o == (taken && !open && kind == DROPPED));
  end

  // ---- Strengthening.
  (* hierconn *) wire \dut.packet_q ;
  (* hierconn *) wire [1:0] \dut.kind_q ;
  (* hierconn *) wire [1:0] \dut.dest_q ;
  (* hierconn *) wire [{{ tile_bits - 1 }}:0] \dut.tile_q ;
  always @(*) if (observed) begin
    assert (\dut.packet_q == open);
    if (open) begin
      assert (\dut.kind_q == kind_was && kind_was <= DROPPED);
      if (kind_was == LOADED) assert (\dut.dest_q == dest_was && \dut.tile_q == tile_was && tile_was < {{ tiles }});
    end
  end
{%- endblock -%}
