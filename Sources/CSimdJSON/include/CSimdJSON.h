#ifndef RUTILE_CSIMDJSON_H
#define RUTILE_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Owner of the memory that a parsed document's tape and strings lie in.
typedef struct rutile_json_document rutile_json_document;

/// Outcome of `rutile_json_parse`.
///
/// The tape is simdjson's: 64-bit words with a type character in the top byte and a payload of 56 bits below.
///   r  first and last word; payload of the first: index behind the last word
///   {[ payload: low 32 bits index behind the closing word, bits 32-55 number of members or items (saturating)
///   }] payload: index of the opening word
///   "  payload: offset into `strings`, where 4 bytes of length (host order), the UTF-8 bytes and a 0 byte stand
///   l  a signed, u an unsigned (above INT64_MAX), d a floating-point number: the next word holds its 64 bits
///   t f n
typedef struct {
    /// NULL when the text was refused.
    rutile_json_document *document;
    const uint64_t *tape;
    const uint8_t *strings;
    /// simdjson's error code; 0 when `document` is there.
    int32_t error;
    /// Whether memory was lacking, which says nothing about the text.
    bool out_of_memory;
} rutile_json_parsed;

/// Parses `length` bytes, which need no padding. `maximum_depth` counts containers that are not empty.
rutile_json_parsed rutile_json_parse(const uint8_t *bytes, size_t length, size_t maximum_depth);

/// Frees what `rutile_json_parse` returned; pointers into it are invalid afterwards.
void rutile_json_free(rutile_json_document *document);

/// Whether each `\uD800`-`\uDFFF` escape is half of a pair, which simdjson 3.0 checks only in part.
bool rutile_json_surrogates_are_paired(const uint8_t *bytes, size_t length);

/// Whether the bytes are UTF-8.
bool rutile_json_is_utf8(const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
