/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs the driver of accelerators against a pretended one: what is written where, and what is refused. The accelerator has
   2 lanes of 2 tiles, 4-bit elements, words of 4, 64 words, 16 constants, 4 passes. */
#include <stdio.h>
#include <string.h>

#include "check_accelerator_regs.h"
#include "check_regs.h"
#include "hcim_accelerator.h"

enum { TILES = 4, WORD_BYTES = CHECK_ACCELERATOR_WORD_BITS / 8 };

struct pretended {
    uint32_t words[1024];
    uint32_t tiles[TILES][1024];
    uint32_t program[4 * 32];
    uint32_t constants[2 * 16];
    uint8_t memory[64 * WORD_BYTES];
    uint8_t packet[TILES][4][512];
    size_t length[TILES][4];
    size_t activations; /* bytes of the packet under way */
    unsigned served;    /* beats */
    int busy;
};

static struct pretended state;
static int failures;

static void check(int good, const char *what) {
    if (!good) {
        printf("failed: %s\n", what);
        failures++;
    }
}

static uint32_t *place(uint32_t offset) {
    if (offset < 0x1000u) {
        return &state.words[offset / 4u];
    }
    if (offset < 0x1000u * (1u + TILES)) {
        return &state.tiles[offset / 0x1000u - 1u][offset % 0x1000u / 4u];
    }
    if (offset >= 0x600000u && offset - 0x600000u < sizeof state.program) {
        return &state.program[(offset - 0x600000u) / 4u];
    }
    if (offset >= 0x700000u && offset - 0x700000u < sizeof state.constants) {
        return &state.constants[(offset - 0x700000u) / 4u];
    }
    return NULL;
}

static int read_word(void *context, uint32_t offset, uint32_t *value) {
    const uint32_t *from = place(offset);
    (void)context;
    *value = from == NULL ? 0 : *from;
    return from == NULL;
}

static int write_word(void *context, uint32_t offset, uint32_t value) {
    uint32_t *to = place(offset);
    const uint32_t in_tile = offset % 0x1000u;
    (void)context;
    if (to == NULL) {
        return 1;
    }
    if (state.busy && offset >= 0x1000u) {
        state.words[CHECK_ACCELERATOR_ERROR_OFFSET / 4u] |= CHECK_ACCELERATOR_ERROR_WRITE_BUSY_MASK;
        return 1;
    }
    if (offset < 0x600000u && (in_tile == CHECK_ERROR_OFFSET || in_tile == CHECK_IRQ_STATUS_OFFSET)) {
        *to &= ~value; /* the same addresses in a tile and in the accelerator */
    } else if (offset == CHECK_ACCELERATOR_CTRL_OFFSET) {
        if ((value & CHECK_ACCELERATOR_CTRL_START_MASK) != 0) {
            state.words[CHECK_ACCELERATOR_IRQ_STATUS_OFFSET / 4u] |= CHECK_ACCELERATOR_IRQ_STATUS_DONE_MASK;
            if (state.words[CHECK_ACCELERATOR_PASS_COUNT_OFFSET / 4u] == 0) {
                state.words[CHECK_ACCELERATOR_ERROR_OFFSET / 4u] |= CHECK_ACCELERATOR_ERROR_BAD_START_MASK;
            }
        }
    } else {
        *to = value;
    }
    return 0;
}

static int send(void *context, uint32_t dest, const uint8_t *bytes, size_t count, int last) {
    const uint32_t tile = state.words[CHECK_ACCELERATOR_LOAD_TILE_OFFSET / 4u];
    (void)context;
    check(count != 0 && count <= HCIM_CHUNK_BYTES && count % WORD_BYTES == 0, "chunk of whole beats");
    if (dest == HCIM_INPUTS) {
        const size_t base = (size_t)state.words[CHECK_ACCELERATOR_ACT_ADDR_OFFSET / 4u] * WORD_BYTES;
        memcpy(state.memory + base + state.activations, bytes, count);
        state.activations = last ? 0 : state.activations + count;
        return 0;
    }
    memcpy(state.packet[tile][dest] + state.length[tile][dest], bytes, count);
    state.length[tile][dest] += count;
    state.tiles[tile][CHECK_STATUS_OFFSET / 4u] |= 1u << dest;
    return 0;
}

/* Beat n is -n; the last flag must come with each third one. */
static int receive(void *context, uint8_t *bytes, size_t count, int last) {
    size_t beat, i;
    (void)context;
    for (beat = 0; beat < count / 8u; beat++) {
        const uint64_t value = (uint64_t)0 - state.served++;
        for (i = 0; i < 8u; i++) {
            bytes[beat * 8u + i] = (uint8_t)(value >> (8u * i));
        }
    }
    check(last == (state.served % 3u == 0), "the end of a position");
    return 0;
}

static void reset(void) {
    static const uint32_t identity[] = CHECK_ACCELERATOR_IDENTITY;
    int t;
    memset(&state, 0, sizeof state);
    state.words[CHECK_ACCELERATOR_ID_OFFSET / 4u] = CHECK_ACCELERATOR_ID_RESET;
    state.words[CHECK_ACCELERATOR_SHAPE_OFFSET / 4u] = CHECK_ACCELERATOR_SHAPE_RESET;
    state.words[CHECK_ACCELERATOR_FORMAT_OFFSET / 4u] = CHECK_ACCELERATOR_FORMAT_RESET;
    state.words[CHECK_ACCELERATOR_GRID_OFFSET / 4u] = CHECK_ACCELERATOR_GRID_RESET;
    state.words[CHECK_ACCELERATOR_MEMORY_OFFSET / 4u] = CHECK_ACCELERATOR_MEMORY_RESET;
    memcpy(&state.words[CHECK_ACCELERATOR_VERSION_OFFSET / 4u], identity, sizeof identity);
    for (t = 0; t < TILES; t++) {
        state.tiles[t][CHECK_ID_OFFSET / 4u] = CHECK_ID_RESET;
        state.tiles[t][CHECK_SHAPE_OFFSET / 4u] = CHECK_SHAPE_RESET;
        state.tiles[t][CHECK_FORMAT_OFFSET / 4u] = CHECK_FORMAT_RESET;
        state.tiles[t][CHECK_STREAM_OFFSET / 4u] = CHECK_STREAM_RESET;
        state.tiles[t][CHECK_RESULT_OFFSET / 4u] = CHECK_RESULT_RESET;
        state.tiles[t][CHECK_STATUS_OFFSET / 4u] = 8u; /* thresholds are registers */
        memcpy(&state.tiles[t][CHECK_VERSION_OFFSET / 4u], identity, sizeof identity);
    }
}

static const uint8_t weights[70] = { 1, 2, 3, [69] = 9 };
static const uint8_t scales[3] = { 7, 8, 9 };
static const uint16_t thresholds[CHECK_INPUT_BITS] = { 1, 2, 3, 1 };
static const struct hcim_program_load loads[] = {
    { 3, weights, sizeof weights, scales, sizeof scales, NULL, 0, thresholds },
};
static const struct hcim_constant constants[] = { { -3, -70000 }, { 5, 6 } };
static const uint32_t passes[64] = { 11, [31] = 12, [32] = 13, [63] = 14 };
static const struct hcim_program_stream streams[] = { { 2, 3 } };
static const struct hcim_program_phase phases[] = { { loads, 1, constants, 2, passes, 2, streams, 1 } };
static const struct hcim_program program = {
    "made", CHECK_ACCELERATOR_IDENTITY, 5, 3, 6, 6, phases, 1,
};

static void check_program(struct hcim_accelerator *accelerator) {
    uint8_t image[18];
    int64_t scores[6];
    int i, good = 1;
    for (i = 0; i < 18; i++) {
        image[i] = (uint8_t)(i % 16);
    }
    check(hcim_acc_load(accelerator, &program) == HCIM_OK, "load");
    check(state.length[3][1] == 70 && memcmp(state.packet[3][1], weights, 70) == 0, "weights");
    check(state.length[3][2] == 4 && memcmp(state.packet[3][2], scales, 3) == 0, "scale factors, padded to a beat");
    check(state.tiles[3][CHECK_THRESHOLD_OFFSET(2) / 4u] == 3, "thresholds");
    check(state.tiles[3][CHECK_IRQ_ENABLE_OFFSET / 4u] == CHECK_IRQ_ENABLE_ABORTED_MASK, "interrupt of a tile");
    check(state.constants[0] == (uint32_t)-70000 && state.constants[1] == 0xfffdu && state.constants[3] == 5, "constants");
    check(state.program[0] == 11 && state.program[31] == 12 && state.program[32] == 13 && state.program[63] == 14, "passes");
    check(hcim_acc_infer(accelerator, &program, image, scores) == HCIM_OK, "infer");
    /* Pixels of 6 channels take two words of 4 elements of 4 bits. */
    for (i = 0; i < 18; i++) {
        const size_t element = (size_t)(i / 6 * 8 + i % 6);
        const uint8_t byte = state.memory[5 * WORD_BYTES + element / 2];
        good &= ((byte >> (element % 2 * 4)) & 15) == image[i];
    }
    check(good, "image");
    for (i = 0; i < 6; i++) {
        good &= scores[i] == -i;
    }
    check(good, "scores");
    image[0] = 16;
    check(hcim_acc_infer(accelerator, &program, image, scores) == HCIM_ERROR_ARGUMENT, "element out of range");
}

static void check_refusals(struct hcim_accelerator *accelerator) {
    struct hcim_program other = program;
    struct hcim_accelerator_tile tile;
    char text[64];
    reset();
    other.identity.digest_lo ^= 1u;
    check(hcim_acc_load(accelerator, &other) == HCIM_ERROR_DIGEST, "program of another configuration");
    other = program;
    other.identity.version ^= 1u;
    check(hcim_acc_load(accelerator, &other) == HCIM_ERROR_VERSION, "program of another version");
    check(state.length[3][1] == 0 && state.program[0] == 0, "and nothing is written");
    check(hcim_acc_open_tile(accelerator, TILES, &tile) == HCIM_ERROR_ARGUMENT, "no such tile");
    check(hcim_acc_set_passes(accelerator, 3, passes, 2) == HCIM_ERROR_ARGUMENT, "no such pass");
    check(hcim_acc_set_constants(accelerator, 15, constants, 2) == HCIM_ERROR_ARGUMENT, "no such constant");
    check(hcim_acc_write_map(accelerator, 63, weights, 2, 1) == HCIM_ERROR_ARGUMENT, "no such words");
    check(hcim_acc_start(accelerator, 0, 0) == HCIM_ERROR_TILE, "start of nothing");
    check(accelerator->errors == CHECK_ACCELERATOR_ERROR_BAD_START_MASK, "the error is kept");
    check(hcim_acc_errors_text(accelerator->errors, text, sizeof text) > 11, "its text");
    check(strncmp(text, "BAD_START: ", 11) == 0, "begins with its name");
    state.busy = 1;
    check(hcim_acc_set_passes(accelerator, 0, passes, 1) == HCIM_ERROR_BUSY, "program during a run");
    check(state.words[CHECK_ACCELERATOR_ERROR_OFFSET / 4u] == 0, "told once");
    accelerator->polls = 3;
    state.words[CHECK_ACCELERATOR_IRQ_STATUS_OFFSET / 4u] = 0;
    check(hcim_acc_wait(accelerator, NULL) == HCIM_ERROR_TIMEOUT, "bounded wait");
}

int main(void) {
    static const struct hcim_identity identity = CHECK_ACCELERATOR_IDENTITY;
    struct hcim_identity other = CHECK_ACCELERATOR_IDENTITY;
    struct hcim_port port = { NULL, read_word, write_word, send, receive, NULL, NULL };
    struct hcim_accelerator accelerator;
    check(hcim_acc_open(&accelerator, &port, &identity) == HCIM_ERROR_ID, "open nothing");
    reset();
    other.digest_hi ^= 1u;
    check(hcim_acc_open(&accelerator, &port, &other) == HCIM_ERROR_DIGEST, "open another configuration");
    other = identity;
    other.version ^= 1u;
    check(hcim_acc_open(&accelerator, &port, &other) == HCIM_ERROR_VERSION, "open another version");
    check(hcim_acc_open(&accelerator, &port, NULL) == HCIM_OK, "open any configuration");
    check(hcim_acc_open(&accelerator, &port, &identity) == HCIM_OK, "open");
    check(accelerator.shape.tiles == 2 && accelerator.shape.lanes == 2 && accelerator.shape.word_elements == 4 &&
              accelerator.shape.activation_words == 64 && accelerator.shape.passes == 4,
          "shape");
    check_program(&accelerator);
    check_refusals(&accelerator);
    return failures != 0;
}
