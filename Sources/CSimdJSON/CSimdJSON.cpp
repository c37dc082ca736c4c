#include "CSimdJSON.h"

#include <cstring>
#include <new>
#include <simdjson.h>

struct rutile_json_document {
    simdjson::dom::document content;
};

static rutile_json_parsed refused(simdjson::error_code error) {
    return {nullptr, nullptr, nullptr, static_cast<int32_t>(error), error == simdjson::MEMALLOC};
}

rutile_json_parsed rutile_json_parse(const uint8_t *bytes, size_t length, size_t maximum_depth) {
    simdjson::dom::parser parser;
    // simdjson refuses the container that reaches its limit, not the one that exceeds it.
    size_t capacity = length < 64 ? 64 : length;
    if (auto error = parser.allocate(capacity, maximum_depth + 1)) { return refused(error); }
    auto *document = new (std::nothrow) rutile_json_document;
    if (!document) { return refused(simdjson::MEMALLOC); }
    if (auto error = parser.parse_into_document(document->content, bytes, length).error()) {
        delete document;
        return refused(error);
    }
    return {document, document->content.tape.get(), document->content.string_buf.get(), 0, false};
}

void rutile_json_free(rutile_json_document *document) { delete document; }

/// The code unit of the escape `\uXXXX` at `at`, or -1 when there is none.
static int32_t escaped_unit(const uint8_t *at, const uint8_t *end) {
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') { return -1; }
    int32_t unit = 0;
    for (int digit = 2; digit < 6; digit++) {
        uint8_t byte = at[digit];
        int32_t part;
        if (byte >= '0' && byte <= '9') { part = byte - '0'; }
        else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f') { part = (byte | 0x20) - 'a' + 10; }
        else { return -1; }
        unit = unit << 4 | part;
    }
    return unit;
}

bool rutile_json_surrogates_are_paired(const uint8_t *bytes, size_t length) {
    const uint8_t *at = bytes, *end = bytes + length;
    while (at < end) {
        at = static_cast<const uint8_t *>(std::memchr(at, '\\', end - at));
        if (!at) { return true; }
        int32_t unit = escaped_unit(at, end);
        if (unit >= 0xD800 && unit < 0xDC00) {
            int32_t low = escaped_unit(at + 6, end);
            if (low < 0xDC00 || low > 0xDFFF) { return false; }
            at += 12;
        } else if (unit >= 0xDC00 && unit < 0xE000) {
            return false;
        } else {
            at += 2;  // an escape is at least two bytes, and `\\` must not be read as the start of the next one
        }
    }
    return true;
}

bool rutile_json_is_utf8(const uint8_t *bytes, size_t length) {
    return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}
