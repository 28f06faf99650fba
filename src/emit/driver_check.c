/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the driver against a pretended tile and compares each bit of each packet with the rule. */
#include <stdio.h>
#include <string.h>

#include "check_regs.h"
#include "hcim_driver.h"

enum { R = CHECK_ROWS, C = CHECK_COLS, A = CHECK_INPUT_BITS, W = CHECK_WEIGHT_SLICES };
enum { S = CHECK_SCALE_BITS, O = CHECK_OUTPUTS, U = CHECK_USED_COLUMNS };
enum { BYTES = 1 << 16 };

struct pretended {
    uint32_t words[1024];
    uint8_t packet[BYTES];
    size_t length;
    uint32_t dest;
    int ended;
    size_t served;
};

static struct pretended tile_state;
static int failures;

static void check(int good, const char *what) {
    if (!good) {
        printf("failed: %s\n", what);
        failures++;
    }
}

static int read_word(void *context, uint32_t offset, uint32_t *value) {
    struct pretended *p = context;
    *value = p->words[offset / 4u];
    return 0;
}

static int write_word(void *context, uint32_t offset, uint32_t value) {
    struct pretended *p = context;
    if (offset == CHECK_MVM_COUNT_OFFSET && (p->words[CHECK_STATUS_OFFSET / 4u] & CHECK_STATUS_BUSY_MASK)) {
        p->words[CHECK_ERROR_OFFSET / 4u] |= CHECK_ERROR_WRITE_BUSY_MASK;
        return 1;
    }
    if (offset == CHECK_ERROR_OFFSET || offset == CHECK_IRQ_STATUS_OFFSET) {
        p->words[offset / 4u] &= ~value;
    } else if (offset == CHECK_CTRL_OFFSET) {
        p->words[CHECK_IRQ_STATUS_OFFSET / 4u] |= CHECK_IRQ_STATUS_DONE_MASK;
        if (p->words[CHECK_MVM_COUNT_OFFSET / 4u] == 0) {
            p->words[CHECK_ERROR_OFFSET / 4u] |= CHECK_ERROR_BAD_COUNT_MASK;
        }
    } else {
        p->words[offset / 4u] = value;
    }
    return 0;
}

static int send(void *context, uint32_t dest, const uint8_t *bytes, size_t count, int last) {
    struct pretended *p = context;
    if (p->ended) {
        p->length = 0;
        p->ended = 0;
    }
    check(count != 0 && count <= HCIM_CHUNK_BYTES && count % (CHECK_INPUT_BEAT / 8) == 0, "chunk of whole beats");
    memcpy(p->packet + p->length, bytes, count);
    p->length += count;
    p->dest = dest;
    p->ended = last;
    return 0;
}

/* Byte n of every result packet is n * 37 + 1. */
static int receive(void *context, uint8_t *bytes, size_t count, int last) {
    struct pretended *p = context;
    size_t i;
    for (i = 0; i < count; i++) {
        bytes[i] = (uint8_t)((p->served + i) * 37u + 1u);
    }
    p->served = last ? 0 : p->served + count;
    return 0;
}

static int bit(size_t index) {
    return (tile_state.packet[index / 8u] >> (index % 8u)) & 1;
}

static void check_packet(uint32_t dest, size_t bits, const char *what) {
    size_t beat = CHECK_INPUT_BEAT / 8, beats = (bits + CHECK_INPUT_BEAT - 1) / CHECK_INPUT_BEAT, i;
    int clean = 1;
    check(tile_state.ended && tile_state.dest == dest && tile_state.length == beats * beat, what);
    for (i = bits; i < 8u * tile_state.length; i++) {
        clean &= !bit(i);
    }
    check(clean, "padding is zero");
}

static uint32_t seed = 1;

static uint32_t next(uint32_t limit) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % limit;
}

static int16_t weights[R * O];
static uint16_t scales[A * U];
static uint16_t codes[A * U];
static uint8_t inputs[3 * R];
static int64_t results[3 * O];

static void check_weights(struct hcim_tile *tile) {
    int r, c, good = 1;
    for (r = 0; r < R * O; r++) {
        weights[r] = (int16_t)((int)next(2u * (1u << W) - 1u) - ((1 << W) - 1));
    }
    check(hcim_load_weights(tile, weights) == HCIM_OK, "weights load");
    check_packet(1, (size_t)R * 2 * C, "weight packet");
    for (r = 0; r < R; r++) {
        for (c = 0; c < C; c++) {
            int w = c < U ? weights[r * O + c / W] : 0;
            good &= bit((size_t)(r * 2) * C + (size_t)c) == (w > 0 && ((w >> (c % W)) & 1));
            good &= bit((size_t)(r * 2 + 1) * C + (size_t)c) == (w < 0 && ((-w >> (c % W)) & 1));
        }
    }
    check(good, "weight bits");
    weights[0] = 1 << W;
    check(hcim_load_weights(tile, weights) == HCIM_ERROR_ARGUMENT, "weight out of range");
}

static void check_scales(struct hcim_tile *tile) {
    int parity = (int)(CHECK_FORMAT_RESET >> 27 & 1u), rows = S + parity;
    int i, k, c, ones, good = 1;
    for (i = 0; i < A * U; i++) {
        scales[i] = (uint16_t)next(1u << S);
    }
    check(hcim_load_scales(tile, scales) == HCIM_OK, "scale factors load");
    check_packet(2, (size_t)(A * rows) * C, "scale packet");
    for (i = 0; i < A; i++) {
        for (c = 0; c < C; c++) {
            int q = c < U ? scales[i * U + c] : 0;
            ones = 0;
            for (k = 0; k < S; k++) {
                good &= bit((size_t)(i * rows + k) * C + (size_t)c) == ((q >> k) & 1);
                ones += (q >> k) & 1;
            }
            good &= !parity || bit((size_t)(i * rows + S) * C + (size_t)c) == ones % 2;
        }
    }
    check(good, "scale bits");
    check(tile->shape.parity == parity, "parity");
}

static void check_thresholds(struct hcim_tile *tile) {
    int i, c, k, good = 1, t = (int)tile->shape.threshold_bits;
    for (i = 0; i < A * U; i++) {
        codes[i] = (uint16_t)next(R + 1u);
    }
    check(hcim_set_thresholds(tile, codes) == HCIM_ERROR_ABSENT, "no thresholds per tile");
    check(hcim_load_thresholds(tile, codes) == HCIM_OK, "thresholds load");
    check_packet(3, (size_t)A * C * (size_t)t, "threshold packet");
    for (i = 0; i < A; i++) {
        for (c = 0; c < C; c++) {
            for (k = 0; k < t; k++) {
                int code = c < U ? codes[i * U + c] : 0;
                good &= bit((size_t)((i * C + c) * t + k)) == ((code >> k) & 1);
            }
        }
    }
    check(good, "threshold bits");
}

static void check_run(struct hcim_tile *tile) {
    int r, k, o, i, good = 1, size = (int)tile->shape.result_bytes;
    for (r = 0; r < 3 * R; r++) {
        inputs[r] = (uint8_t)next(1u << A);
    }
    check(hcim_run(tile, 3, inputs, results) == HCIM_OK, "run");
    check_packet(0, (size_t)R * A, "input packet");
    for (r = 0; r < R; r++) {
        for (k = 0; k < A; k++) {
            good &= bit((size_t)(r * A + k)) == ((inputs[2 * R + r] >> k) & 1);
        }
    }
    check(good, "input bits");
    for (o = 0; o < 3 * O; o++) {
        int64_t value = 0, weight = 1;
        for (i = 0; i < size; i++) {
            value += weight * (uint8_t)((o % O * size + i) * 37 + 1);
            weight *= 256;
        }
        good &= results[o] == (value >= weight / 2 ? value - weight : value);
    }
    check(good, "results");
}

static void check_errors(struct hcim_tile *tile) {
    char text[64];
    check(hcim_start(tile, 0) == HCIM_ERROR_TILE, "start of nothing");
    check(tile->errors == CHECK_ERROR_BAD_COUNT_MASK, "the error is kept");
    check(tile_state.words[CHECK_ERROR_OFFSET / 4u] == 0, "and cleared in the tile");
    check(hcim_errors_text(tile->errors, text, sizeof text) == strlen(text), "length of the text");
    check(strncmp(text, "BAD_COUNT: ", 11) == 0, "name of the error");
    check(hcim_errors_text(0x3ffu, text, 4) > 4 && strlen(text) == 3, "text that is cut");
    tile_state.words[CHECK_STATUS_OFFSET / 4u] |= CHECK_STATUS_BUSY_MASK;
    check(hcim_start(tile, 1) == HCIM_ERROR_BUSY, "start while busy");
    tile->polls = 3;
    tile_state.words[CHECK_IRQ_STATUS_OFFSET / 4u] = 0;
    check(hcim_wait(tile) == HCIM_ERROR_TIMEOUT, "bounded wait");
    check(hcim_set_chain(tile, 1, 1) == HCIM_ERROR_ABSENT, "no chain");
}

int main(void) {
    static const struct hcim_identity identity = CHECK_IDENTITY;
    struct hcim_identity other = CHECK_IDENTITY;
    struct hcim_port port = { &tile_state, read_word, write_word, send, receive, NULL, NULL };
    struct hcim_tile tile;
    check(hcim_open(&tile, &port, &identity) == HCIM_ERROR_ID, "open nothing");
    tile_state.words[CHECK_ID_OFFSET / 4u] = CHECK_ID_RESET;
    check(hcim_open(&tile, &port, &identity) == HCIM_ERROR_VERSION, "open another version");
    tile_state.words[CHECK_VERSION_OFFSET / 4u] = CHECK_VERSION_RESET;
    tile_state.words[CHECK_DIGEST_LO_OFFSET / 4u] = CHECK_DIGEST_LO_RESET;
    tile_state.words[CHECK_DIGEST_HI_OFFSET / 4u] = CHECK_DIGEST_HI_RESET;
    tile_state.words[CHECK_SHAPE_OFFSET / 4u] = CHECK_SHAPE_RESET;
    tile_state.words[CHECK_FORMAT_OFFSET / 4u] = CHECK_FORMAT_RESET;
    tile_state.words[CHECK_STREAM_OFFSET / 4u] = CHECK_STREAM_RESET;
    tile_state.words[CHECK_RESULT_OFFSET / 4u] = CHECK_RESULT_RESET;
    tile_state.words[CHECK_STATUS_OFFSET / 4u] = 0xeu;
    other.digest_hi ^= 1u;
    check(hcim_open(&tile, &port, &other) == HCIM_ERROR_DIGEST, "open another configuration");
    check(hcim_open(&tile, &port, NULL) == HCIM_OK, "open any configuration");
    check(hcim_open(&tile, &port, &identity) == HCIM_OK, "open");
    check(tile.shape.array_rows == CHECK_ARRAY_ROWS && tile.shape.array_row_words == CHECK_ARRAY_ROW_WORDS, "shape");
    check_weights(&tile);
    check_scales(&tile);
    check_thresholds(&tile);
    check_run(&tile);
    check_errors(&tile);
    return failures != 0;
}
