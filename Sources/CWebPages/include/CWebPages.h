#ifndef RUTILE_CWEBPAGES_H
#define RUTILE_CWEBPAGES_H

#include <stddef.h>

/// One file of `Web/`. What it points to is constant and lives as long as the process.
typedef struct {
    /// Its path below `Web/`, UTF-8.
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    /// Number of bytes at `bytes`.
    size_t count;
} rutile_web_file;

/// How many files there are.
size_t rutile_web_file_count(void);

/// The file with number `index`, which has to be below the count.
rutile_web_file rutile_web_file_at(size_t index);

#endif
