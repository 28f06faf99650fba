{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim tile: registers. See hcim_driver.h.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 */
#include "hcim_driver.h"

#include "hcim_registers.h"

#define REG(name) HCIM_REG_##name##_OFFSET
#define GET(word, field) (((word) & HCIM_REG_##field##_MASK) >> HCIM_REG_##field##_SHIFT)
#define PUT(value, field) (((uint32_t)(value) << HCIM_REG_##field##_SHIFT) & HCIM_REG_##field##_MASK)

/* Leaves the function if a call does not succeed. */
#define TRY(call)                             \
    do {                                      \
        enum hcim_status try_status = (call); \
        if (try_status != HCIM_OK) {          \
            return try_status;                \
        }                                     \
    } while (0)

static enum hcim_status read_register(struct hcim_tile *tile, uint32_t offset, uint32_t *value) {
    return tile->port.read(tile->port.context, offset, value) == 0 ? HCIM_OK : HCIM_ERROR_REFUSED;
}

static enum hcim_status write_register(struct hcim_tile *tile, uint32_t offset, uint32_t value) {
    uint32_t errors;
    if (tile->port.write(tile->port.context, offset, value) == 0) {
        return HCIM_OK;
    }
    /* Refused because the tile is busy? Then the error is told here and not by the run. */
    if (tile->port.read(tile->port.context, REG(ERROR), &errors) != 0 ||
        (errors & HCIM_REG_ERROR_WRITE_BUSY_MASK) == 0) {
        return HCIM_ERROR_REFUSED;
    }
    if (tile->port.write(tile->port.context, REG(ERROR), HCIM_REG_ERROR_WRITE_BUSY_MASK) != 0) {
        return HCIM_ERROR_REFUSED;
    }
    if (errors == HCIM_REG_ERROR_WRITE_BUSY_MASK &&
        tile->port.write(tile->port.context, REG(IRQ_STATUS), HCIM_REG_IRQ_STATUS_ERROR_MASK) != 0) {
        return HCIM_ERROR_REFUSED;
    }
    return HCIM_ERROR_BUSY;
}

static uint32_t bits_to_hold(uint32_t value) {
    uint32_t bits = 0;
    while (value != 0) {
        bits++;
        value >>= 1;
    }
    return bits;
}

static enum hcim_status read_shape(struct hcim_tile *tile) {
    struct hcim_shape *shape = &tile->shape;
    uint32_t size, format, stream, result;
    TRY(read_register(tile, REG(SHAPE), &size));
    TRY(read_register(tile, REG(FORMAT), &format));
    TRY(read_register(tile, REG(STREAM), &stream));
    TRY(read_register(tile, REG(RESULT), &result));
    shape->rows = GET(size, SHAPE_ROWS);
    shape->cols = GET(size, SHAPE_COLS);
    shape->input_bits = GET(format, FORMAT_INPUT_BITS);
    shape->weight_slices = GET(format, FORMAT_WEIGHT_SLICES);
    shape->scale_bits = GET(format, FORMAT_SCALE_BITS);
    if (shape->weight_slices == 0) {
        return HCIM_ERROR_ID;
    }
    shape->outputs = shape->cols / shape->weight_slices;
    shape->used_columns = shape->outputs * shape->weight_slices;
    shape->threshold_bits = bits_to_hold(shape->rows);
    shape->parity = (int)GET(format, FORMAT_PARITY);
    shape->array_rows = shape->input_bits * (shape->scale_bits + (uint32_t)shape->parity) +
                        shape->scale_bits + shape->input_bits + 1u;
    shape->array_row_words = (shape->used_columns + 31u) / 32u;
    shape->input_beat_bytes = GET(stream, STREAM_INPUT_BITS_WIDTH) / 8u;
    shape->output_beat_bytes = GET(stream, STREAM_OUTPUT_BITS_WIDTH) / 8u;
    shape->result_bytes = GET(result, RESULT_ELEMENT_BITS) / 8u;
    shape->segments = GET(result, RESULT_SEGMENTS);
    shape->ternary = (int)GET(format, FORMAT_TERNARY);
    shape->thresholds_per_column = (int)GET(format, FORMAT_THRESHOLDS_PER_COLUMN);
    shape->plane_skip = (int)GET(format, FORMAT_PLANE_SKIP);
    return HCIM_OK;
}

enum hcim_status hcim_open(struct hcim_tile *tile, const struct hcim_port *port,
                           const struct hcim_identity *identity) {
    uint32_t value;
    if (tile == NULL || port == NULL || port->read == NULL || port->write == NULL ||
        port->send == NULL || port->receive == NULL) {
        return HCIM_ERROR_ARGUMENT;
    }
    tile->port = *port;
    tile->polls = HCIM_DEFAULT_POLLS;
    tile->errors = 0;
    TRY(read_register(tile, REG(ID), &value));
    if (value != {{ id }}) {
        return HCIM_ERROR_ID;
    }
    if (identity != NULL) {
        TRY(read_register(tile, REG(VERSION), &value));
        if (value != identity->version) {
            return HCIM_ERROR_VERSION;
        }
        TRY(read_register(tile, REG(DIGEST_LO), &value));
        if (value != identity->digest_lo) {
            return HCIM_ERROR_DIGEST;
        }
        TRY(read_register(tile, REG(DIGEST_HI), &value));
        if (value != identity->digest_hi) {
            return HCIM_ERROR_DIGEST;
        }
    }
    TRY(read_shape(tile));
    TRY(write_register(tile, REG(ERROR), 0xffffffffu));
    TRY(write_register(tile, REG(IRQ_STATUS), 0xffffffffu));
    return write_register(tile, REG(IRQ_ENABLE), port->wait != NULL ? 0xffffffffu : 0u);
}

enum hcim_status hcim_set_timing(struct hcim_tile *tile, const struct hcim_timing *timing) {
    uint32_t word = PUT(timing->precharge, TIMING_PRECHARGE) | PUT(timing->evaluate, TIMING_EVALUATE) |
                    PUT(timing->sense, TIMING_SENSE) | PUT(timing->hold, TIMING_HOLD);
    if (timing->precharge == 0 || timing->evaluate == 0 || timing->sense == 0 || timing->timeout == 0) {
        return HCIM_ERROR_ARGUMENT;
    }
    TRY(write_register(tile, REG(TIMING), word));
    return write_register(tile, REG(TIMEOUT), timing->timeout);
}

enum hcim_status hcim_set_skip(struct hcim_tile *tile, int zero_plane, int empty_plane) {
    if (!tile->shape.plane_skip) {
        return HCIM_ERROR_ABSENT;
    }
    return write_register(tile, REG(SKIP),
                          PUT(zero_plane != 0, SKIP_ZERO_PLANE) | PUT(empty_plane != 0, SKIP_EMPTY_PLANE));
}

enum hcim_status hcim_set_chain(struct hcim_tile *tile, int in_enable, int out_enable) {
    if (tile->shape.segments < 2u) {
        return HCIM_ERROR_ABSENT;
    }
    return write_register(tile, REG(CHAIN),
                          PUT(in_enable != 0, CHAIN_IN_ENABLE) | PUT(out_enable != 0, CHAIN_OUT_ENABLE));
}

enum hcim_status hcim_set_thresholds(struct hcim_tile *tile, const uint16_t *codes) {
    uint32_t plane;
    if (!tile->shape.ternary || tile->shape.thresholds_per_column) {
        return HCIM_ERROR_ABSENT;
    }
    for (plane = 0; plane < tile->shape.input_bits; plane++) {
        if (codes[plane] > tile->shape.rows) {
            return HCIM_ERROR_ARGUMENT;
        }
    }
    for (plane = 0; plane < tile->shape.input_bits; plane++) {
        TRY(write_register(tile, REG(THRESHOLD)(plane), codes[plane]));
    }
    return HCIM_OK;
}

enum hcim_status hcim_poll(struct hcim_tile *tile, uint32_t offset, uint32_t mask,
                           uint32_t expected) {
    uint32_t value, poll;
    for (poll = 0; poll < tile->polls; poll++) {
        TRY(read_register(tile, offset, &value));
        if ((value & mask) == expected) {
            return HCIM_OK;
        }
    }
    return HCIM_ERROR_TIMEOUT;
}

enum hcim_status hcim_check(struct hcim_tile *tile) {
    uint32_t errors;
    TRY(read_register(tile, REG(ERROR), &errors));
    if (errors == 0) {
        return HCIM_OK;
    }
    tile->errors = errors;
    TRY(write_register(tile, REG(ERROR), errors));
    TRY(write_register(tile, REG(IRQ_STATUS), HCIM_REG_IRQ_STATUS_ERROR_MASK));
    return HCIM_ERROR_TILE;
}

enum hcim_status hcim_start(struct hcim_tile *tile, uint32_t count) {
    TRY(hcim_check(tile)); /* what went wrong before is not the run's */
    TRY(write_register(tile, REG(MVM_COUNT), count));
    TRY(write_register(tile, REG(IRQ_STATUS), 0xffffffffu));
    TRY(write_register(tile, REG(CTRL), HCIM_REG_CTRL_START_MASK));
    return hcim_check(tile);
}

enum hcim_status hcim_wait(struct hcim_tile *tile) {
    uint32_t irq, status, poll;
    int failed = 0;
    for (poll = 0; poll < tile->polls; poll++) {
        TRY(read_register(tile, REG(IRQ_STATUS), &irq));
        if ((irq & (HCIM_REG_IRQ_STATUS_DONE_MASK | HCIM_REG_IRQ_STATUS_ABORTED_MASK)) != 0) {
            TRY(write_register(tile, REG(IRQ_STATUS), irq));
            TRY(hcim_check(tile));
            return (irq & HCIM_REG_IRQ_STATUS_ABORTED_MASK) != 0 ? HCIM_ERROR_ABORTED : HCIM_OK;
        }
        /* Some errors stop the run and some do not: wait until it is known which. The interrupt
           is taken back so that it does not keep wait from waiting. */
        if ((irq & HCIM_REG_IRQ_STATUS_ERROR_MASK) != 0) {
            TRY(write_register(tile, REG(IRQ_STATUS), HCIM_REG_IRQ_STATUS_ERROR_MASK));
            failed = 1;
        }
        if (failed) {
            TRY(read_register(tile, REG(STATUS), &status));
            if ((status & HCIM_REG_STATUS_BUSY_MASK) == 0) {
                TRY(hcim_check(tile));
            }
        }
        if (tile->port.wait != NULL) {
            tile->port.wait(tile->port.context);
        }
    }
    return HCIM_ERROR_TIMEOUT;
}

enum hcim_status hcim_abort(struct hcim_tile *tile) {
    uint32_t status, poll;
    TRY(write_register(tile, REG(CTRL), HCIM_REG_CTRL_ABORT_MASK));
    for (poll = 0; poll < tile->polls; poll++) {
        if (tile->port.discard != NULL) {
            tile->port.discard(tile->port.context);
        }
        TRY(read_register(tile, REG(STATUS), &status));
        if ((status & (HCIM_REG_STATUS_BUSY_MASK | HCIM_REG_STATUS_ABORTING_MASK)) == 0) {
            return write_register(tile, REG(IRQ_STATUS), 0xffffffffu);
        }
        /* No wait for irq_o here: it may be high already. */
    }
    return HCIM_ERROR_TIMEOUT;
}

enum hcim_status hcim_read_row(struct hcim_tile *tile, uint32_t row, uint32_t *words, size_t count) {
    size_t word;
    if (row >= tile->shape.array_rows || count > tile->shape.array_row_words) {
        return HCIM_ERROR_ARGUMENT;
    }
    TRY(write_register(tile, REG(READBACK_ROW), row));
    TRY(write_register(tile, REG(READBACK_WORD), 0));
    for (word = 0; word < count; word++) {
        TRY(read_register(tile, REG(READBACK_DATA), &words[word]));
    }
    return HCIM_OK;
}

enum hcim_status hcim_read_counters(struct hcim_tile *tile, struct hcim_counters *counters) {
    uint32_t low, high;
    TRY(read_register(tile, REG(CYCLES_LO), &low)); /* captures the high half */
    TRY(read_register(tile, REG(CYCLES_HI), &high));
    counters->cycles = ((uint64_t)high << 32) | low;
    TRY(read_register(tile, REG(PLANES_SKIPPED), &counters->planes_skipped));
    TRY(read_register(tile, REG(PLANES_EMPTY), &counters->planes_empty));
    TRY(read_register(tile, REG(MVM_CYCLES), &counters->mvm_cycles));
    return read_register(tile, REG(MVM_DONE), &counters->mvm_done);
}

enum hcim_status hcim_clear_counters(struct hcim_tile *tile) {
    return write_register(tile, REG(CTRL), HCIM_REG_CTRL_CLEAR_COUNTERS_MASK);
}

enum hcim_status hcim_read_status(struct hcim_tile *tile, uint32_t *status) {
    return read_register(tile, REG(STATUS), status);
}
