{%- extends "prove/free.sv" -%}
{%- block what -%}what it does in every cycle of a run, which ends with its last pass, and of an abort, which comes to its end.{%- endblock -%}
{%- block promises %}
  // ---- Specification. A pass is read, sets up the tiles of its lanes one after the other, and runs; an abort stops all tiles in
  // turn, waits for each in turn, then for the streams.
  localparam IDLE = 3'd0, READS = 3'd1, SETS_UP = 3'd2, RUNS = 3'd3, PAUSES = 3'd4, HALTS = 3'd5, ENDS = 3'd6;
  reg [2:0] at;
  reg aborting, first;  // first cycle of a pass that runs
  reg [5:0] n;          // cycles of reading
  reg [2:0] step;       // 0 wait until the tile is idle, 1 its chain, 2 its count, 3 start, 4 has it started?
  reg [15:0] lane, segment;
  reg [{{ swept_bits - 1 }}:0] swept;  // accesses of an abort that are done with: {{ tiles }} writes, then {{ tiles }} tiles found quiet
  reg [9:0] pass, left;

  wire legal = pass_count_i != 0 && first_pass_i + {1'b0, pass_count_i} <= {{ passes }};
  wire begins = at == IDLE && start_i && !abort_i && legal;
  wire fine = seq_done_i && !access_error_i;
  wire mvm = pass_kind_i == 0;
  wire active = access_data_i[0] || access_data_i[6] || access_data_i[7];

  // The tiles of a pass are the last ones of its lanes.
  wire [{{ tiles - 1 }}:0] used;
  genvar l, s;
  generate
    for (l = 0; l < {{ lanes }}; l = l + 1) begin : lanes
      for (s = 0; s < {{ segments }}; s = s + 1) begin : segments
        assign used[l * {{ segments }} + s] = l >= pass_first_lane_i && l < pass_first_lane_i + {1'b0, pass_lanes_i} && s + pass_segments_i >= {{ segments }};
      end
    end
  endgenerate
  wire tile_stops = (at == SETS_UP || (at == RUNS && mvm)) && |(used & tile_irq_i) && !aborting;
  wire illegal = at == READS && n == {{ words + 1 }} && pass_bad_i && !aborting;
  wire refused = at == SETS_UP && seq_done_i && (access_error_i || (step == 4 && !access_data_i[0])) && !aborting;
  wire stops = (abort_i || tile_stops || illegal || refused) && !aborting;
  wire finished = at == RUNS && !first && feeder_idle_i && collector_idle_i && stream_idle_i && packer_done_i && !stops;
  wire aborted = at == ENDS && swept == {{ 2 * tiles }} && feeder_idle_i && stream_idle_i;
  wire last_segment = segment + 1 == pass_segments_i;
  wire last_lane = lane + 1 == pass_lanes_i;

  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      at <= IDLE; aborting <= 1'b0; first <= 1'b0; n <= 0; step <= 0; lane <= 0; segment <= 0; swept <= 0; pass <= 0; left <= 0;
    end else begin
      aborting <= (stops || aborting) && !aborted;
      first <= 1'b0;
      if ((stops || aborting) && at != HALTS && at != ENDS) begin
        // An access that is under way is waited for.
        if (at != SETS_UP || seq_done_i) at <= HALTS;
      end else case (at)
        IDLE: if (begins) begin at <= READS; n <= 0; pass <= first_pass_i; left <= pass_count_i; end
        READS: begin
          n <= n + 1;
          if (n == {{ words + 1 }}) begin
            at <= mvm ? SETS_UP : RUNS; first <= !mvm; step <= 0; lane <= 0; segment <= 0;
          end
        end
        SETS_UP: if (fine) case (step)
          0: if (!access_data_i[0]) step <= {% if segments > 1 %}1{% else %}2{% endif %};
          4: begin
            step <= 0; segment <= last_segment ? 0 : segment + 1; lane <= last_segment ? lane + 1 : lane;
            if (last_segment && last_lane) begin at <= RUNS; first <= 1'b1; end
          end
          default: step <= step + 1;
        endcase
        RUNS: if (finished) begin
          left <= left - 1;
          if (left == 1) at <= IDLE;
          else if (pass_pause_i) at <= PAUSES;
          else begin at <= READS; n <= 0; pass <= pass + 1; end
        end
        PAUSES: if (resume_i) begin at <= READS; n <= 0; pass <= pass + 1; end
        HALTS: begin at <= ENDS; swept <= 0; end
        default:
          if (swept == {{ 2 * tiles }}) begin if (aborted) at <= IDLE; end
          else if (seq_done_i && (swept < {{ tiles }} || !active)) swept <= swept + 1;
      endcase
    end

  // Cycles in which it waits for nobody, one behind the other.
  wire waits = seq_request_o || at == RUNS || at == PAUSES || at == IDLE || at == ENDS;
  reg [5:0] alone;
  always @(posedge clk or negedge rst_n) if (!rst_n) alone <= 0; else if (waits) alone <= 0; else alone <= alone + 1;

  // Counters: what they count is known a cycle later.
  reg [{{ long - 1 }}:0] cycles;
  reg [{{ bits - 1 }}:0] done, positions;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      cycles <= 0; done <= 0; positions <= 0;
    end else if (clear_counters_i) begin
      cycles <= 0; done <= 0; positions <= 0;
    end else begin
      if (at != IDLE && at != PAUSES) cycles <= cycles + 1;
      if (finished) done <= done + 1;
      if (position_done_i) positions <= positions + 1;
    end

  // ---- What neighbours must keep to: the fields of a pass change only behind a word of it, and a legal one uses tiles that there
  // are; an access is done only where one is wanted.
  reg loaded;
  reg fresh;
  always @(posedge clk or negedge rst_n) if (!rst_n) {loaded, fresh} <= 2'd0; else begin loaded <= pass_load_o; fresh <= 1'b1; end
  wire [95:0] fields = {pass_kind_i, pass_pause_i, pass_positions_i, pass_first_lane_i, pass_lanes_i, pass_segments_i, pass_bad_i};
  reg [95:0] fields_were;
  always @(posedge clk) fields_were <= fields;
  wire fits = pass_segments_i >= 1 && pass_segments_i <= {{ segments }} && pass_lanes_i >= 1 && pass_first_lane_i + {1'b0, pass_lanes_i} <= {{ lanes }};
  always @(*) if (rst_n) begin
    if (fresh && !loaded) assume (fields == fields_were);
    if (!pass_bad_i && mvm) assume (fits);
    if (seq_done_i) assume (seq_request_o);
  end

  // ---- Promises.
  wire [31:0] tile_now = (pass_first_lane_i + lane) * {{ segments }} + {{ segments }} - pass_segments_i + segment;
  reg read_was;
  reg [5:0] n_was;
  always @(posedge clk or negedge rst_n) if (!rst_n) read_was <= 1'b0; else read_was <= at == READS && n < {{ words }};
  always @(posedge clk) n_was <= n;
  always @(*) if (observed) begin
    assert (busy_o == (at != IDLE) && paused_o == (at == PAUSES) && locked_o == (at != IDLE && at != PAUSES));
    assert (aborting_o == aborting && status_aborting_o == aborting);
    assert (pass_o == pass);
    // Commands: a start that is refused says why.
    assert (bad_start_set_o == (at == IDLE && start_i && !abort_i && !legal));
    assert (start_busy_set_o == (at != IDLE && start_i));
    // The run is complete with its last pass; a pass that is not complete is an error that is named, or an abort.
    assert (done_set_o == (finished && left == 1));
    assert (paused_set_o == (finished && left != 1 && pass_pause_i));
    assert (tile_set_o == tile_stops && bad_pass_set_o == illegal && tile_access_set_o == refused);
    assert (aborted_set_o == aborted);
    // Words of the pass.
    assert (program_read_o == (at == READS && n < {{ words }}));
    if (program_read_o) assert (program_address_o == pass * {{ stride }} + n);
    assert (pass_load_o == read_was);
    if (read_was) assert (pass_index_o == n_was);
    // Accesses.
    assert (seq_request_o == (at == SETS_UP || (at == ENDS && swept < {{ 2 * tiles }})));
    if (at == SETS_UP) begin
      assert (seq_tile_o == tile_now && seq_write_o == (step == 1 || step == 2 || step == 3));
      case (step)
        1: assert (seq_address_o == 12'h03c && seq_data_o == {!last_segment, segment != 0});
        2: assert (seq_address_o == 12'h034 && seq_data_o == pass_positions_i);
        3: assert (seq_address_o == 12'h020 && seq_data_o == 1);
        default: assert (seq_address_o == 12'h024);
      endcase
    end
    if (at == ENDS && swept < {{ tiles }}) assert (seq_tile_o == swept && seq_write_o && seq_address_o == 12'h020 && seq_data_o == 2);
    if (at == ENDS && swept >= {{ tiles }} && swept < {{ 2 * tiles }}) assert (seq_tile_o == swept - {{ tiles }} && !seq_write_o && seq_address_o == 12'h024);
    // The pass begins once, and the pool is empty then and after an abort.
    assert (run_o == first && pool_clear_o == (first || aborting));
    assert (cycles_o == cycles && passes_done_o == done && positions_o == positions);
    // It never rests but for a neighbour: at most the {{ words + 2 }} cycles of reading, and one.
    assert (alone <= {{ words + 3 }});
  end

  // ---- Strengthening.
  (* hierconn *) wire [3:0] \dut.state_q ;
  (* hierconn *) wire [4:0] \dut.fetch_q ;
  (* hierconn *) wire [{{ tile_bits - 1 }}:0] \dut.tile_q ;
  (* hierconn *) wire [{{ pass_width - 1 }}:0] \dut.pass_q ;
  (* hierconn *) wire [{{ lane_bits - 1 }}:0] \dut.lane_q ;
  (* hierconn *) wire [{{ segment_bits - 1 }}:0] \dut.segment_q ;
  (* hierconn *) wire [{{ left_bits - 1 }}:0] \dut.passes_left_q ;
  always @(*) if (observed) begin
    case (at)
      IDLE: assert (\dut.state_q == 0);
      READS: assert (\dut.state_q == (n < {{ words }} ? 1 : n == {{ words }} ? 2 : 3));
      SETS_UP: assert (\dut.state_q == 4 + step && step <= 4);
      RUNS: assert (\dut.state_q == 9);
      PAUSES: assert (\dut.state_q == 10);
      HALTS: assert (\dut.state_q == 11);
      ENDS: assert (\dut.state_q == (swept < {{ tiles }} ? 12 : swept < {{ 2 * tiles }} ? 13 : 14));
      default: assert (0);
    endcase
    if (at == READS) assert (n <= {{ words + 1 }});
    if (at != HALTS) assert (\dut.fetch_q == (at == READS && n <= {{ words }} ? n : 0));
    if (at == ENDS) assert (swept <= {{ 2 * tiles }});
    if (at == HALTS || at == ENDS) assert (aborting);
    if (aborting) assert (at == HALTS || at == ENDS || at == SETS_UP);
    if (first) assert (at == RUNS);
    if (at == READS || at == SETS_UP || at == RUNS || at == PAUSES) assert (left >= 1 && pass + left + (at == PAUSES) <= {{ passes }});
    assert (pass < {{ passes }});
    if (at == RUNS) assert (!pass_bad_i);
    if (at == SETS_UP) assert (mvm && !pass_bad_i && segment < pass_segments_i && lane < pass_lanes_i);
{%- if segments == 1 %}
    if (at == SETS_UP) assert (step != 1);
{%- endif %}
    if (at == SETS_UP) assert (\dut.lane_q == lane && \dut.segment_q == segment);
    if (at != IDLE && !aborting) assert (\dut.passes_left_q == left);
    if (at == READS) assert (alone == n);
    if (read_was) assert ((at == READS && n >= 1 && n <= {{ words }}) || at == HALTS);
    if (loaded) assert ((at == READS && n >= 2) || at == HALTS || at == ENDS);
    if (at == HALTS) assert (alone <= {{ words + 2 }});
  end
{%- endblock -%}
