/*
 * Driver of an hcim tile: errors in words. See hcim_driver.h.
 * Generator: hcim 0.1.0. This file is output of the generator and belongs to whoever generated it.
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
    { 1u << 0, "NOT_LOADED: START before weights, scale factors or thresholds were loaded." },
    { 1u << 1, "BAD_COUNT: START with MVM_COUNT = 0." },
    { 1u << 2, "PACKET_SHORT: TLAST came before the packet was complete; the packet is dropped." },
    { 1u << 3, "PACKET_LONG: The packet was complete without TLAST; the packet is dropped." },
    { 1u << 4, "PACKET_DEST: TDEST that this configuration does not have; the packet is dropped." },
    { 1u << 5, "LOAD_BUSY: Weights, scale factors or thresholds came while busy; the packet is dropped." },
    { 1u << 6, "CODE: Both comparators of a used column were high; the column counted as 0." },
    { 1u << 7, "SENSE_TIMEOUT: The crossbar's ready_o did not come within TIMEOUT cycles." },
    { 1u << 8, "WRITE_BUSY: A write to a locked register while busy; it was refused." },
    { 1u << 9, "START_BUSY: START while busy; it was ignored." },
    { 1u << 10, "PARITY: A scale factor that was added has the wrong parity; results since then may be wrong." },
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
