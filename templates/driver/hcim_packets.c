{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim tile: packets of the streams. See hcim_driver.h.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 */
#include <string.h>

#include "hcim_driver.h"
#include "hcim_registers.h"

/* Packs elements without gaps, the first in the lowest bits, and sends them in chunks. */
struct packer {
    struct hcim_tile *tile;
    uint32_t dest;
    size_t used; /* bits in bytes[] */
    int failed;
    uint8_t bytes[HCIM_CHUNK_BYTES];
};

static void packer_begin(struct packer *packer, struct hcim_tile *tile, uint32_t dest) {
    memset(packer, 0, sizeof *packer);
    packer->tile = tile;
    packer->dest = dest;
}

static void packer_send(struct packer *packer, size_t count, int last) {
    const struct hcim_port *port = &packer->tile->port;
    if (!packer->failed) {
        packer->failed = port->send(port->context, packer->dest, packer->bytes, count, last) != 0;
    }
    memset(packer->bytes, 0, sizeof packer->bytes);
    packer->used = 0;
}

static void packer_put(struct packer *packer, uint32_t value, uint32_t bits) {
    while (bits != 0) {
        uint32_t shift, take;
        /* A full chunk stays until more comes: only then is it known not to be the last. */
        if (packer->used == 8u * HCIM_CHUNK_BYTES) {
            packer_send(packer, HCIM_CHUNK_BYTES, 0);
        }
        shift = (uint32_t)(packer->used % 8u);
        take = bits < 8u - shift ? bits : 8u - shift;
        packer->bytes[packer->used / 8u] =
            (uint8_t)(packer->bytes[packer->used / 8u] | ((value & ((1u << take) - 1u)) << shift));
        packer->used += take;
        value >>= take;
        bits -= take;
    }
}

static enum hcim_status packer_end(struct packer *packer) {
    size_t beat = packer->tile->shape.input_beat_bytes;
    size_t bytes = (packer->used + 7u) / 8u;
    packer_send(packer, (bytes + beat - 1u) / beat * beat, 1);
    return packer->failed ? HCIM_ERROR_STREAM : HCIM_OK;
}

/* The packet is stored when its valid flag rises; an error shows at the latest by then. */
static enum hcim_status loaded(struct packer *packer, uint32_t valid_mask) {
    struct hcim_tile *tile = packer->tile;
    enum hcim_status sent = packer_end(packer);
    enum hcim_status stored, checked;
    if (sent != HCIM_OK) {
        checked = hcim_check(tile);
        return checked != HCIM_OK ? checked : sent;
    }
    stored = hcim_poll(tile, HCIM_REG_STATUS_OFFSET, valid_mask, valid_mask);
    checked = hcim_check(tile);
    return checked != HCIM_OK ? checked : stored;
}

static int in_range(const uint16_t *values, size_t count, uint32_t limit) {
    size_t i;
    for (i = 0; i < count; i++) {
        if (values[i] > limit) {
            return 0;
        }
    }
    return 1;
}

/* The magnitude of a weight where it has the sign that is asked for, else 0. Bit j is slice j. */
static uint32_t magnitude(int16_t weight, int negative) {
    if (negative) {
        return weight < 0 ? (uint32_t)(-(int32_t)weight) : 0u;
    }
    return weight > 0 ? (uint32_t)weight : 0u;
}

enum hcim_status hcim_load_weights(struct hcim_tile *tile, const int16_t *weights) {
    const struct hcim_shape *shape = &tile->shape;
    const uint32_t limit = (1u << shape->weight_slices) - 1u;
    struct packer packer;
    uint32_t r, o;
    int negative;
    size_t i;
    for (i = 0; i < (size_t)shape->rows * shape->outputs; i++) {
        if (magnitude(weights[i], weights[i] < 0) > limit) {
            return HCIM_ERROR_ARGUMENT;
        }
    }
    packer_begin(&packer, tile, HCIM_WEIGHTS);
    for (r = 0; r < shape->rows; r++) {
        const int16_t *row = weights + (size_t)r * shape->outputs;
        for (negative = 0; negative < 2; negative++) {
            for (o = 0; o < shape->outputs; o++) {
                packer_put(&packer, magnitude(row[o], negative), shape->weight_slices);
            }
            packer_put(&packer, 0, shape->cols - shape->used_columns);
        }
    }
    return loaded(&packer, HCIM_REG_STATUS_WEIGHTS_VALID_MASK);
}

/* Bit of a scale factor as the tile stores it. Bit S, with parity, makes the number of ones even. */
static uint32_t stored_bit(uint32_t factor, uint32_t bit, uint32_t scale_bits) {
    if (bit == scale_bits) {
        factor ^= factor >> 8;
        factor ^= factor >> 4;
        factor ^= factor >> 2;
        return (factor ^ factor >> 1) & 1u;
    }
    return factor >> bit & 1u;
}

enum hcim_status hcim_load_scales(struct hcim_tile *tile, const uint16_t *scales) {
    const struct hcim_shape *shape = &tile->shape;
    const size_t columns = shape->used_columns;
    const uint32_t stored = shape->scale_bits + (shape->parity ? 1u : 0u);
    struct packer packer;
    uint32_t plane, bit;
    size_t c;
    if (!in_range(scales, shape->input_bits * columns, (1u << shape->scale_bits) - 1u)) {
        return HCIM_ERROR_ARGUMENT;
    }
    packer_begin(&packer, tile, HCIM_SCALES);
    for (plane = 0; plane < shape->input_bits; plane++) {
        for (bit = 0; bit < stored; bit++) {
            for (c = 0; c < columns; c++) {
                packer_put(&packer, stored_bit(scales[plane * columns + c], bit, shape->scale_bits), 1);
            }
            packer_put(&packer, 0, shape->cols - shape->used_columns);
        }
    }
    return loaded(&packer, HCIM_REG_STATUS_SCALES_VALID_MASK);
}

enum hcim_status hcim_load_thresholds(struct hcim_tile *tile, const uint16_t *codes) {
    const struct hcim_shape *shape = &tile->shape;
    const size_t columns = shape->used_columns;
    struct packer packer;
    uint32_t plane, c;
    if (!shape->thresholds_per_column) {
        return HCIM_ERROR_ABSENT;
    }
    if (!in_range(codes, shape->input_bits * columns, shape->rows)) {
        return HCIM_ERROR_ARGUMENT;
    }
    packer_begin(&packer, tile, HCIM_THRESHOLDS);
    for (plane = 0; plane < shape->input_bits; plane++) {
        for (c = 0; c < shape->cols; c++) {
            packer_put(&packer, c < columns ? codes[plane * columns + c] : 0u, shape->threshold_bits);
        }
    }
    return loaded(&packer, HCIM_REG_STATUS_THRESHOLDS_VALID_MASK);
}

enum hcim_status hcim_send_input(struct hcim_tile *tile, const uint8_t *input) {
    const struct hcim_shape *shape = &tile->shape;
    struct packer packer;
    uint32_t r;
    for (r = 0; r < shape->rows; r++) {
        if (((uint32_t)input[r] >> shape->input_bits) != 0) {
            return HCIM_ERROR_ARGUMENT;
        }
    }
    packer_begin(&packer, tile, HCIM_INPUTS);
    for (r = 0; r < shape->rows; r++) {
        packer_put(&packer, input[r], shape->input_bits);
    }
    return packer_end(&packer);
}

enum hcim_status hcim_receive_result(struct hcim_tile *tile, int64_t *result) {
    const struct hcim_shape *shape = &tile->shape;
    const size_t beat = shape->output_beat_bytes;
    const size_t bytes = (size_t)shape->outputs * shape->result_bytes;
    const uint64_t sign = (uint64_t)1 << (8u * shape->result_bytes - 1u);
    size_t left = (bytes + beat - 1u) / beat * beat; /* not yet received */
    size_t at = 0, count = 0;                        /* read and received bytes of chunk[] */
    uint8_t chunk[HCIM_CHUNK_BYTES];
    uint32_t o, i;
    for (o = 0; o < shape->outputs; o++) {
        uint64_t value = 0;
        for (i = 0; i < shape->result_bytes; i++) {
            if (at == count) {
                count = left < HCIM_CHUNK_BYTES ? left : HCIM_CHUNK_BYTES;
                left -= count;
                at = 0;
                if (tile->port.receive(tile->port.context, chunk, count, left == 0) != 0) {
                    enum hcim_status checked = hcim_check(tile);
                    return checked != HCIM_OK ? checked : HCIM_ERROR_STREAM;
                }
            }
            value |= (uint64_t)chunk[at++] << (8u * i);
        }
        result[o] = (int64_t)(value ^ sign) - (int64_t)sign;
    }
    return HCIM_OK;
}

enum hcim_status hcim_run(struct hcim_tile *tile, uint32_t count, const uint8_t *inputs,
                          int64_t *results) {
    const size_t rows = tile->shape.rows, outputs = tile->shape.outputs;
    enum hcim_status status = hcim_start(tile, count);
    uint32_t n;
    for (n = 0; status == HCIM_OK && n < count; n++) {
        if (n >= 2u) {
            status = hcim_receive_result(tile, results + (n - 2u) * outputs);
        }
        if (status == HCIM_OK) {
            status = hcim_send_input(tile, inputs + n * rows);
        }
    }
    for (n = count < 2u ? 0u : count - 2u; status == HCIM_OK && n < count; n++) {
        status = hcim_receive_result(tile, results + n * outputs);
    }
    return status == HCIM_OK ? hcim_wait(tile) : status;
}
