{{ header }}
`default_nettype none

// Replays vectors of the golden model against {{ name }}_tile and the behavioural crossbar, in any
// simulator of Verilog-2005. The folder with axil.hex, input.hex, output.hex and vectors.vh is the
// folder to run in and on the include path. With Icarus, from the folder above this file's:
//   hcim-golden-vectors config.json VECTORS 1 8 sim/{{ name }}_tile_replay.steps
//   iverilog -g2005 -I VECTORS -s {{ name }}_tile_replay_tb -o VECTORS/replay.vvp rtl/*.v sim/*.v
//   cd VECTORS && vvp replay.vvp +seed=1
// It prints one line that begins with PASS or FAIL. Between transfers all payloads are driven to X, so
// that a tile that takes something without its valid signal fails.
module {{ name }}_tile_replay_tb;

  parameter [31:0] SEED     = 32'd1;  // of the idle cycles; +seed= wins
  parameter [3:0]  STALL    = 4'd5;   // idle cycles in 16, on each channel; +stall= wins
  parameter        PATIENCE = 100000; // cycles without progress that are too many

  localparam integer INPUT_BITS  = {{ input_bits }};
  localparam integer OUTPUT_BITS = {{ output_bits }};

`include "vectors.vh"

  reg [99:0]            steps        [0:AXIL_STEPS-1];    // access (4), address, data, mask (32 each)
  reg [INPUT_BITS+7:0]  input_beats  [0:INPUT_BEATS-1];   // tlast (4), tdest (4), tdata
  reg [OUTPUT_BITS+3:0] output_beats [0:OUTPUT_BEATS-1];  // tlast (4), tdata

  // ---- Clock, idle cycles, counts.

  reg        clk;
  reg        rst_n;
  reg [31:0] random_q;
  reg [31:0] seed;
  reg [3:0]  stall;
  integer    cycles;
  integer    checks;
  integer    errors;
  integer    quiet;   // cycles since something moved
  integer    step;
  reg        moved;
  reg        given;

  initial begin
    clk = 1'b0;
    forever begin
      #5 clk = !clk;
    end
  end

  // Marsaglia's xorshift generator.
  function [31:0] next_random;
    input [31:0] now;
    reg [31:0] a;
    reg [31:0] b;
    begin
      a = now ^ (now << 13);
      b = a ^ (a >> 17);
      next_random = b ^ (b << 5);
    end
  endfunction

  wire input_idle  = (random_q[3:0] < stall);
  wire output_idle = (random_q[7:4] < stall);
  wire aw_idle     = (random_q[11:8] < stall);
  wire w_idle      = (random_q[15:12] < stall);
  wire b_idle      = (random_q[19:16] < stall);
  wire ar_idle     = (random_q[23:20] < stall);
  wire r_idle      = (random_q[27:24] < stall);

  // ---- Tile.

  reg  [11:0]            s_axil_awaddr;
  reg                    s_axil_awvalid;
  wire                   s_axil_awready;
  reg  [31:0]            s_axil_wdata;
  reg  [3:0]             s_axil_wstrb;
  reg                    s_axil_wvalid;
  wire                   s_axil_wready;
  wire [1:0]             s_axil_bresp;
  wire                   s_axil_bvalid;
  reg                    s_axil_bready;
  reg  [11:0]            s_axil_araddr;
  reg                    s_axil_arvalid;
  wire                   s_axil_arready;
  wire [31:0]            s_axil_rdata;
  wire [1:0]             s_axil_rresp;
  wire                   s_axil_rvalid;
  reg                    s_axil_rready;
  reg  [INPUT_BITS-1:0]  s_axis_tdata;
  reg  [1:0]             s_axis_tdest;
  reg                    s_axis_tvalid;
  wire                   s_axis_tready;
  reg                    s_axis_tlast;
  wire [OUTPUT_BITS-1:0] m_axis_tdata;
  wire                   m_axis_tvalid;
  reg                    m_axis_tready;
  wire                   m_axis_tlast;
  wire                   irq;

  {{ name }}_tile u_tile (
    .clk_i          (clk),
    .rst_ni         (rst_n),
    .test_en_i      (1'b0),
    .s_axil_awaddr  (s_axil_awaddr),
    .s_axil_awprot  (3'b000),
    .s_axil_awvalid (s_axil_awvalid),
    .s_axil_awready (s_axil_awready),
    .s_axil_wdata   (s_axil_wdata),
    .s_axil_wstrb   (s_axil_wstrb),
    .s_axil_wvalid  (s_axil_wvalid),
    .s_axil_wready  (s_axil_wready),
    .s_axil_bresp   (s_axil_bresp),
    .s_axil_bvalid  (s_axil_bvalid),
    .s_axil_bready  (s_axil_bready),
    .s_axil_araddr  (s_axil_araddr),
    .s_axil_arprot  (3'b000),
    .s_axil_arvalid (s_axil_arvalid),
    .s_axil_arready (s_axil_arready),
    .s_axil_rdata   (s_axil_rdata),
    .s_axil_rresp   (s_axil_rresp),
    .s_axil_rvalid  (s_axil_rvalid),
    .s_axil_rready  (s_axil_rready),
    .s_axis_tdata   (s_axis_tdata),
    .s_axis_tdest   (s_axis_tdest),
    .s_axis_tvalid  (s_axis_tvalid),
    .s_axis_tready  (s_axis_tready),
    .s_axis_tlast   (s_axis_tlast),
    .m_axis_tdata   (m_axis_tdata),
    .m_axis_tvalid  (m_axis_tvalid),
    .m_axis_tready  (m_axis_tready),
    .m_axis_tlast   (m_axis_tlast),
{%- if chain %}
    .s_chain_valid  (1'b0),
    .s_chain_ready  (),
    .s_chain_first  (1'bx),
    .s_chain_last   (1'bx),
    .s_chain_data   ({{ chain_x }}),
    .m_chain_valid  (),
    .m_chain_ready  (1'b0),
    .m_chain_first  (),
    .m_chain_last   (),
    .m_chain_data   (),
{%- endif %}
    .irq_o          (irq)
  );

  // ---- Input stream.

  integer input_index;
  reg [INPUT_BITS+7:0] input_beat;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      s_axis_tvalid <= 1'b0;
      s_axis_tdata <= {INPUT_BITS{1'bx}};
      s_axis_tdest <= 2'bxx;
      s_axis_tlast <= 1'bx;
      input_index <= 0;
    end else if (!s_axis_tvalid || s_axis_tready) begin
      s_axis_tvalid <= 1'b0;
      s_axis_tdata <= {INPUT_BITS{1'bx}};
      s_axis_tdest <= 2'bxx;
      s_axis_tlast <= 1'bx;
      if ((input_index < INPUT_BEATS) && !input_idle) begin
        input_beat = input_beats[input_index];
        s_axis_tvalid <= 1'b1;
        s_axis_tdata <= input_beat[INPUT_BITS-1:0];
        s_axis_tdest <= input_beat[INPUT_BITS+:2];
        s_axis_tlast <= input_beat[INPUT_BITS+4];
        input_index <= input_index + 1;
      end
    end
  end

  // ---- Result stream: every beat is compared, and one that is offered must stay.

  integer output_index;
  reg [OUTPUT_BITS:0] offered;
  reg waiting;

  always @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      m_axis_tready <= 1'b0;
      output_index <= 0;
      waiting <= 1'b0;
    end else begin
      m_axis_tready <= !output_idle;
      waiting <= m_axis_tvalid && !m_axis_tready;
      offered <= {m_axis_tlast, m_axis_tdata};
      if (waiting) begin
        expect_that(m_axis_tvalid && ({m_axis_tlast, m_axis_tdata} === offered), "a result that is offered to stay");
      end
      expect_that(((s_axis_tready && s_axis_tvalid) ^ m_axis_tvalid ^ irq) !== 1'bx, "control outputs that are not X");
      if (m_axis_tvalid && m_axis_tready) begin
        if (output_index >= OUTPUT_BEATS) begin
          expect_that(1'b0, "no more results");
        end else begin
          expect_that({3'b000, m_axis_tlast, m_axis_tdata} === output_beats[output_index], "the result");
          if ({3'b000, m_axis_tlast, m_axis_tdata} !== output_beats[output_index]) begin
            $display("  beat %0d: tlast %b, tdata %h, expected %h", output_index, m_axis_tlast, m_axis_tdata,
                     output_beats[output_index]);
          end
        end
        output_index <= output_index + 1;
      end
    end
  end

  // ---- Register interface.

  task axil_write;
    input [11:0] address;
    input [31:0] data;
    input [1:0]  response;
    begin
      fork
        begin
          while (aw_idle) begin
            @(posedge clk);
          end
          s_axil_awvalid <= 1'b1;
          s_axil_awaddr <= address;
          @(posedge clk);
          while (!s_axil_awready) begin
            @(posedge clk);
          end
          s_axil_awvalid <= 1'b0;
          s_axil_awaddr <= 12'hxxx;
        end
        begin
          while (w_idle) begin
            @(posedge clk);
          end
          s_axil_wvalid <= 1'b1;
          s_axil_wdata <= data;
          s_axil_wstrb <= 4'hf;
          @(posedge clk);
          while (!s_axil_wready) begin
            @(posedge clk);
          end
          s_axil_wvalid <= 1'b0;
          s_axil_wdata <= 32'hxxxxxxxx;
          s_axil_wstrb <= 4'hx;
        end
      join
      while (b_idle) begin
        @(posedge clk);
      end
      s_axil_bready <= 1'b1;
      @(posedge clk);
      while (!s_axil_bvalid) begin
        @(posedge clk);
      end
      s_axil_bready <= 1'b0;
      expect_that(s_axil_bresp === response, "the response to a write");
    end
  endtask

  task axil_read;
    input  [11:0] address;
    output [31:0] data;
    begin
      while (ar_idle) begin
        @(posedge clk);
      end
      s_axil_arvalid <= 1'b1;
      s_axil_araddr <= address;
      @(posedge clk);
      while (!s_axil_arready) begin
        @(posedge clk);
      end
      s_axil_arvalid <= 1'b0;
      s_axil_araddr <= 12'hxxx;
      while (r_idle) begin
        @(posedge clk);
      end
      s_axil_rready <= 1'b1;
      @(posedge clk);
      while (!s_axil_rvalid) begin
        @(posedge clk);
      end
      s_axil_rready <= 1'b0;
      data = s_axil_rdata;
      expect_that(s_axil_rresp === 2'b00, "the response to a read");
    end
  endtask

  task take_step;
    input [3:0]  access;
    input [31:0] address;
    input [31:0] data;
    input [31:0] mask;
    reg   [31:0] found;
    begin
      case (access)
        4'd0: axil_write(address[11:0], data, 2'b00);
        4'd1: axil_write(address[11:0], data, 2'b10);
        4'd2: begin
          axil_read(address[11:0], found);
          while ((found & mask) !== data) begin
            axil_read(address[11:0], found);
          end
        end
        4'd3: begin
          axil_read(address[11:0], found);
          expect_that((found & mask) === data, "the value of a register");
          if ((found & mask) !== data) begin
            $display("  register %h: %h & %h, expected %h", address[11:0], found, mask, data);
          end
        end
        default: expect_that(1'b0, "a step that can be read: are the vectors there?");
      endcase
    end
  endtask

  // ---- The run.

  task expect_that;
    input         held;
    input [511:0] what;
    begin
      checks = checks + 1;
      if (held !== 1'b1) begin
        errors = errors + 1;
        if (errors <= 10) begin
          $display("cycle %0d, step %0d: expected %0s", cycles, step, what);
        end
      end
    end
  endtask

  task finish;
    begin
      $display("%0s {{ name }}_tile_replay_tb: seed=%0d mvms=%0d steps=%0d inputs=%0d results=%0d cycles=%0d checks=%0d errors=%0d",
               (errors == 0) ? "PASS" : "FAIL", seed, MVMS, step, input_index, output_index, cycles, checks, errors);
      $finish(0);
    end
  endtask

  always @(posedge clk) begin
    random_q <= next_random(random_q);
    cycles = cycles + 1;
    quiet = moved ? 0 : quiet + 1;
    moved = (s_axis_tvalid && s_axis_tready) || (m_axis_tvalid && m_axis_tready);
    if (quiet > PATIENCE) begin
      expect_that(1'b0, "progress");
      finish;
    end
  end

  initial begin
    $readmemh("axil.hex", steps);
    $readmemh("input.hex", input_beats);
    $readmemh("output.hex", output_beats);
    seed = SEED;
    stall = STALL;
    given = $value$plusargs("seed=%d", seed);
    given = $value$plusargs("stall=%d", stall);
    random_q = next_random((seed == 32'd0) ? 32'h9e3779b9 : seed);
    cycles = 0;
    checks = 0;
    errors = 0;
    quiet = 0;
    step = 0;
    moved = 1'b0;
    s_axil_awvalid = 1'b0;
    s_axil_wvalid = 1'b0;
    s_axil_bready = 1'b0;
    s_axil_arvalid = 1'b0;
    s_axil_rready = 1'b0;
    rst_n = 1'b1;
    #1 rst_n = 1'b0;
    repeat (4) begin
      @(posedge clk);
    end
    rst_n <= 1'b1;
    @(posedge clk);
    while (step < AXIL_STEPS) begin
      take_step(steps[step][99:96], steps[step][95:64], steps[step][63:32], steps[step][31:0]);
      step = step + 1;
      moved = 1'b1;
    end
    // A little longer, for results that nobody expects.
    repeat (64) begin
      @(posedge clk);
    end
    expect_that(input_index == INPUT_BEATS, "all inputs to be taken");
    expect_that(output_index == OUTPUT_BEATS, "all results to come");
    expect_that(irq === 1'b1, "the interrupt");
    finish;
  end

endmodule

`default_nettype wire
