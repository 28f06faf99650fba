{%- extends "prove/free.sv" -%}
{%- block what -%}a beat of the feeder reaches one tile of every active lane, each once, before it is done with.{%- endblock -%}
{%- block promises %}
  // ---- Specification: which lanes have taken the beat that is offered.
  reg [{{ lanes - 1 }}:0] had;
  wire feeds = feed_valid_i && !loading_i;
  wire [{{ lanes - 1 }}:0] active, takes;
  genvar lane;
  generate
    for (lane = 0; lane < {{ lanes }}; lane = lane + 1) begin : lanes
      assign active[lane] = lane >= pass_first_lane_i && lane < pass_first_lane_i + {1'b0, pass_lanes_i};
      wire [{{ segments - 1 }}:0] offered = tile_tvalid_o[lane * {{ segments }} +: {{ segments }}];
      assign takes[lane] = feeds && |(offered & tile_tready_i[lane * {{ segments }} +: {{ segments }}]);
      always @(*) if (observed && feeds) begin
        // The tile that the feeder names, in an active lane that has not taken the beat, and no other.
        assert (offered == ((active[lane] && !had[lane]) ? 1 << {% if segments > 1 %}feed_tile_i{% else %}0{% endif %} : 0));
      end
    end
  endgenerate
  wire done = feeds && feed_ready_o;
  always @(posedge clk or negedge rst_n) if (!rst_n) had <= 0; else if (done) had <= 0; else had <= had | takes;

  // ---- What neighbours must keep to: the beat and the lanes, which there are, stay until the beat is done with; loads begin while the
  // feeder rests.
  reg offered_was;
  always @(posedge clk or negedge rst_n) if (!rst_n) offered_was <= 1'b0; else offered_was <= feeds && !feed_ready_o;
  reg [{{ word_bits }}:0] beat_was;
  reg [31:0] place_was;
  wire [31:0] place = {pass_first_lane_i, pass_lanes_i, feed_tile_i};
  always @(posedge clk) begin
    beat_was <= {feed_last_i, feed_data_i};
    place_was <= place;
  end
  always @(*) if (rst_n) begin
    if (offered_was) assume (feed_valid_i && !loading_i && {feed_last_i, feed_data_i} == beat_was && place == place_was);
    if (feed_valid_i && !loading_i) assume (!load_valid_i);
{%- if segments > 1 %}
    assume (feed_tile_i < {{ segments }});
{%- endif %}
    assume (load_beat_tile_i < {{ lanes * segments }});
    assume (pass_first_lane_i + {1'b0, pass_lanes_i} <= {{ lanes }});
  end

  // ---- Promises.
  always @(*) if (observed) begin
    // The beat is done with when every active lane has it or takes it.
    if (feeds) assert (feed_ready_o == &(~active | had | takes));
    if (feeds) assert (tile_tdata_o == feed_data_i && tile_tlast_o == feed_last_i && tile_tdest_o == 0);
    // A load reaches its tile alone, and while it is under way the feeder waits.
    if (loading_i) assert (!feed_ready_o);
    if (!feeds) assert (tile_tvalid_o == load_valid_i << load_beat_tile_i);
    if (load_valid_i) begin
      assert (load_ready_o == tile_tready_i[load_beat_tile_i]);
      assert (tile_tdata_o == load_beat_i && tile_tlast_o == load_last_i && tile_tdest_o == load_dest_i);
    end
  end

  // ---- Strengthening.
  (* hierconn *) wire [{{ lanes - 1 }}:0] \dut.has_q ;
  always @(*) if (observed) begin
    assert (\dut.has_q == had);
    if (had != 0) assert (offered_was);
  end
{%- endblock -%}
