{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim accelerator. See hcim_accelerator.h.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 */
#include <string.h>

#include "hcim_accelerator.h"

#include "hcim_accelerator_registers.h"
#include "hcim_registers.h"

#define REG(name) HCIM_ACC_##name##_OFFSET
#define MASK(field) HCIM_ACC_##field##_MASK
#define GET(word, field) (((word) & MASK(field)) >> HCIM_ACC_##field##_SHIFT)

/* Byte addresses of the tiles, of the program and of the constants. */
#define TILE_OFFSET(tile) (0x1000u * (1u + (tile)))
#define PASS_OFFSET 0x600000u
#define CONSTANT_OFFSET 0x700000u

/* Leaves the function if a call does not succeed. */
#define TRY(call)                             \
    do {                                      \
        enum hcim_status try_status = (call); \
        if (try_status != HCIM_OK) {          \
            return try_status;                \
        }                                     \
    } while (0)

static enum hcim_status read_register(struct hcim_accelerator *accelerator, uint32_t offset, uint32_t *value) {
    const struct hcim_port *port = &accelerator->port;
    return port->read(port->context, offset, value) == 0 ? HCIM_OK : HCIM_ERROR_REFUSED;
}

static enum hcim_status write_register(struct hcim_accelerator *accelerator, uint32_t offset, uint32_t value) {
    const struct hcim_port *port = &accelerator->port;
    uint32_t errors;
    if (port->write(port->context, offset, value) == 0) {
        return HCIM_OK;
    }
    /* Refused because of a run? Then the error is told here and not by the run. */
    if (port->read(port->context, REG(ERROR), &errors) != 0 || (errors & MASK(ERROR_WRITE_BUSY)) == 0) {
        return HCIM_ERROR_REFUSED;
    }
    if (port->write(port->context, REG(ERROR), MASK(ERROR_WRITE_BUSY)) != 0) {
        return HCIM_ERROR_REFUSED;
    }
    if (errors == MASK(ERROR_WRITE_BUSY) &&
        port->write(port->context, REG(IRQ_STATUS), MASK(IRQ_STATUS_ERROR)) != 0) {
        return HCIM_ERROR_REFUSED;
    }
    return HCIM_ERROR_BUSY;
}

static enum hcim_status read_shape(struct hcim_accelerator *accelerator) {
    struct hcim_accelerator_shape *shape = &accelerator->shape;
    uint32_t size, format, grid, memory;
    TRY(read_register(accelerator, REG(SHAPE), &size));
    TRY(read_register(accelerator, REG(FORMAT), &format));
    TRY(read_register(accelerator, REG(GRID), &grid));
    TRY(read_register(accelerator, REG(MEMORY), &memory));
    shape->rows = GET(size, SHAPE_ROWS);
    shape->cols = GET(size, SHAPE_COLS);
    shape->input_bits = GET(format, FORMAT_INPUT_BITS);
    shape->weight_slices = GET(format, FORMAT_WEIGHT_SLICES);
    shape->scale_bits = GET(format, FORMAT_SCALE_BITS);
    shape->tiles = GET(grid, GRID_TILES);
    shape->lanes = GET(grid, GRID_LANES);
    shape->word_elements = GET(grid, GRID_WORD_ELEMENTS);
    shape->activation_words = (uint32_t)1 << GET(memory, MEMORY_ACTIVATION_WORDS);
    shape->constant_entries = (uint32_t)1 << GET(memory, MEMORY_CONSTANT_ENTRIES);
    shape->passes = (uint32_t)1 << GET(memory, MEMORY_PASSES);
    return HCIM_OK;
}

static enum hcim_status compare(const struct hcim_accelerator *accelerator, const struct hcim_identity *identity) {
    if (identity->version != accelerator->identity.version) {
        return HCIM_ERROR_VERSION;
    }
    if (identity->digest_lo != accelerator->identity.digest_lo ||
        identity->digest_hi != accelerator->identity.digest_hi) {
        return HCIM_ERROR_DIGEST;
    }
    return HCIM_OK;
}

enum hcim_status hcim_acc_open(struct hcim_accelerator *accelerator, const struct hcim_port *port,
                                       const struct hcim_identity *identity) {
    uint32_t value;
    if (accelerator == NULL || port == NULL || port->read == NULL || port->write == NULL || port->send == NULL ||
        port->receive == NULL) {
        return HCIM_ERROR_ARGUMENT;
    }
    accelerator->port = *port;
    accelerator->polls = HCIM_DEFAULT_POLLS;
    accelerator->errors = 0;
    TRY(read_register(accelerator, REG(ID), &value));
    if (value != {{ id }}) {
        return HCIM_ERROR_ID;
    }
    TRY(read_register(accelerator, REG(VERSION), &accelerator->identity.version));
    TRY(read_register(accelerator, REG(DIGEST_LO), &accelerator->identity.digest_lo));
    TRY(read_register(accelerator, REG(DIGEST_HI), &accelerator->identity.digest_hi));
    if (identity != NULL) {
        TRY(compare(accelerator, identity));
    }
    TRY(read_shape(accelerator));
    TRY(write_register(accelerator, REG(ERROR), 0xffffffffu));
    TRY(write_register(accelerator, REG(IRQ_STATUS), 0xffffffffu));
    return write_register(accelerator, REG(IRQ_ENABLE), port->wait != NULL ? 0xffffffffu : 0u);
}

enum hcim_status hcim_acc_check(struct hcim_accelerator *accelerator) {
    uint32_t errors;
    TRY(read_register(accelerator, REG(ERROR), &errors));
    if (errors == 0) {
        return HCIM_OK;
    }
    accelerator->errors = errors;
    TRY(write_register(accelerator, REG(ERROR), errors));
    TRY(write_register(accelerator, REG(IRQ_STATUS), MASK(IRQ_STATUS_ERROR)));
    return HCIM_ERROR_TILE;
}

/* ---- Tiles */

static int tile_read(void *context, uint32_t offset, uint32_t *value) {
    const struct hcim_accelerator_tile *tile = context;
    const struct hcim_port *port = &tile->accelerator->port;
    return port->read(port->context, TILE_OFFSET(tile->number) + offset, value);
}

static int tile_write(void *context, uint32_t offset, uint32_t value) {
    const struct hcim_accelerator_tile *tile = context;
    const struct hcim_port *port = &tile->accelerator->port;
    return port->write(port->context, TILE_OFFSET(tile->number) + offset, value);
}

static int tile_send(void *context, uint32_t dest, const uint8_t *bytes, size_t count, int last) {
    const struct hcim_accelerator_tile *tile = context;
    const struct hcim_port *port = &tile->accelerator->port;
    /* Inputs come from the activation memory. */
    if (dest == HCIM_INPUTS || port->write(port->context, REG(LOAD_TILE), tile->number) != 0) {
        return 1;
    }
    return port->send(port->context, dest, bytes, count, last);
}

/* Its results are the accelerator's. */
static int tile_receive(void *context, uint8_t *bytes, size_t count, int last) {
    (void)context;
    (void)bytes;
    (void)count;
    (void)last;
    return 1;
}

enum hcim_status hcim_acc_open_tile(struct hcim_accelerator *accelerator, uint32_t number,
                                            struct hcim_accelerator_tile *tile) {
    struct hcim_port port;
    if (number >= accelerator->shape.tiles * accelerator->shape.lanes) {
        return HCIM_ERROR_ARGUMENT;
    }
    memset(&port, 0, sizeof port);
    port.context = tile;
    port.read = tile_read;
    port.write = tile_write;
    port.send = tile_send;
    port.receive = tile_receive;
    tile->accelerator = accelerator;
    tile->number = number;
    TRY(hcim_open(&tile->tile, &port, &accelerator->identity));
    tile->tile.polls = accelerator->polls;
    return tile_write(tile, HCIM_REG_IRQ_ENABLE_OFFSET, HCIM_REG_IRQ_ENABLE_ABORTED_MASK) == 0 ? HCIM_OK
                                                                                                 : HCIM_ERROR_REFUSED;
}

/* ---- Constants, passes, activations */

enum hcim_status hcim_acc_set_constants(struct hcim_accelerator *accelerator, uint32_t first,
                                                const struct hcim_constant *constants, uint32_t count) {
    uint32_t entry;
    if (first > accelerator->shape.constant_entries || count > accelerator->shape.constant_entries - first) {
        return HCIM_ERROR_ARGUMENT;
    }
    for (entry = 0; entry < count; entry++) {
        const uint32_t offset = CONSTANT_OFFSET + 8u * (first + entry);
        TRY(write_register(accelerator, offset, (uint32_t)constants[entry].bias));
        TRY(write_register(accelerator, offset + 4u, (uint16_t)constants[entry].multiplier));
    }
    return HCIM_OK;
}

enum hcim_status hcim_acc_set_passes(struct hcim_accelerator *accelerator, uint32_t first,
                                             const uint32_t *words, uint32_t count) {
    uint32_t word;
    if (first > accelerator->shape.passes || count > accelerator->shape.passes - first) {
        return HCIM_ERROR_ARGUMENT;
    }
    for (word = 0; word < count * HCIM_PASS_WORDS; word++) {
        TRY(write_register(accelerator, PASS_OFFSET + 4u * (first * HCIM_PASS_WORDS + word), words[word]));
    }
    return HCIM_OK;
}

/* Bytes on their way to the activation memory. A full chunk stays until more comes: only then is it not the last. */
struct chunk {
    struct hcim_accelerator *accelerator;
    size_t used;
    uint8_t bytes[HCIM_CHUNK_BYTES];
};

static int chunk_send(struct chunk *chunk, int last) {
    const struct hcim_port *port = &chunk->accelerator->port;
    const int failed = port->send(port->context, HCIM_INPUTS, chunk->bytes, chunk->used, last);
    memset(chunk->bytes, 0, sizeof chunk->bytes);
    chunk->used = 0;
    return failed;
}

enum hcim_status hcim_acc_write_map(struct hcim_accelerator *accelerator, uint32_t address,
                                            const uint8_t *elements, uint32_t pixels, uint32_t channels) {
    const struct hcim_accelerator_shape *shape = &accelerator->shape;
    const uint32_t bits = shape->input_bits;
    const size_t word_bytes = (size_t)shape->word_elements * bits / 8u;
    const uint32_t words = (channels + shape->word_elements - 1u) / shape->word_elements;
    struct chunk chunk;
    uint32_t pixel, word, element;
    size_t i;
    if (pixels == 0 || channels == 0 || address >= shape->activation_words ||
        (uint64_t)pixels * words > shape->activation_words - address) {
        return HCIM_ERROR_ARGUMENT;
    }
    for (i = 0; i < (size_t)pixels * channels; i++) {
        if (((uint32_t)elements[i] >> bits) != 0) {
            return HCIM_ERROR_ARGUMENT;
        }
    }
    memset(&chunk, 0, sizeof chunk);
    chunk.accelerator = accelerator;
    TRY(write_register(accelerator, REG(ACT_ADDR), address));
    for (pixel = 0; pixel < pixels; pixel++) {
        for (word = 0; word < words; word++) {
            if (chunk.used + word_bytes > HCIM_CHUNK_BYTES && chunk_send(&chunk, 0) != 0) {
                return HCIM_ERROR_STREAM;
            }
            for (element = 0; element < shape->word_elements; element++) {
                const uint32_t channel = word * shape->word_elements + element;
                const size_t bit = (size_t)element * bits;
                if (channel < channels) {
                    uint8_t *byte = &chunk.bytes[chunk.used + bit / 8u];
                    *byte = (uint8_t)(*byte | (elements[(size_t)pixel * channels + channel] << (bit % 8u)));
                }
            }
            chunk.used += word_bytes;
        }
    }
    return chunk_send(&chunk, 1) == 0 ? HCIM_OK : HCIM_ERROR_STREAM;
}

/* ---- Runs */

enum hcim_status hcim_acc_start(struct hcim_accelerator *accelerator, uint32_t first, uint32_t count) {
    TRY(hcim_acc_check(accelerator)); /* what went wrong before is not the run's */
    TRY(write_register(accelerator, REG(FIRST_PASS), first));
    TRY(write_register(accelerator, REG(PASS_COUNT), count));
    TRY(write_register(accelerator, REG(IRQ_STATUS), 0xffffffffu));
    TRY(write_register(accelerator, REG(CTRL), MASK(CTRL_START)));
    return hcim_acc_check(accelerator);
}

enum hcim_status hcim_acc_receive(struct hcim_accelerator *accelerator, int64_t *values, uint32_t positions,
                                          uint32_t channels) {
    const struct hcim_port *port = &accelerator->port;
    uint8_t bytes[HCIM_CHUNK_BYTES];
    uint32_t position, channel, i, beat;
    for (position = 0; position < positions; position++) {
        for (channel = 0; channel < channels;) {
            const uint32_t left = channels - channel;
            const uint32_t count = left < HCIM_CHUNK_BYTES / 8u ? left : HCIM_CHUNK_BYTES / 8u;
            if (port->receive(port->context, bytes, (size_t)count * 8u, count == left) != 0) {
                enum hcim_status checked = hcim_acc_check(accelerator);
                return checked != HCIM_OK ? checked : HCIM_ERROR_STREAM;
            }
            for (beat = 0; beat < count; beat++, channel++) {
                uint64_t value = 0;
                for (i = 0; i < 8u; i++) {
                    value |= (uint64_t)bytes[beat * 8u + i] << (8u * i);
                }
                memcpy(&values[(size_t)position * channels + channel], &value, sizeof value);
            }
        }
    }
    return HCIM_OK;
}

enum hcim_status hcim_acc_wait(struct hcim_accelerator *accelerator, int *paused) {
    const uint32_t ends = MASK(IRQ_STATUS_DONE) | MASK(IRQ_STATUS_ABORTED) | MASK(IRQ_STATUS_PAUSED);
    uint32_t irq, status, poll;
    int failed = 0;
    for (poll = 0; poll < accelerator->polls; poll++) {
        TRY(read_register(accelerator, REG(IRQ_STATUS), &irq));
        if ((irq & ends) != 0) {
            TRY(write_register(accelerator, REG(IRQ_STATUS), irq));
            TRY(hcim_acc_check(accelerator));
            if (paused != NULL) {
                *paused = (irq & MASK(IRQ_STATUS_PAUSED)) != 0;
            }
            return (irq & MASK(IRQ_STATUS_ABORTED)) != 0 ? HCIM_ERROR_ABORTED : HCIM_OK;
        }
        /* Some errors stop the run and some do not: wait until it is known which. */
        if ((irq & MASK(IRQ_STATUS_ERROR)) != 0) {
            TRY(write_register(accelerator, REG(IRQ_STATUS), MASK(IRQ_STATUS_ERROR)));
            failed = 1;
        }
        if (failed) {
            TRY(read_register(accelerator, REG(STATUS), &status));
            if ((status & MASK(STATUS_BUSY)) == 0) {
                TRY(hcim_acc_check(accelerator));
            }
        }
        if (accelerator->port.wait != NULL) {
            accelerator->port.wait(accelerator->port.context);
        }
    }
    return HCIM_ERROR_TIMEOUT;
}

enum hcim_status hcim_acc_resume(struct hcim_accelerator *accelerator) {
    return write_register(accelerator, REG(CTRL), MASK(CTRL_RESUME));
}

enum hcim_status hcim_acc_abort(struct hcim_accelerator *accelerator) {
    uint32_t status, poll;
    TRY(write_register(accelerator, REG(CTRL), MASK(CTRL_ABORT)));
    for (poll = 0; poll < accelerator->polls; poll++) {
        if (accelerator->port.discard != NULL) {
            accelerator->port.discard(accelerator->port.context);
        }
        TRY(read_register(accelerator, REG(STATUS), &status));
        if ((status & (MASK(STATUS_BUSY) | MASK(STATUS_ABORTING))) == 0) {
            return write_register(accelerator, REG(IRQ_STATUS), 0xffffffffu);
        }
    }
    return HCIM_ERROR_TIMEOUT;
}

enum hcim_status hcim_acc_read_cycles(struct hcim_accelerator *accelerator, uint64_t *cycles) {
    uint32_t low, high;
    TRY(read_register(accelerator, REG(CYCLES_LO), &low)); /* captures the high half */
    TRY(read_register(accelerator, REG(CYCLES_HI), &high));
    *cycles = ((uint64_t)high << 32) | low;
    return HCIM_OK;
}

enum hcim_status hcim_acc_clear_counters(struct hcim_accelerator *accelerator) {
    return write_register(accelerator, REG(CTRL), MASK(CTRL_CLEAR_COUNTERS));
}

/* ---- Programs */

/* A packet that is there already, in chunks. */
static enum hcim_status send_packet(struct hcim_accelerator_tile *tile, uint32_t dest, const uint8_t *bytes,
                                    size_t count) {
    const size_t beat = tile->tile.shape.input_beat_bytes;
    uint8_t chunk[HCIM_CHUNK_BYTES];
    size_t at = 0;
    while (at < count) {
        const size_t take = count - at < HCIM_CHUNK_BYTES ? count - at : HCIM_CHUNK_BYTES;
        memset(chunk, 0, sizeof chunk);
        memcpy(chunk, bytes + at, take);
        at += take;
        if (tile_send(tile, dest, chunk, (take + beat - 1u) / beat * beat, at == count) != 0) {
            return HCIM_ERROR_STREAM;
        }
    }
    return HCIM_OK;
}

static enum hcim_status load_tile(struct hcim_accelerator *accelerator, const struct hcim_program_load *load) {
    const uint32_t valid = HCIM_REG_STATUS_WEIGHTS_VALID_MASK | HCIM_REG_STATUS_SCALES_VALID_MASK |
                           HCIM_REG_STATUS_THRESHOLDS_VALID_MASK;
    struct hcim_accelerator_tile tile;
    enum hcim_status loaded, checked;
    TRY(hcim_acc_open_tile(accelerator, load->tile, &tile));
    TRY(send_packet(&tile, HCIM_WEIGHTS, load->weights, load->weight_bytes));
    TRY(send_packet(&tile, HCIM_SCALES, load->scales, load->scale_bytes));
    if (load->column_thresholds != NULL) {
        TRY(send_packet(&tile, HCIM_THRESHOLDS, load->column_thresholds, load->column_threshold_bytes));
    }
    if (load->thresholds != NULL) {
        TRY(hcim_set_thresholds(&tile.tile, load->thresholds));
    }
    loaded = hcim_poll(&tile.tile, HCIM_REG_STATUS_OFFSET, valid, valid);
    checked = hcim_check(&tile.tile);
    return checked != HCIM_OK ? checked : loaded;
}

static enum hcim_status load_phase(struct hcim_accelerator *accelerator, const struct hcim_program_phase *phase) {
    uint32_t n;
    for (n = 0; n < phase->load_count; n++) {
        TRY(load_tile(accelerator, &phase->loads[n]));
    }
    TRY(hcim_acc_set_constants(accelerator, 0, phase->constants, phase->constant_count));
    return hcim_acc_set_passes(accelerator, 0, phase->passes, phase->pass_count);
}

enum hcim_status hcim_acc_load(struct hcim_accelerator *accelerator, const struct hcim_program *program) {
    TRY(compare(accelerator, &program->identity));
    return program->phase_count == 1u ? load_phase(accelerator, &program->phases[0]) : HCIM_OK;
}

enum hcim_status hcim_acc_infer(struct hcim_accelerator *accelerator, const struct hcim_program *program,
                                        const uint8_t *image, int64_t *scores) {
    uint32_t p, s;
    TRY(compare(accelerator, &program->identity));
    TRY(hcim_acc_write_map(accelerator, program->image_base, image, program->image_pixels,
                                   program->image_channels));
    for (p = 0; p < program->phase_count; p++) {
        const struct hcim_program_phase *phase = &program->phases[p];
        if (program->phase_count > 1u) {
            TRY(load_phase(accelerator, phase));
        }
        TRY(hcim_acc_start(accelerator, 0, phase->pass_count));
        for (s = 0; s < phase->stream_count; s++) {
            const struct hcim_program_stream *stream = &phase->streams[s];
            TRY(hcim_acc_receive(accelerator, scores, stream->positions, stream->channels));
            scores += (size_t)stream->positions * stream->channels;
        }
        TRY(hcim_acc_wait(accelerator, NULL));
    }
    return HCIM_OK;
}

/* ---- Errors in words */

static const struct {
    uint32_t mask;
    const char *text;
} error_texts[] = {
{%- for f in errors %}
    { 1u << {{ f.lsb }}, "{{ f.name }}: {{ f.doc }}" },
{%- endfor %}
};

size_t hcim_acc_errors_text(uint32_t errors, char *text, size_t size) {
    size_t length = 0, i;
    for (i = 0; i < sizeof error_texts / sizeof error_texts[0]; i++) {
        const char *from;
        if ((errors & error_texts[i].mask) == 0) {
            continue;
        }
        if (length != 0) {
            if (length + 1 < size) {
                text[length] = ' ';
            }
            length++;
        }
        for (from = error_texts[i].text; *from != '\0'; from++, length++) {
            if (length + 1 < size) {
                text[length] = *from;
            }
        }
    }
    if (size != 0) {
        text[length < size ? length : size - 1] = '\0';
    }
    return length;
}
