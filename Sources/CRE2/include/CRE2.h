#ifndef RUTILE_CRE2_H
#define RUTILE_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression. Immutable: any number of threads may match with it at once.
typedef struct rutile_pattern rutile_pattern;

/// Compiles `length` bytes of UTF-8 as a regular expression. NULL when it is none, or when its automaton would take more
/// than `maximum_memory` bytes; then `message` holds why, cut to `capacity` bytes with the closing 0.
rutile_pattern *rutile_pattern_new(const uint8_t *bytes, size_t length, bool ignores_case, int64_t maximum_memory,
                                   char *message, size_t capacity);

/// Whether any part of `length` bytes of UTF-8 matches. Takes time in proportion to `length`.
bool rutile_pattern_matches(const rutile_pattern *pattern, const uint8_t *bytes, size_t length);

/// Frees what `rutile_pattern_new` returned.
void rutile_pattern_free(rutile_pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
