#include "CRE2.h"

#include <cstdio>
#include <memory>
#include <new>

#include <re2/re2.h>

struct rutile_pattern {
    re2::RE2 expression;
    rutile_pattern(const re2::StringPiece &text, const re2::RE2::Options &options) : expression(text, options) {}
};

// No exception may reach the caller, which is not C++.

rutile_pattern *rutile_pattern_new(const uint8_t *bytes, size_t length, bool ignores_case, int64_t maximum_memory,
                                   char *message, size_t capacity) {
    try {
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_case_sensitive(!ignores_case);
        options.set_max_mem(maximum_memory);
        options.set_never_capture(true);
        auto pattern = std::make_unique<rutile_pattern>(
            re2::StringPiece(reinterpret_cast<const char *>(bytes), length), options);
        if (pattern->expression.ok()) return pattern.release();
        std::snprintf(message, capacity, "%s", pattern->expression.error().c_str());
    } catch (const std::bad_alloc &) {
        std::snprintf(message, capacity, "out of memory");
    } catch (...) {
        std::snprintf(message, capacity, "failed");
    }
    return nullptr;
}

bool rutile_pattern_matches(const rutile_pattern *pattern, const uint8_t *bytes, size_t length) {
    try {
        return re2::RE2::PartialMatch(
            re2::StringPiece(reinterpret_cast<const char *>(bytes), length), pattern->expression);
    } catch (...) {
        return false;
    }
}

void rutile_pattern_free(rutile_pattern *pattern) { delete pattern; }
