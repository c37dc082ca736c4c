#include <zlib.h>

/// Begins a gzip stream. `deflateInit2` is a macro, which Swift does not see.
///
/// 31 window bits: a window of 32 KiB (15) inside a gzip wrapper (16). 8 is zlib's default memory level.
static inline int rutile_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}
