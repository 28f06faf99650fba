// SPDX-License-Identifier: MIT OR Apache-2.0
//
// C interface of the hcim golden model. Generated from golden/src/ffi; do not edit.
//
// - A function returns a status: HCIM_OK, HCIM_MISMATCH (comparisons only) or an error code.
// - A handle comes from ..._new (or _load) and goes back through ..._free, which takes null.
// - Text handed out through char ** is the caller's and goes back through hcim_text_free; pass
//   null where no text is wanted. Nothing is written there unless there is something to say.
// - Bit vectors are little-endian uint32_t words, bit 0 lowest: the layout of wide ports.
// - Pointers inside output structures belong to the handle and are good until its next call.
// - No function keeps a caller's pointer, none has global state, none unwinds.
//
// A block model is clocked like the RTL: after the RTL's inputs have settled call ..._check (or
// ..._eval) with them, then ..._clock with the same inputs at the rising edge.

#ifndef HCIM_GOLDEN_H
#define HCIM_GOLDEN_H

#include <stddef.h>
#include <stdint.h>

// All well.
#define HCIM_OK 0

// A comparison found differences; the report lists them.
#define HCIM_MISMATCH 1

// A pointer that must not be null is null.
#define HCIM_NULL 2

// The configuration text is not a legal configuration.
#define HCIM_CONFIG 3

// An argument is outside its range.
#define HCIM_RANGE 4

// A buffer has the wrong size.
#define HCIM_SIZE 5

// Refused in this state: something has not been loaded.
#define HCIM_STATE 6

// A file cannot be read or written, or does not hold what it should.
#define HCIM_FILE 7

// A defect of this library.
#define HCIM_INTERNAL 8

// How a run stopped: its last pass is done.
#define HCIM_STOP_DONE 0

// How a run stopped: it waits for RESUME.
#define HCIM_STOP_PAUSED 1

// How a run stopped: an error ended it.
#define HCIM_STOP_ABORTED 2

// How a run stopped: it did not begin.
#define HCIM_STOP_REFUSED 3

// Register ERROR of an accelerator: no passes, or more than there are.
#define HCIM_RUN_BAD_START 1

// Register ERROR of an accelerator: START during a run.
#define HCIM_RUN_START_BUSY 2

// Register ERROR of an accelerator: a tile interrupted a pass.
#define HCIM_RUN_TILE 4

// Register ERROR of an accelerator: a tile could not be started.
#define HCIM_RUN_TILE_ACCESS 8

// Register ERROR of an accelerator: a pass that cannot be.
#define HCIM_RUN_BAD_PASS 16

// Register ERROR of an accelerator: a write that is locked during a run.
#define HCIM_RUN_WRITE_BUSY 32

// Register ERROR of an accelerator: a packet for nobody.
#define HCIM_RUN_DEST 64

// Plane is evaluated and accumulated.
#define HCIM_PLANE_FULL 0

// Plane is evaluated, every p is 0, and it is offered to the array as skipped.
#define HCIM_PLANE_EMPTY 1

// Plane is all zero and not evaluated.
#define HCIM_PLANE_ZERO 2

// Stream destination: inputs.
#define HCIM_DEST_INPUTS 0

// Stream destination: weights.
#define HCIM_DEST_WEIGHTS 1

// Stream destination: scale factors.
#define HCIM_DEST_SCALES 2

// Stream destination: per-column thresholds.
#define HCIM_DEST_THRESHOLDS 3

// Error bit: TLAST came early. Error bits are those of the register ERROR.
#define HCIM_ERROR_SHORT 4

// Error bit: no TLAST on the expected last beat.
#define HCIM_ERROR_LONG 8

// Error bit: unknown or unconfigured destination.
#define HCIM_ERROR_DEST 16

// Error bit: weights, scale factors or thresholds while the tile is busy.
#define HCIM_ERROR_LOAD_BUSY 32

// Error bit: an MVM without weights, scale factors or per-column thresholds.
#define HCIM_ERROR_NOT_LOADED 1

// Error bit: a used column had both comparators high.
#define HCIM_ERROR_CODE 64

// Error bit: a scale factor that was added has the wrong parity.
#define HCIM_ERROR_PARITY 1024

// Model of an accelerator.
typedef struct HcimAccelerator HcimAccelerator;

// Model of the array; the top `baseline_array` makes the baseline.
typedef struct HcimArray HcimArray;

// A configuration: from the effective configuration's JSON text.
typedef struct HcimConfig HcimConfig;

// Model of the crossbar.
typedef struct HcimCrossbar HcimCrossbar;

// A network with its images and expected answers.
typedef struct HcimNetwork HcimNetwork;

// Model of the column reduction.
typedef struct HcimReduction HcimReduction;

// Model of the result output.
typedef struct HcimResult HcimResult;

// Model of the sense interface.
typedef struct HcimSense HcimSense;

// Model of a tile.
typedef struct HcimTile HcimTile;

// Figures of an accelerator.
typedef struct {
  // K, tiles of a lane.
  uint32_t segments;
  // N, lanes.
  uint32_t lanes;
  // G, elements of a word.
  uint32_t elements;
  // floor(R / G), words that fit into the rows of a tile.
  uint32_t tile_words;
  // Words of the activation memory.
  uint32_t activation_words;
  // Entries of the constant memory.
  uint32_t constant_entries;
  // Passes of the program memory.
  uint32_t passes;
  // Register MEMORY.
  uint32_t memory;
} HcimAcceleratorShape;

// Status, sticky bits and counters of an accelerator.
typedef struct {
  // 1: a run waits in a pause.
  uint32_t paused;
  // The current or last pass.
  uint32_t pass;
  // Register ERROR.
  uint32_t errors;
  // Register IRQ_STATUS.
  uint32_t interrupts;
  // Register PASSES_DONE.
  uint32_t passes_done;
  // Register POSITIONS.
  uint32_t positions;
  // Register ACT_ADDR.
  uint32_t address;
  // Passes that read what they write.
  uint32_t overlaps;
  // Beats of m_axis that have not been taken.
  uint32_t beats;
} HcimAcceleratorState;

// A beat of m_axis.
typedef struct {
  // The number.
  int64_t data;
  // TLAST.
  uint32_t last;
} HcimBeat;

// Input ports. Ports that the configuration does not have are ignored (null is legal).
typedef struct {
  uint8_t clear_i;
  uint8_t op_valid_i;
  uint8_t op_skip_i;
  uint8_t wr_valid_i;
  uint8_t rb_valid_i;
  uint8_t ro_ready_i;
  uint32_t op_plane_i;
  uint32_t wr_row_i;
  uint32_t rb_row_i;
  // U bits.
  const uint32_t *op_nonzero_i;
  // U bits.
  const uint32_t *op_negative_i;
  // U bits.
  const uint32_t *wr_data_i;
} HcimArrayIn;

// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
typedef struct {
  uint8_t op_ready_o;
  uint8_t op_soon_o;
  uint8_t busy_o;
  uint8_t ro_valid_o;
  uint8_t ro_first_o;
  uint8_t ro_last_o;
  // Low where there is no parity; undefined where rows of factors were never written.
  uint8_t parity_error_o;
  // U*u bits, defined with ro_valid_o.
  const uint32_t *ro_data_o;
  // U bits, defined in the cycle after a legal read-back request.
  const uint32_t *rb_data_o;
} HcimArrayOut;

// A configuration with everything that follows from it.
typedef struct {
  // R.
  uint32_t rows;
  // C.
  uint32_t cols;
  // A.
  uint32_t input_bits;
  // W.
  uint32_t weight_slices;
  // S.
  uint32_t scale_bits;
  // 1: ternary, 0: binary.
  uint32_t ternary;
  // d; S + 2 where the top is `baseline_array`.
  uint32_t rows_per_cycle;
  // 1: all planes are added during the read-out, and accumulator rows read back as zero.
  uint32_t deferred;
  // M.
  uint32_t columns_per_comparator;
  // 1: one threshold per column and plane.
  uint32_t per_column_thresholds;
  // 1: each scale factor has a parity bit.
  uint32_t parity;
  // 1: planes can be skipped.
  uint32_t plane_skip;
  // 1: storage is written by gated clocks, which `test_en_i` keeps running.
  uint32_t gated_clocks;
  // K.
  uint32_t segments;
  // Bits of the counter of cycles; the others have at most 32.
  uint32_t counter_bits;
  // Width of the input stream.
  uint32_t input_stream_bits;
  // Width of the output stream.
  uint32_t output_stream_bits;
  // Reset value of the timing register.
  uint32_t precharge;
  // Reset value of the timing register.
  uint32_t evaluate;
  // Reset value of the timing register.
  uint32_t sense;
  // Reset value of the timing register.
  uint32_t hold;
  // Reset value of the timing register.
  uint32_t timeout;
  // O.
  uint32_t outputs;
  // U.
  uint32_t used_columns;
  // CC.
  uint32_t comparators;
  // P.
  uint32_t accumulator_bits;
  // Rows of the scale-factor memory: A*S, or A*(S + 1) with parity.
  uint32_t scale_rows;
  // T.
  uint32_t threshold_bits;
  // Width of a port that carries a plane index: clog2(A).
  uint32_t plane_bits;
  // D.
  uint32_t window_cycles;
  // u.
  uint32_t read_rate;
  // Nr.
  uint32_t read_digits;
  // LEAD.
  uint32_t lead;
  // LEAD_SKIP.
  uint32_t lead_skip;
  // Y.
  uint32_t result_bits;
  // NY.
  uint32_t result_digits;
  // B8, bits of one element of a result packet.
  uint32_t result_element_bits;
  // E with the timing above.
  uint32_t evaluation_cycles;
  // Beats of a packet of inputs.
  uint32_t input_packet_beats;
  // Beats of a packet of weights.
  uint32_t weight_packet_beats;
  // Beats of a packet of scale factors.
  uint32_t scale_packet_beats;
  // Beats of a packet of per-column thresholds, 0 where there are none.
  uint32_t threshold_packet_beats;
  // Beats of a packet of results.
  uint32_t result_packet_beats;
  // Cycles of an MVM in a steady stream without stalls, no plane skipped.
  uint64_t steady_period;
} HcimDerived;

// A layer. Pointers belong to the network and live as long as its handle.
typedef struct {
  // Inputs of the layer.
  uint32_t inputs;
  // Outputs of the layer.
  uint32_t outputs;
  // 1: requantised and clamped for a next layer; 0: the last layer.
  uint32_t relu;
  // Shift of the requantisation.
  uint32_t shift;
  // inputs*outputs weights, row-major.
  const int32_t *weights;
  // A*outputs*W scale factors, plane-major, column o*W + j.
  const uint32_t *scales;
  // A thresholds.
  const uint32_t *thresholds;
  // Multiplier of each output.
  const int32_t *multiplier;
  // Bias of each output.
  const int32_t *bias;
} HcimLayer;

// What a test image gives. Pointers belong to the network and live as long as its handle.
typedef struct {
  // Number of the image among all images.
  uint32_t image;
  // The digit that is drawn.
  uint32_t label;
  // The digit that the network answers.
  uint32_t predicted;
  // Layer 0's y before requantisation.
  const int64_t *layer0_acc;
  // Inputs of layer 1.
  const uint16_t *hidden;
  // Layer 1's y.
  const int64_t *layer1_acc;
  // Inputs of layer 0: 64 numbers.
  const uint16_t *inputs;
} HcimExpected;

// Input ports.
typedef struct {
  uint8_t clear_i;
  uint8_t in_valid_i;
  uint8_t in_first_i;
  uint8_t in_last_i;
  uint8_t chain_enable_i;
  uint8_t chain_valid_i;
  uint8_t chain_first_i;
  uint8_t chain_last_i;
  uint8_t out_ready_i;
  // U*u bits.
  const uint32_t *in_data_i;
  // O*u bits, K > 1.
  const uint32_t *chain_data_i;
} HcimReductionIn;

// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
typedef struct {
  uint8_t in_ready_o;
  // 0 where K = 1.
  uint8_t chain_ready_o;
  uint8_t out_valid_o;
  // Defined with out_valid_o.
  uint8_t out_first_o;
  // Defined with out_valid_o.
  uint8_t out_last_o;
  // O*u bits, defined with out_valid_o.
  const uint32_t *out_data_o;
} HcimReductionOut;

// Input ports; in_* are the out_* of the column reduction.
typedef struct {
  uint8_t clear_i;
  uint8_t in_valid_i;
  uint8_t in_first_i;
  uint8_t in_last_i;
  uint8_t m_axis_tready;
  // O*u bits.
  const uint32_t *in_data_i;
} HcimResultIn;

// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
typedef struct {
  uint8_t in_ready_o;
  uint8_t m_axis_tvalid;
  // Defined with m_axis_tvalid.
  uint8_t m_axis_tlast;
  uint8_t packet_done_o;
  // w_out bits, defined with m_axis_tvalid.
  const uint32_t *m_axis_tdata;
} HcimResultOut;

// Input ports.
typedef struct {
  uint8_t abort_i;
  uint8_t precharge_cycles_i;
  uint8_t evaluate_cycles_i;
  uint8_t sense_cycles_i;
  uint8_t hold_cycles_i;
  uint8_t start_valid_i;
  uint8_t array_soon_i;
  uint8_t ready_i;
  uint8_t code_ready_i;
  uint16_t timeout_cycles_i;
  uint32_t start_plane_i;
  // CC bits.
  const uint32_t *pos_i;
  // CC bits, ternary.
  const uint32_t *neg_i;
} HcimSenseIn;

// Output ports. A null data pointer is an undefined value, or one that is not to be compared.
typedef struct {
  uint8_t start_ready_o;
  uint8_t precharge_o;
  uint8_t evaluate_o;
  uint8_t sense_o;
  uint8_t code_valid_o;
  // Defined with code_valid_o, ternary.
  uint8_t code_empty_o;
  // Defined with code_valid_o, ternary.
  uint8_t code_error_o;
  uint8_t timeout_o;
  uint8_t busy_o;
  // 0 where M = 1.
  uint32_t sel_o;
  // Defined with code_valid_o.
  uint32_t code_plane_o;
  // U bits, defined with code_valid_o, ternary.
  const uint32_t *code_nonzero_o;
  // U bits, defined with code_valid_o.
  const uint32_t *code_negative_o;
} HcimSenseOut;

// Counters and flags of a tile.
typedef struct {
  // MVMs computed since reset.
  uint64_t mvms;
  // Planes not evaluated as their input bits were all zero (PLANES_SKIPPED).
  uint64_t planes_skipped;
  // Planes evaluated with every p 0 and offered as skipped (PLANES_EMPTY).
  uint64_t planes_empty;
  // Sticky error bits, `HCIM_ERROR_...`.
  uint32_t errors;
  // Valid flag of the weights.
  uint8_t weights_valid;
  // Valid flag of the scale factors.
  uint8_t scales_valid;
  // Valid flag of the per-column thresholds.
  uint8_t thresholds_valid;
} HcimTileState;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// What a status means: text that lives for ever.
const char *hcim_golden_status_text(int32_t status);

// Gives back text that a function of this library handed out.
//
// # Safety
// `text` is null or came from this library and has not been given back.
void hcim_text_free(char *text);

// Makes an accelerator in the state after reset; memories are zero.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_accelerator_new(const char *json, HcimAccelerator **out, char **message);

// Gives an accelerator back.
//
// # Safety
// `accelerator` is null or a live handle; handles of its tiles end with it.
void hcim_accelerator_free(HcimAccelerator *accelerator);

// Reset: control, counters, beats, and what a reset takes from the tiles; memories stay.
//
// # Safety
// `accelerator` is a live handle.
int32_t hcim_accelerator_reset(HcimAccelerator *accelerator);

// Figures of the configuration.
//
// # Safety
// `accelerator` is a live handle; `out` may be written.
int32_t hcim_accelerator_shape(const HcimAccelerator *accelerator, HcimAcceleratorShape *out);

// Lends tile t = lane * K + k, for the functions of tiles; it lives as long as the accelerator and
// must not be given back.
//
// # Safety
// `accelerator` is a live handle; `out` may be written.
int32_t hcim_accelerator_tile(HcimAccelerator *accelerator, uint32_t tile, HcimTile **out);

// Writes the 32 words of a pass.
//
// # Safety
// `accelerator` is a live handle; `words` is 32 numbers.
int32_t hcim_accelerator_set_pass(HcimAccelerator *accelerator,
                                  uint32_t pass,
                                  const uint32_t *words);

// Writes an entry of the constant memory.
//
// # Safety
// `accelerator` is a live handle.
int32_t hcim_accelerator_set_constant(HcimAccelerator *accelerator,
                                      uint32_t entry,
                                      int16_t multiplier,
                                      int32_t bias);

// Register ACT_ADDR.
//
// # Safety
// `accelerator` is a live handle.
int32_t hcim_accelerator_set_address(HcimAccelerator *accelerator, uint32_t address);

// One packet of s_axis, `beats` beats of w_in bits, TLAST on the last: destination 0 goes to the
// activation memory, 1 to 3 to tile `load_tile`, others are an error.
//
// # Safety
// `accelerator` is a live handle; `packet` is beats*w_in bits.
int32_t hcim_accelerator_packet(HcimAccelerator *accelerator,
                                uint8_t dest,
                                uint32_t load_tile,
                                const uint32_t *packet,
                                uintptr_t beats);

// A word of the activation memory; addresses count modulo its depth.
//
// # Safety
// `accelerator` is a live handle; `word` has room for w_in bits.
int32_t hcim_accelerator_word(const HcimAccelerator *accelerator, uint32_t address, uint32_t *word);

// CTRL.START: runs until the end, a pause or an error; `stop` gets `HCIM_STOP_...`.
//
// # Safety
// `accelerator` is a live handle; `stop` may be written.
int32_t hcim_accelerator_start(HcimAccelerator *accelerator,
                               uint32_t first,
                               uint32_t count,
                               uint8_t *stop);

// CTRL.RESUME, likewise.
//
// # Safety
// `accelerator` is a live handle; `stop` may be written.
int32_t hcim_accelerator_resume(HcimAccelerator *accelerator, uint8_t *stop);

// CTRL.ABORT, in a pause or without a run.
//
// # Safety
// `accelerator` is a live handle.
int32_t hcim_accelerator_abort(HcimAccelerator *accelerator);

// Clears bits of ERROR and IRQ_STATUS, and the counters where `counters` is not 0.
//
// # Safety
// `accelerator` is a live handle.
int32_t hcim_accelerator_clear(HcimAccelerator *accelerator,
                               uint32_t errors,
                               uint32_t interrupts,
                               uint8_t counters);

// Status, sticky bits, counters.
//
// # Safety
// `accelerator` is a live handle; `out` may be written.
int32_t hcim_accelerator_state(const HcimAccelerator *accelerator, HcimAcceleratorState *out);

// Takes the beats of m_axis: as many as `HcimAcceleratorState` says.
//
// # Safety
// `accelerator` is a live handle; `beats` has room for `len` of them.
int32_t hcim_accelerator_beats(HcimAccelerator *accelerator, HcimBeat *beats, uintptr_t len);

// What is wrong with a pass: `HCIM_OK`, or `HCIM_RANGE` where it would end a run with BAD_PASS, or
// `HCIM_STATE` where it reads what it writes, so that its result would depend on cycles.
//
// # Safety
// `accelerator` is a live handle; `words` is 32 numbers; `message` is null or may be written.
int32_t hcim_accelerator_check_pass(const HcimAccelerator *accelerator,
                                    const uint32_t *words,
                                    char **message);

// Makes a model in the state after reset, storage unknown.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_array_new(const char *json, HcimArray **out, char **message);

// Gives a model back.
//
// # Safety
// `array` is null or a live handle.
void hcim_array_free(HcimArray *array);

// Asynchronous reset: control is cleared, scale factors stay, accumulators become unknown.
//
// # Safety
// `array` is a live handle.
int32_t hcim_array_reset(HcimArray *array);

// The outputs of this cycle for these inputs; state does not change.
//
// # Safety
// `array` is a live handle; `ports` and what it points at may be read; `out` may be written.
int32_t hcim_array_eval(HcimArray *array, const HcimArrayIn *ports, HcimArrayOut *out);

// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
//
// # Safety
// `array` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is null
// or may be written.
int32_t hcim_array_check(const HcimArray *array,
                         const HcimArrayIn *ports,
                         const HcimArrayOut *rtl,
                         char **report);

// The rising clock edge that ends this cycle.
//
// # Safety
// `array` is a live handle; `ports` and what it points at may be read.
int32_t hcim_array_clock(HcimArray *array, const HcimArrayIn *ports);

// Stores a row of the scale-factor memory at once, for tests that do not test loading.
//
// # Safety
// `array` is a live handle; `row_bits` is U bits.
int32_t hcim_array_set_scale_row(HcimArray *array, uint32_t row, const uint32_t *row_bits);

// One row as read-back numbers them (scale factors with their parity, then P accumulator rows).
// `known` is 0 where the contract defines no value; then `row_bits` is not written.
//
// # Safety
// `array` is a live handle; `row_bits` has room for U bits; `known` may be written.
int32_t hcim_array_row(const HcimArray *array, uint32_t row, uint32_t *row_bits, uint8_t *known);

// The accumulator of a column as a number, and how many of its rows are architectural now.
//
// # Safety
// `array` is a live handle; `value` and `rows_known` may be written.
int32_t hcim_array_accumulator(const HcimArray *array,
                               uint32_t column,
                               int64_t *value,
                               uint32_t *rows_known);

// Compares one row read back from the RTL; a row that is not architectural compares equal.
//
// # Safety
// `array` is a live handle; `rtl` is U bits; `report` is null or may be written.
int32_t hcim_array_check_row(const HcimArray *array,
                             uint32_t row,
                             const uint32_t *rtl,
                             char **report);

// The control state as text, for failure reports.
//
// # Safety
// `array` is a live handle; `state` may be written.
int32_t hcim_array_state(const HcimArray *array, char **state);

// Reads a configuration; on an error `message` says what is wrong.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_config_new(const char *json, HcimConfig **out, char **message);

// Gives a configuration back.
//
// # Safety
// `config` is null or came from `hcim_config_new` and has not been given back.
void hcim_config_free(HcimConfig *config);

// Everything that follows from a configuration.
//
// # Safety
// `config` is a live handle; `out` may be written.
int32_t hcim_config_derived(const HcimConfig *config, HcimDerived *out);

// Makes a crossbar: all cells and thresholds zero, no faults.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_crossbar_new(const char *json, HcimCrossbar **out, char **message);

// Gives a crossbar back.
//
// # Safety
// `crossbar` is null or a live handle.
void hcim_crossbar_free(HcimCrossbar *crossbar);

// The programming port: one row of C positive and C negative cells.
//
// # Safety
// `crossbar` is a live handle; `positive` and `negative` are C bits each.
int32_t hcim_crossbar_program_row(HcimCrossbar *crossbar,
                                  uint32_t row,
                                  const uint32_t *positive,
                                  const uint32_t *negative);

// The threshold of a column and plane, where thresholds are per column.
//
// # Safety
// `crossbar` is a live handle.
int32_t hcim_crossbar_set_threshold(HcimCrossbar *crossbar,
                                    uint32_t plane,
                                    uint32_t column,
                                    uint32_t threshold);

// A fault of a column: an offset in unit cells that is added to its sum, and comparators stuck at
// 0 or 1 (negative: not stuck).
//
// # Safety
// `crossbar` is a live handle.
int32_t hcim_crossbar_set_fault(HcimCrossbar *crossbar,
                                uint32_t column,
                                int32_t offset,
                                int32_t stuck_pos,
                                int32_t stuck_neg);

// Exact column sums for these word lines, offsets included: C numbers.
//
// # Safety
// `crossbar` is a live handle; `word_lines` is R bits; `sums` has room for C numbers.
int32_t hcim_crossbar_sums(const HcimCrossbar *crossbar, const uint32_t *word_lines, int32_t *sums);

// The comparators that the macro shows at the end of sense phase `sel` (0 where M = 1): CC bits
// each. `threshold` is threshold_i; it is ignored with per-column thresholds and in binary.
//
// # Safety
// `crossbar` is a live handle; `word_lines` is R bits; `pos` and `neg` have room for CC bits.
int32_t hcim_crossbar_compare(const HcimCrossbar *crossbar,
                              const uint32_t *word_lines,
                              uint32_t plane,
                              uint32_t threshold,
                              uint32_t sel,
                              uint32_t *pos,
                              uint32_t *neg);

// Programs every cell from weights: R*O numbers, row-major.
//
// # Safety
// `crossbar` is a live handle; `weights` is `len` numbers.
int32_t hcim_crossbar_load_weights(HcimCrossbar *crossbar, const int32_t *weights, uintptr_t len);

// Loads `folder/network.json`, `folder/expected.json` and the digits' CSV file.
//
// # Safety
// `folder` and `digits` are text; `out` may be written; `message` is null or may be written.
int32_t hcim_network_load(const char *folder,
                          const char *digits,
                          HcimNetwork **out,
                          char **message);

// Gives a network back.
//
// # Safety
// `network` is null or a live handle.
void hcim_network_free(HcimNetwork *network);

// Number of layers and of test images.
//
// # Safety
// `network` is a live handle; `layers` and `images` may be written.
int32_t hcim_network_size(const HcimNetwork *network, uint32_t *layers, uint32_t *images);

// A layer.
//
// # Safety
// `network` is a live handle; `out` may be written.
int32_t hcim_network_layer(const HcimNetwork *network, uint32_t layer, HcimLayer *out);

// JSON text of the smallest configuration that holds a layer (the top is a tile, d = 1).
//
// # Safety
// `network` is a live handle; `json` may be written.
int32_t hcim_network_layer_json(const HcimNetwork *network, uint32_t layer, char **json);

// A layer's weights (R*O numbers) and scale factors (A*U numbers) padded with zeros to the size of
// a configuration, for packing.
//
// # Safety
// `network` and `config` are live handles; `weights` and `scales` have room for so many numbers.
int32_t hcim_network_layer_padded(const HcimNetwork *network,
                                  uint32_t layer,
                                  const HcimConfig *config,
                                  int32_t *weights,
                                  uint32_t *scales);

// Test image `index` (0 .. images - 1) and what the network makes of it.
//
// # Safety
// `network` is a live handle; `out` may be written.
int32_t hcim_network_image(const HcimNetwork *network, uint32_t index, HcimExpected *out);

// Packet of inputs: R numbers.
//
// # Safety
// `cfg` is a live handle; `inputs` is `len` numbers; `packet` has room for `words` words.
int32_t hcim_pack_inputs(const HcimConfig *cfg,
                         const uint16_t *inputs,
                         uintptr_t len,
                         uint32_t *packet,
                         uintptr_t words);

// Packet of weights: R*O sign-magnitude numbers, row-major.
//
// # Safety
// `cfg` is a live handle; `weights` is `len` numbers; `packet` has room for `words` words.
int32_t hcim_pack_weights(const HcimConfig *cfg,
                          const int32_t *weights,
                          uintptr_t len,
                          uint32_t *packet,
                          uintptr_t words);

// Packet of scale factors: A*U numbers, plane-major, column o*W + j; transposed here.
//
// # Safety
// `cfg` is a live handle; `scales` is `len` numbers; `packet` has room for `words` words.
int32_t hcim_pack_scales(const HcimConfig *cfg,
                         const uint32_t *scales,
                         uintptr_t len,
                         uint32_t *packet,
                         uintptr_t words);

// One scale-factor row of the array (U bits) from A*U numbers.
//
// # Safety
// `cfg` is a live handle; `scales` is `len` numbers; `row_bits` has room for U bits.
int32_t hcim_scale_row(const HcimConfig *cfg,
                       const uint32_t *scales,
                       uintptr_t len,
                       uint32_t row,
                       uint32_t *row_bits);

// Packet of per-column thresholds: A*C numbers, plane-major.
//
// # Safety
// `cfg` is a live handle; `thresholds` is `len` numbers; `packet` has room for `words` words.
int32_t hcim_pack_thresholds(const HcimConfig *cfg,
                             const uint32_t *thresholds,
                             uintptr_t len,
                             uint32_t *packet,
                             uintptr_t words);

// Packet of results: O numbers.
//
// # Safety
// `cfg` is a live handle; `results` is `len` numbers; `packet` has room for `words` words.
int32_t hcim_pack_results(const HcimConfig *cfg,
                          const int64_t *results,
                          uintptr_t len,
                          uint32_t *packet,
                          uintptr_t words);

// Results from their packet: O numbers. An element whose padding is not its sign, or padding
// after the last element that is not zero, is `HCIM_RANGE`.
//
// # Safety
// `cfg` is a live handle; `packet` is all words of the packet's beats; `results` has room for O.
int32_t hcim_unpack_results(const HcimConfig *cfg, const uint32_t *packet, int64_t *results);

// Requantisation to the next layer: clamp((y * multiplier + bias + rounding) >> shift, 0, 2^A - 1).
//
// # Safety
// `out` may be written.
int32_t hcim_requantise(int64_t y,
                        int32_t multiplier,
                        int32_t bias,
                        uint32_t shift,
                        uint32_t input_bits,
                        uint32_t *out);

// The last layer's answer: y * multiplier + bias, neither shifted nor clamped.
//
// # Safety
// `out` may be written.
int32_t hcim_affine(int64_t y, int32_t multiplier, int32_t bias, int64_t *out);

// The next 64 random bits (SplitMix64). `state` starts as the seed and is updated.
// A null pointer gives 0.
//
// # Safety
// `state` is null or may be read and written.
uint64_t hcim_random(uint64_t *state);

// A random number below `bound`, 0 if `bound` is 0.
//
// # Safety
// `state` is null or may be read and written.
uint64_t hcim_random_below(uint64_t *state, uint64_t bound);

// Makes a model in the state after reset.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_reduction_new(const char *json, HcimReduction **out, char **message);

// Gives a model back.
//
// # Safety
// `reduction` is null or a live handle.
void hcim_reduction_free(HcimReduction *reduction);

// Asynchronous reset.
//
// # Safety
// `reduction` is a live handle.
int32_t hcim_reduction_reset(HcimReduction *reduction);

// The outputs of this cycle for these inputs; state does not change.
//
// # Safety
// `reduction` is a live handle; `ports` and what it points at may be read; `out` may be written.
int32_t hcim_reduction_eval(HcimReduction *reduction,
                            const HcimReductionIn *ports,
                            HcimReductionOut *out);

// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
//
// # Safety
// `reduction` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is
// null or may be written.
int32_t hcim_reduction_check(const HcimReduction *reduction,
                             const HcimReductionIn *ports,
                             const HcimReductionOut *rtl,
                             char **report);

// The rising clock edge that ends this cycle.
//
// # Safety
// `reduction` is a live handle; `ports` and what it points at may be read.
int32_t hcim_reduction_clock(HcimReduction *reduction, const HcimReductionIn *ports);

// Makes a model in the state after reset.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_result_new(const char *json, HcimResult **out, char **message);

// Gives a model back.
//
// # Safety
// `result` is null or a live handle.
void hcim_result_free(HcimResult *result);

// Asynchronous reset.
//
// # Safety
// `result` is a live handle.
int32_t hcim_result_reset(HcimResult *result);

// The outputs of this cycle for these inputs; state does not change.
//
// # Safety
// `result` is a live handle; `ports` and what it points at may be read; `out` may be written.
int32_t hcim_result_eval(HcimResult *result, const HcimResultIn *ports, HcimResultOut *out);

// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
//
// # Safety
// `result` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is
// null or may be written.
int32_t hcim_result_check(const HcimResult *result,
                          const HcimResultIn *ports,
                          const HcimResultOut *rtl,
                          char **report);

// The rising clock edge that ends this cycle.
//
// # Safety
// `result` is a live handle; `ports` and what it points at may be read.
int32_t hcim_result_clock(HcimResult *result, const HcimResultIn *ports);

// Cycles of an MVM in a steady stream without stalls, from the numbers alone.
//
// # Safety
// `period` may be written.
int32_t hcim_steady_period(uint32_t input_bits,
                           uint32_t scale_bits,
                           uint32_t rows_per_cycle,
                           uint32_t read_rate,
                           uint32_t evaluation_cycles,
                           uint32_t hold,
                           uint64_t *period);

// The same for the array of a configuration, whatever the time of its accumulation; the column reduction never holds it up.
//
// # Safety
// `config` is a live handle; `cycles` may be written.
int32_t hcim_array_period(const HcimConfig *config,
                          uint32_t evaluation_cycles,
                          uint32_t hold,
                          uint64_t *cycles);

// When each MVM's last plane is accepted by the array, for `mvms` MVMs of given planes
// (`kinds`: mvms * A of `HCIM_PLANE_...`) that follow one another without stalls; the first
// evaluation is accepted in cycle 0. The timing counts are those in force (E and h).
// The difference of two entries is what MVM_CYCLES reports. NY digits of a result word are part of
// it, beats of the streams are not. `empty_skip` has no influence: planes say what happens to them.
//
// # Safety
// `config` is a live handle; `kinds` is mvms * A bytes; `accepted` has room for `mvms` numbers.
int32_t hcim_schedule_run(const HcimConfig *config,
                          uint32_t evaluation_cycles,
                          uint32_t hold,
                          uint8_t empty_skip,
                          const uint8_t *kinds,
                          uintptr_t mvms,
                          uint64_t *accepted);

// Makes a model in the state after reset.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_sense_new(const char *json, HcimSense **out, char **message);

// Gives a model back.
//
// # Safety
// `sense` is null or a live handle.
void hcim_sense_free(HcimSense *sense);

// Asynchronous reset.
//
// # Safety
// `sense` is a live handle.
int32_t hcim_sense_reset(HcimSense *sense);

// The outputs of this cycle for these inputs; state does not change.
//
// # Safety
// `sense` is a live handle; `ports` and what it points at may be read; `out` may be written.
int32_t hcim_sense_eval(HcimSense *sense, const HcimSenseIn *ports, HcimSenseOut *out);

// Compares the RTL's outputs of this cycle with the model's; call it before the clock edge.
//
// # Safety
// `sense` is a live handle; `ports`, `rtl` and what they point at may be read; `report` is null
// or may be written.
int32_t hcim_sense_check(const HcimSense *sense,
                         const HcimSenseIn *ports,
                         const HcimSenseOut *rtl,
                         char **report);

// The rising clock edge that ends this cycle.
//
// # Safety
// `sense` is a live handle; `ports` and what it points at may be read.
int32_t hcim_sense_clock(HcimSense *sense, const HcimSenseIn *ports);

// The control state as text, for failure reports.
//
// # Safety
// `sense` is a live handle; `state` may be written.
int32_t hcim_sense_state(const HcimSense *sense, char **state);

// Makes a tile in the state after reset. THRESHOLD registers are 0 and both SKIP bits are off
// until they are set.
//
// # Safety
// `json` is text; `out` may be written; `message` is null or may be written.
int32_t hcim_tile_new(const char *json, HcimTile **out, char **message);

// Gives a tile back.
//
// # Safety
// `tile` is null or a live handle.
void hcim_tile_free(HcimTile *tile);

// Reset: valid flags, registers, counters and errors; not the cells and not the faults.
//
// # Safety
// `tile` is a live handle.
int32_t hcim_tile_reset(HcimTile *tile);

// Register `THRESHOLD[plane]`.
//
// # Safety
// `tile` is a live handle.
int32_t hcim_tile_set_threshold(HcimTile *tile, uint32_t plane, uint32_t value);

// Register SKIP: bits ZERO_PLANE and EMPTY_PLANE. Without `plane_skip` both stay off.
//
// # Safety
// `tile` is a live handle.
int32_t hcim_tile_set_skip(HcimTile *tile, uint8_t zero_plane, uint8_t empty_plane);

// Loads weights: R*O numbers, row-major.
//
// # Safety
// `tile` is a live handle; `weights` is `len` numbers.
int32_t hcim_tile_load_weights(HcimTile *tile, const int32_t *weights, uintptr_t len);

// Loads scale factors: A*U numbers, plane-major, column o*W + j.
//
// # Safety
// `tile` is a live handle; `scales` is `len` numbers.
int32_t hcim_tile_load_scales(HcimTile *tile, const uint32_t *scales, uintptr_t len);

// Loads per-column thresholds: A*C numbers, plane-major.
//
// # Safety
// `tile` is a live handle; `thresholds` is `len` numbers.
int32_t hcim_tile_load_thresholds(HcimTile *tile, const uint32_t *thresholds, uintptr_t len);

// Loads a layer of a reference network, which may be smaller than the tile: weights, scale
// factors and thresholds, the rest zero.
//
// # Safety
// `tile` and `network` are live handles.
int32_t hcim_tile_load_layer(HcimTile *tile, const HcimNetwork *network, uint32_t layer);

// One packet of the input stream: `beats` beats of w_in bits, TLAST on the last.
// `errors` gets the error bits of this packet (0: accepted); a packet in error has no effect but
// on valid flags and the sticky errors. An accepted packet of inputs runs an MVM: `ran` gets 1 and
// its results are read with `hcim_tile_results`.
//
// # Safety
// `tile` is a live handle; `packet` is beats*w_in bits; `errors` and `ran` may be written.
int32_t hcim_tile_packet(HcimTile *tile,
                         uint8_t dest,
                         const uint32_t *packet,
                         uintptr_t beats,
                         uint8_t tile_busy,
                         uint32_t *errors,
                         uint8_t *ran);

// One MVM: R inputs; O results of the tile above to add (null: none); O results out (null: not
// wanted). `HCIM_STATE` and the error bit where something has not been loaded.
//
// # Safety
// `tile` is a live handle; `inputs` is `len` numbers; `chain` is null or O numbers; `results` is
// null or has room for O numbers.
int32_t hcim_tile_mvm(HcimTile *tile,
                      const uint16_t *inputs,
                      uintptr_t len,
                      const int64_t *chain,
                      int64_t *results);

// Compares O results of the RTL with those of the last MVM.
//
// # Safety
// `tile` is a live handle; `rtl` is O numbers; `report` is null or may be written.
int32_t hcim_tile_check_results(const HcimTile *tile, const int64_t *rtl, char **report);

// Compares U accumulators of the RTL with those of the last MVM.
//
// # Safety
// `tile` is a live handle; `rtl` is U numbers; `report` is null or may be written.
int32_t hcim_tile_check_accumulators(const HcimTile *tile, const int64_t *rtl, char **report);

// Adds a fault to a column of the crossbar: an offset in unit cells, and comparators stuck at 0 or
// 1 (negative: not stuck). All zero and negative removes it.
//
// # Safety
// `tile` is a live handle.
int32_t hcim_tile_set_fault(HcimTile *tile,
                            uint32_t column,
                            int32_t offset,
                            int32_t stuck_pos,
                            int32_t stuck_neg);

// Counters and flags.
//
// # Safety
// `tile` is a live handle; `out` may be written.
int32_t hcim_tile_state(const HcimTile *tile, HcimTileState *out);

// Clears sticky error bits.
//
// # Safety
// `tile` is a live handle.
int32_t hcim_tile_clear_errors(HcimTile *tile, uint32_t errors);

// Results of the last MVM: O numbers.
//
// # Safety
// `tile` is a live handle; `results` has room for O numbers.
int32_t hcim_tile_results(const HcimTile *tile, int64_t *results);

// Accumulators after the last MVM: U numbers.
//
// # Safety
// `tile` is a live handle; `accumulators` has room for U numbers.
int32_t hcim_tile_accumulators(const HcimTile *tile, int64_t *accumulators);

// The codes of a plane of the last MVM: U bits each, and `HCIM_PLANE_...`. A plane that was not
// evaluated reads as zeros. Pointers may be null.
//
// # Safety
// `tile` is a live handle; `nonzero` and `negative` are null or have room for U bits; `kind` is
// null or may be written.
int32_t hcim_tile_codes(const HcimTile *tile,
                        uint32_t plane,
                        uint32_t *nonzero,
                        uint32_t *negative,
                        uint8_t *kind);

// Writes vectors of a random tile run (see the module `vectors`) to an existing folder.
//
// # Safety
// `json` and `folder` are text; `message` is null or may be written.
int32_t hcim_vectors_write(const char *json,
                           uint64_t seed,
                           uint32_t mvms,
                           const char *folder,
                           char **message);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HCIM_GOLDEN_H */
