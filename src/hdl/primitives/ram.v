module hcim_ram #(
  parameter WIDTH        = 1,
  parameter ADDRESS_BITS = 1
) (
  input  wire                    clk_i,            // clock
  input  wire                    write_i,          // store a word
  input  wire [ADDRESS_BITS-1:0] write_address_i,  // where
  input  wire [WIDTH-1:0]        write_data_i,     // the word
  input  wire                    read_i,           // fetch a word
  input  wire [ADDRESS_BITS-1:0] read_address_i,   // which
  output wire [WIDTH-1:0]        read_data_o       // it, from the next cycle until the next fetch
);

`ifdef HCIM_TECH_RAM

  // A memory of the technology, chosen by defining HCIM_TECH_RAM as the name of a module with these
  // parameters and ports. It chooses the macro by WIDTH and ADDRESS_BITS.
  `HCIM_TECH_RAM #(
    .WIDTH        (WIDTH),
    .ADDRESS_BITS (ADDRESS_BITS)
  ) u_tech_ram (
    .clk_i           (clk_i),
    .write_i         (write_i),
    .write_address_i (write_address_i),
    .write_data_i    (write_data_i),
    .read_i          (read_i),
    .read_address_i  (read_address_i),
    .read_data_o     (read_data_o)
  );

`else

  reg [WIDTH-1:0] words [0:(1 << ADDRESS_BITS)-1];
  reg [WIDTH-1:0] read_data_q;

  always @(posedge clk_i) begin
    if (write_i) begin
      words[write_address_i] <= write_data_i;
    end
    if (read_i) begin
      read_data_q <= words[read_address_i];
    end
  end

  assign read_data_o = read_data_q;

`endif

endmodule
