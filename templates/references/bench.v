// SPDX-License-Identifier: MIT OR Apache-2.0
// Testbench of {{ top }}: loads the weights, streams {{ mvms }} dot products without pauses,
// compares every result with plain arithmetic, and records the activity of that window in the file
// given by +vcd=FILE. Prints one line that begins with PASS or FAIL.
`timescale 1ps / 1ps
`default_nettype none

module bench;

  localparam integer PERIOD = {{ period_ps }};  // ps
  localparam integer MVMS   = {{ mvms }};
  localparam integer STEPS  = {{ steps }};
  localparam integer GROUPS = {{ groups }};

  reg  [{{ group_bits }}-1:0]  weights [0:GROUPS-1];
  reg  [{{ input_bits }}-1:0]  inputs  [0:MVMS*STEPS-1];
  reg  [{{ result_bits }}-1:0] results [0:MVMS-1];

  reg                  clk;
  reg                  rst_n;
  reg                  wr_valid;
  reg  [{{ group_index_bits }}-1:0]  wr_group;
  reg  [{{ group_bits }}-1:0]  wr_data;
  reg                  step_valid;
  reg  [{{ input_bits }}-1:0]  step;
{%- if tree %}
  reg                  step_first;
  reg                  step_last;
{%- endif %}
  wire                 result_valid;
  wire [{{ result_bits }}-1:0] result;

  reg  [8*512-1:0] file;
  integer n;
  integer taken;
  integer errors;
  time    started;
  time    first_result;
  time    last_result;

  {{ top }} u_dut (
    .clk_i          (clk),
    .rst_ni         (rst_n),
    .test_en_i      (1'b0),
    .wr_valid_i     (wr_valid),
    .wr_group_i     (wr_group),
    .wr_data_i      (wr_data),
{%- if tree %}
    .plane_valid_i  (step_valid),
    .plane_first_i  (step_first),
    .plane_last_i   (step_last),
    .plane_i        (step),
{%- else %}
    .step_valid_i   (step_valid),
    .x_i            (step),
{%- endif %}
    .result_valid_o (result_valid),
    .result_o       (result)
  );

  initial begin
    clk = 1'b0;
    forever begin
      #(PERIOD / 2) clk = !clk;
    end
  end

  // Inputs change one picosecond after the edge, so that nothing depends on the order of events.
  initial begin
{%- for word in weights %}
    weights[{{ loop.index0 }}] = {{ group_bits }}'h{{ word }};
{%- endfor %}
{%- for word in inputs %}
    inputs[{{ loop.index0 }}] = {{ input_bits }}'h{{ word }};
{%- endfor %}
{%- for word in results %}
    results[{{ loop.index0 }}] = {{ result_bits }}'h{{ word }};
{%- endfor %}
    rst_n      = 1'b0;
    wr_valid   = 1'b0;
    wr_group   = 0;
    wr_data    = 0;
    step_valid = 1'b0;
    step       = 0;
{%- if tree %}
    step_first = 1'b0;
    step_last  = 1'b0;
{%- endif %}
    repeat (3) @(posedge clk);
    #1 rst_n = 1'b1;
    for (n = 0; n < GROUPS; n = n + 1) begin
      @(posedge clk);
      #1 wr_valid = 1'b1;
      wr_group = n;
      wr_data  = weights[n];
      @(posedge clk);
      #1 wr_valid = 1'b0;
    end
    @(posedge clk);
    #1 started = $time;
    if ($value$plusargs("vcd=%s", file)) begin
      $dumpfile(file);
      $dumpvars(0, u_dut);
    end
    for (n = 0; n < MVMS * STEPS; n = n + 1) begin
      step_valid = 1'b1;
      step       = inputs[n];
{%- if tree %}
      step_first = n % STEPS == 0;
      step_last  = n % STEPS == STEPS - 1;
{%- endif %}
      @(posedge clk);
      #1 ;
    end
    // As long as the stream took: what fills and drains the pipeline is outside, on both sides alike.
    $dumpoff;
    step_valid = 1'b0;
    repeat ({{ latency }} + 2) @(posedge clk);
    if (errors != 0 || taken != MVMS) begin
      $display("FAIL %0d of %0d results, %0d wrong", taken, MVMS, errors);
    end else begin
      $display("PASS mvms=%0d window_ps=%0d first_to_last_ps=%0d", MVMS, MVMS * STEPS * PERIOD,
               last_result - first_result);
    end
    $finish;
  end

  initial begin
    taken  = 0;
    errors = 0;
  end

  always @(posedge clk) begin
    if (rst_n && result_valid !== 1'b0) begin
      if (taken < MVMS && result !== results[taken]) begin
        errors = errors + 1;
      end
      if (taken == 0) begin
        first_result = $time;
      end
      last_result = $time;
      taken       = taken + 1;
    end
  end

endmodule

`default_nettype wire
