{# SPDX-License-Identifier: MIT OR Apache-2.0 -#}
/*
 * Driver of an hcim tile: errors in words. See hcim_driver.h.
 * Generator: hcim {{ version }}. This file is output of the generator and belongs to whoever generated it.
 */
#include "hcim_driver.h"

const char *hcim_status_text(enum hcim_status status) {
    switch (status) {
    case HCIM_OK:
        return "success";
    case HCIM_ERROR_ARGUMENT:
        return "a value is outside what the tile's configuration allows";
    case HCIM_ERROR_REFUSED:
        return "the tile refused a register access";
    case HCIM_ERROR_BUSY:
        return "the tile is busy";
    case HCIM_ERROR_STREAM:
        return "a packet could not be sent or received";
    case HCIM_ERROR_ID:
        return "there is no hcim tile at this address";
    case HCIM_ERROR_VERSION:
        return "the tile comes from another version of the generator than this header";
    case HCIM_ERROR_DIGEST:
        return "the tile has another configuration than this header";
    case HCIM_ERROR_ABSENT:
        return "the tile's configuration has no such register or packet";
    case HCIM_ERROR_TILE:
        return "the tile reported errors";
    case HCIM_ERROR_ABORTED:
        return "the run was aborted";
    case HCIM_ERROR_TIMEOUT:
        return "the tile was not done in time";
    }
    return "unknown status";
}

static const struct {
    uint32_t mask;
    const char *text;
} error_texts[] = {
{%- for f in errors %}
    { 1u << {{ f.lsb }}, "{{ f.name }}: {{ f.doc }}" },
{%- endfor %}
};

size_t hcim_errors_text(uint32_t errors, char *text, size_t size) {
    size_t length = 0, i;
    for (i = 0; i < sizeof error_texts / sizeof error_texts[0]; i++) {
        const char *from;
        if ((errors & error_texts[i].mask) == 0) {
            continue;
        }
        for (from = length == 0 ? "" : " "; *from != '\0'; from++, length++) {
            if (length + 1 < size) {
                text[length] = *from;
            }
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
