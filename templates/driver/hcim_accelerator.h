{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim accelerator, for any configuration. C99; needs neither an operating system nor a heap.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 *
 * It stands on the driver of a tile: hcim_acc_open_tile gives the tiles one by one. The port is that of
 * hcim_driver.h; offsets have 24 bits, a beat of the result stream is 8 bytes, and a packet of it is a position.
 * What waits is bounded by accelerator->polls. After HCIM_ERROR_TILE the bits of the accelerator's register ERROR are
 * in accelerator->errors (hcim_acc_errors_text names them) and cleared in it.
 */
#ifndef HCIM_ACCELERATOR_H
#define HCIM_ACCELERATOR_H

#include "hcim_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the accelerator is, as read from its registers. */
struct hcim_accelerator_shape {
    uint32_t rows;             /* R */
    uint32_t cols;             /* C */
    uint32_t input_bits;       /* A: bits of an activation */
    uint32_t weight_slices;    /* W */
    uint32_t scale_bits;       /* S */
    uint32_t tiles;            /* K: tiles of a lane */
    uint32_t lanes;            /* N */
    uint32_t word_elements;    /* G: activations of a word */
    uint32_t activation_words;
    uint32_t constant_entries;
    uint32_t passes;
};

struct hcim_accelerator {
    struct hcim_port port;
    struct hcim_accelerator_shape shape;
    struct hcim_identity identity; /* as read */
    uint32_t polls;                /* polls before HCIM_ERROR_TIMEOUT; may be changed at any time */
    uint32_t errors;               /* bits of the register ERROR at the last HCIM_ERROR_TILE */
};

/* A tile of an accelerator: give &tile to the functions of hcim_driver.h that load, set and read back. Runs are the
   accelerator's. It must stay where it is while it is used. */
struct hcim_accelerator_tile {
    struct hcim_accelerator *accelerator;
    uint32_t number;
    struct hcim_tile tile;
};

struct hcim_constant {
    int16_t multiplier;
    int32_t bias;
};

#define HCIM_PASS_WORDS 32u

/* What a tile holds, as packets; NULL where this configuration has no such packet. */
struct hcim_program_load {
    uint32_t tile;
    const uint8_t *weights;
    size_t weight_bytes;
    const uint8_t *scales;
    size_t scale_bytes;
    const uint8_t *column_thresholds;
    size_t column_threshold_bytes;
    const uint16_t *thresholds; /* A of them */
};

/* What a pass streams. */
struct hcim_program_stream {
    uint32_t positions;
    uint32_t channels;
};

struct hcim_program_phase {
    const struct hcim_program_load *loads;
    uint32_t load_count;
    const struct hcim_constant *constants;
    uint32_t constant_count;
    const uint32_t *passes; /* HCIM_PASS_WORDS words each */
    uint32_t pass_count;
    const struct hcim_program_stream *streams;
    uint32_t stream_count;
};

/* A network as `hcim map --out` writes it (program.c). With one phase everything stays loaded; with more, each is
   loaded and run for every image. */
struct hcim_program {
    const char *network;
    struct hcim_identity identity;
    uint32_t image_base; /* word of the activation memory */
    uint32_t image_pixels;
    uint32_t image_channels;
    uint32_t scores; /* numbers that hcim_acc_infer gives */
    const struct hcim_program_phase *phases;
    uint32_t phase_count;
};

/* Compares the accelerator with identity (NULL: any configuration), reads its shape, clears old errors and interrupts,
   and enables the interrupts if port->wait is given. */
enum hcim_status hcim_acc_open(struct hcim_accelerator *accelerator, const struct hcim_port *port,
                                       const struct hcim_identity *identity);

/* Tile lane * K + k. The tile's abort interrupt is enabled: with it an abort of the tile ends the run. */
enum hcim_status hcim_acc_open_tile(struct hcim_accelerator *accelerator, uint32_t number,
                                            struct hcim_accelerator_tile *tile);

/* Entries of the constant memory from first on. */
enum hcim_status hcim_acc_set_constants(struct hcim_accelerator *accelerator, uint32_t first,
                                                const struct hcim_constant *constants, uint32_t count);

/* Passes of the program memory from first on, HCIM_PASS_WORDS words each. */
enum hcim_status hcim_acc_set_passes(struct hcim_accelerator *accelerator, uint32_t first,
                                             const uint32_t *words, uint32_t count);

/* A map of activations, elements[pixel * channels + channel], to the word address of the activation memory; each pixel
   begins a word. */
enum hcim_status hcim_acc_write_map(struct hcim_accelerator *accelerator, uint32_t address,
                                            const uint8_t *elements, uint32_t pixels, uint32_t channels);

/* Starts count passes from first on. Scores that the passes stream must be received, or the run stands. */
enum hcim_status hcim_acc_start(struct hcim_accelerator *accelerator, uint32_t first, uint32_t count);

/* Receives values[position * channels + channel]. */
enum hcim_status hcim_acc_receive(struct hcim_accelerator *accelerator, int64_t *values, uint32_t positions,
                                          uint32_t channels);

/* Waits until the run is done, aborted or stopped by an error, or pauses; paused (may be NULL) says which. */
enum hcim_status hcim_acc_wait(struct hcim_accelerator *accelerator, int *paused);
enum hcim_status hcim_acc_resume(struct hcim_accelerator *accelerator);

/* Stops a run; what is loaded stays. port->discard must be given if scores may stand in the way. */
enum hcim_status hcim_acc_abort(struct hcim_accelerator *accelerator);

/* Compares the program's configuration with the accelerator's (HCIM_ERROR_VERSION, HCIM_ERROR_DIGEST: nothing was
   changed), and loads it, if it has one phase. */
enum hcim_status hcim_acc_load(struct hcim_accelerator *accelerator, const struct hcim_program *program);

/* One image through a loaded program; gives program->scores numbers. */
enum hcim_status hcim_acc_infer(struct hcim_accelerator *accelerator, const struct hcim_program *program,
                                        const uint8_t *image, int64_t *scores);

/* Cycles of runs without pauses. */
enum hcim_status hcim_acc_read_cycles(struct hcim_accelerator *accelerator, uint64_t *cycles);
enum hcim_status hcim_acc_clear_counters(struct hcim_accelerator *accelerator);

/* HCIM_OK, or HCIM_ERROR_TILE with accelerator->errors; clears them in the accelerator. */
enum hcim_status hcim_acc_check(struct hcim_accelerator *accelerator);

/* Names of error bits, as hcim_errors_text. */
size_t hcim_acc_errors_text(uint32_t errors, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
