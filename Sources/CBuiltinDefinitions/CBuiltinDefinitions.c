#include "CBuiltinDefinitions.h"

// The build does not see that this file depends on the embedded one: touch it after generating definitions.jsonl anew.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char definitions[] = {
#embed "definitions.jsonl"
};

const unsigned char *rutile_builtin_definitions(void) { return definitions; }

size_t rutile_builtin_definitions_count(void) { return sizeof(definitions); }
