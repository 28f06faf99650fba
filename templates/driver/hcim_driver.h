{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim tile, for any configuration. C99; needs neither an operating system nor a heap.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 *
 * The driver reaches a tile through struct hcim_port alone. Everything that waits is bounded by
 * tile->polls. Functions return HCIM_OK or say what went wrong; after HCIM_ERROR_TILE the bits of
 * the register ERROR are in tile->errors (hcim_errors_text names them) and cleared in the tile.
 */
#ifndef HCIM_DRIVER_H
#define HCIM_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hcim_status {
    HCIM_OK = 0,
    HCIM_ERROR_ARGUMENT, /* a value that the tile's configuration does not allow; nothing was sent */
    HCIM_ERROR_REFUSED,  /* a register access was answered with an error */
    HCIM_ERROR_BUSY,     /* a register that cannot be written during a run; nothing changed */
    HCIM_ERROR_STREAM,   /* the port could not send or receive a packet */
    HCIM_ERROR_ID,       /* there is no hcim tile at this address */
    HCIM_ERROR_VERSION,  /* the tile comes from another version of the generator */
    HCIM_ERROR_DIGEST,   /* the tile has another configuration */
    HCIM_ERROR_ABSENT,   /* this configuration has no such register or packet */
    HCIM_ERROR_TILE,     /* the tile reported errors: see tile->errors */
    HCIM_ERROR_ABORTED,  /* the run was aborted */
    HCIM_ERROR_TIMEOUT   /* not done after tile->polls polls */
};

/* What a packet of the input stream is: the value of TDEST. */
enum hcim_dest { HCIM_INPUTS = 0, HCIM_WEIGHTS = 1, HCIM_SCALES = 2, HCIM_THRESHOLDS = 3 };

/*
 * Access to a tile. read, write, send and receive return 0 on success. offset is in bytes.
 * send and receive move part of a packet: a multiple of the stream's width, at most
 * HCIM_CHUNK_BYTES; byte i of a beat is TDATA[8*i+7:8*i]; last says that the packet ends here
 * (TLAST on the last beat). They must give up after a time of their own choice.
 * discard, if not NULL, takes and drops what the result stream offers at the moment.
 * wait, if not NULL, is called between the polls of hcim_wait: it returns when irq_o is high, or
 * after a time of its own choice. With it, hcim_open enables the interrupts.
 */
struct hcim_port {
    void *context;
    int (*read)(void *context, uint32_t offset, uint32_t *value);
    int (*write)(void *context, uint32_t offset, uint32_t value);
    int (*send)(void *context, uint32_t dest, const uint8_t *bytes, size_t count, int last);
    int (*receive)(void *context, uint8_t *bytes, size_t count, int last);
    void (*discard)(void *context);
    void (*wait)(void *context);
};

#define HCIM_CHUNK_BYTES 64u

/* What a tile is expected to be: the macro <NAME>_IDENTITY of <name>_regs.h initialises it. */
struct hcim_identity {
    uint32_t version;
    uint32_t digest_lo;
    uint32_t digest_hi;
};

/* What the tile is, as read from its registers. */
struct hcim_shape {
    uint32_t rows;             /* R */
    uint32_t cols;             /* C */
    uint32_t input_bits;       /* A */
    uint32_t weight_slices;    /* W */
    uint32_t scale_bits;       /* S */
    uint32_t outputs;          /* O */
    uint32_t used_columns;     /* U = O * W */
    uint32_t threshold_bits;   /* T */
    uint32_t array_rows;       /* rows of read-back */
    uint32_t array_row_words;  /* words of a row of read-back */
    uint32_t input_beat_bytes;
    uint32_t output_beat_bytes;
    uint32_t result_bytes;     /* bytes of a result in the result stream */
    uint32_t segments;         /* K */
    int ternary;
    int parity;                /* each scale factor has a parity bit, which hcim_load_scales adds */
    int thresholds_per_column;
    int plane_skip;
};

struct hcim_tile {
    struct hcim_port port;
    struct hcim_shape shape;
    uint32_t polls;  /* polls before HCIM_ERROR_TIMEOUT; may be changed at any time */
    uint32_t errors; /* bits of the register ERROR at the last HCIM_ERROR_TILE */
};

#define HCIM_DEFAULT_POLLS 1000000u

struct hcim_timing {
    uint8_t precharge; /* 1 .. 255 */
    uint8_t evaluate;  /* 1 .. 255 */
    uint8_t sense;     /* 1 .. 255 */
    uint8_t hold;      /* 0 .. 255 */
    uint16_t timeout;  /* 1 .. 65535 */
};

struct hcim_counters {
    uint64_t cycles;
    uint32_t planes_skipped;
    uint32_t planes_empty;
    uint32_t mvm_cycles;
    uint32_t mvm_done;
};

/* Compares the tile with identity (NULL: any configuration), reads its shape, clears old errors
   and interrupts, and enables the interrupts if port->wait is given. */
enum hcim_status hcim_open(struct hcim_tile *tile, const struct hcim_port *port,
                           const struct hcim_identity *identity);

enum hcim_status hcim_set_timing(struct hcim_tile *tile, const struct hcim_timing *timing);
enum hcim_status hcim_set_skip(struct hcim_tile *tile, int zero_plane, int empty_plane);
enum hcim_status hcim_set_chain(struct hcim_tile *tile, int in_enable, int out_enable);

/* Thresholds per tile: A codes, 0 .. R. */
enum hcim_status hcim_set_thresholds(struct hcim_tile *tile, const uint16_t *codes);

/* Thresholds per column: codes[i*U + c] of bit plane i and column c. */
enum hcim_status hcim_load_thresholds(struct hcim_tile *tile, const uint16_t *codes);

/* weights[r*O + o] of row r and output o, -(2^W - 1) .. 2^W - 1. */
enum hcim_status hcim_load_weights(struct hcim_tile *tile, const int16_t *weights);

/* scales[i*U + o*W + j] of bit plane i, output o and slice j, 0 .. 2^S - 1. */
enum hcim_status hcim_load_scales(struct hcim_tile *tile, const uint16_t *scales);

/* Starts count multiplications; hcim_send_input and hcim_receive_result feed and drain them.
   The tile buffers two inputs: receive result n - 2 before sending input n. */
enum hcim_status hcim_start(struct hcim_tile *tile, uint32_t count);
enum hcim_status hcim_send_input(struct hcim_tile *tile, const uint8_t *input);
enum hcim_status hcim_receive_result(struct hcim_tile *tile, int64_t *result);

/* Waits until the run is done, aborted, or stopped by an error. */
enum hcim_status hcim_wait(struct hcim_tile *tile);

/* All of a run: count inputs of R elements, count results of O elements. After an error the tile may
   still be busy: hcim_abort brings it back. */
enum hcim_status hcim_run(struct hcim_tile *tile, uint32_t count, const uint8_t *inputs,
                          int64_t *results);

/* Stops a run; loaded values stay. port->discard must be given if results may stand in the way. */
enum hcim_status hcim_abort(struct hcim_tile *tile);

/* Array row: scale-factor bit k of plane i is row i*S + k, accumulator bit r is row A*S + r.
   count words of 32 columns; shape.array_row_words is all of them. */
enum hcim_status hcim_read_row(struct hcim_tile *tile, uint32_t row, uint32_t *words, size_t count);

enum hcim_status hcim_read_counters(struct hcim_tile *tile, struct hcim_counters *counters);
enum hcim_status hcim_clear_counters(struct hcim_tile *tile);
enum hcim_status hcim_read_status(struct hcim_tile *tile, uint32_t *status);

/* HCIM_OK, or HCIM_ERROR_TILE with tile->errors if the tile has errors; clears them in the tile. */
enum hcim_status hcim_check(struct hcim_tile *tile);

/* A sentence for a status. */
const char *hcim_status_text(enum hcim_status status);

/* Writes the names of error bits, one after another, and returns the length that all of them
   have, as snprintf does. */
size_t hcim_errors_text(uint32_t errors, char *text, size_t size);

/* Polls the register at offset until (value & mask) == expected. */
enum hcim_status hcim_poll(struct hcim_tile *tile, uint32_t offset, uint32_t mask,
                           uint32_t expected);

#ifdef __cplusplus
}
#endif

#endif
