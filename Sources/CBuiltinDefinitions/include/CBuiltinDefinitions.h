#ifndef RUTILE_CBUILTINDEFINITIONS_H
#define RUTILE_CBUILTINDEFINITIONS_H

#include <stddef.h>

/// The built-in definitions as JSON lines, UTF-8. `Scripts/generate-definitions.py` writes them and describes their
/// form. The bytes are constant and live as long as the process.
const unsigned char *_Nonnull rutile_builtin_definitions(void);

/// Number of bytes at `rutile_builtin_definitions()`.
size_t rutile_builtin_definitions_count(void);

#endif
