#include "CGemmi.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <new>
#include <string>

#include <gemmi/cif.hpp>
#include <gemmi/numb.hpp>
#include <gemmi/symmetry.hpp>

namespace cif = gemmi::cif;

struct rutile_cif {
    cif::Document document;
    /// What `rutile_cif_text` gave last.
    std::string text;
};

namespace {

void copy(const std::string &source, char *target, size_t capacity) {
    const size_t count = std::min(source.size(), capacity - 1);
    std::memcpy(target, source.data(), count);
    target[count] = 0;
}

const std::string *raw_value(rutile_cif_values values, size_t row) {
    const auto *item = static_cast<const cif::Item *>(values.item);
    if (item == nullptr || row >= values.count) return nullptr;
    if (item->type == cif::ItemType::Pair) return &item->pair[1];
    const size_t index = row * item->loop.width() + static_cast<size_t>(values.column);
    return index < item->loop.values.size() ? &item->loop.values[index] : nullptr;
}

rutile_symmetry_operation plain(const gemmi::Op &op) {
    rutile_symmetry_operation result;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column)
            result.rotation[3 * row + column] = op.rot[row][column] / gemmi::Op::DEN;
        result.translation[row] = op.tran[row];
    }
    return result;
}

gemmi::Op op(const rutile_symmetry_operation &operation) {
    gemmi::Op result;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column)
            result.rot[row][column] = operation.rotation[3 * row + column] * gemmi::Op::DEN;
        result.tran[row] = operation.translation[row];
    }
    return result.wrap();
}

void fill(const gemmi::SpaceGroup &source, rutile_space_group *target) {
    target->number = source.number;
    copy(source.hm, target->hermann_mauguin, sizeof target->hermann_mauguin);
    copy(source.xhm(), target->extended, sizeof target->extended);
    copy(source.hall, target->hall, sizeof target->hall);
}

/// Whether the rotations of `group` leave the lengths and angles of a cell as they are, but for what files round away.
bool suits(const gemmi::SpaceGroup &group, const double *metric) {
    const double tolerance = 0.02 * std::max({metric[0], metric[4], metric[8]});
    for (const gemmi::Op &operation : group.operations().sym_ops)
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) {
                double turned = 0;
                for (int k = 0; k < 3; ++k)
                    for (int l = 0; l < 3; ++l)
                        turned += double(operation.rot[k][i]) * metric[3 * k + l] * double(operation.rot[l][j]);
                turned /= double(gemmi::Op::DEN) * gemmi::Op::DEN;
                if (!(std::abs(turned - metric[3 * i + j]) <= tolerance)) return false;
            }
    return true;
}

/// The line that a message of the parser, `name:line:column: text` or `name:line text`, speaks of, and the text alone.
/// Other messages are left as they are.
void locate(const std::string &message, rutile_cif_failure *failure) {
    failure->line = 0;
    size_t text = 0;
    const std::string prefix = "file:";
    if (message.compare(0, prefix.size(), prefix) == 0) {
        size_t place = prefix.size();
        int line = 0;
        while (place < message.size() && message[place] >= '0' && message[place] <= '9' && line < 100000000)
            line = 10 * line + (message[place++] - '0');
        while (place < message.size() && std::strchr("0123456789:() ", message[place]) != nullptr) ++place;
        failure->line = line;
        text = place;
    }
    copy(message.substr(text), failure->message, sizeof failure->message);
}

}  // namespace

extern "C" {

rutile_cif *rutile_cif_parse(const char *bytes, size_t count, rutile_cif_failure *failure) {
    failure->line = 0;
    try {
        return new rutile_cif{cif::read_memory(bytes, count, "file"), {}};
    } catch (const std::exception &error) {
        locate(error.what(), failure);
    } catch (...) {
        copy("not readable", failure->message, sizeof failure->message);
    }
    return nullptr;
}

void rutile_cif_free(rutile_cif *document) { delete document; }

size_t rutile_cif_block_count(const rutile_cif *document) { return document->document.blocks.size(); }

const char *rutile_cif_block_name(const rutile_cif *document, size_t block) {
    return document->document.blocks[block].name.c_str();
}

rutile_cif_values rutile_cif_find(const rutile_cif *document, size_t block, const char *tag) {
    rutile_cif_values none = {nullptr, 0, 0, 0};
    if (block >= document->document.blocks.size()) return none;
    const std::string wanted = gemmi::to_lower(tag);
    for (const cif::Item &item : document->document.blocks[block].items) {
        if (item.type == cif::ItemType::Pair) {
            if (gemmi::iequal(item.pair[0], wanted)) return {&item, 0, 1, item.line_number};
        } else if (item.type == cif::ItemType::Loop) {
            const int column = item.loop.find_tag_lc(wanted);
            if (column >= 0) return {&item, column, item.loop.length(), item.line_number};
        }
    }
    return none;
}

const char *rutile_cif_text(rutile_cif *document, rutile_cif_values values, size_t row, size_t *length) {
    const std::string *raw = raw_value(values, row);
    if (raw == nullptr || cif::is_null(*raw)) return nullptr;
    document->text = cif::as_string(*raw);
    *length = document->text.size();
    return document->text.c_str();
}

double rutile_cif_number(rutile_cif_values values, size_t row) {
    const std::string *raw = raw_value(values, row);
    if (raw == nullptr || raw->empty()) return std::numeric_limits<double>::quiet_NaN();
    return cif::as_number(*raw);
}

bool rutile_operation_read(const char *triplet, rutile_symmetry_operation *operation) {
    try {
        const gemmi::Op parsed = gemmi::parse_triplet(triplet);
        for (const auto &row : parsed.rot)
            for (int element : row)
                if (element % gemmi::Op::DEN != 0 || std::abs(element) > gemmi::Op::DEN) return false;
        if (parsed.det_rot() == 0) return false;
        *operation = plain(parsed);
        return true;
    } catch (...) {
        return false;
    }
}

void rutile_operation_write(rutile_symmetry_operation operation, char *text, size_t capacity) {
    copy(op(operation).triplet('x'), text, capacity);
}

bool rutile_group_named(const char *name, double alpha, double gamma, rutile_space_group *group) {
    try {
        const gemmi::SpaceGroup *found = gemmi::find_spacegroup_by_name(name, alpha, gamma);
        if (found == nullptr) return false;
        fill(*found, group);
        return true;
    } catch (...) {
        return false;
    }
}

bool rutile_group_numbered(int number, const double *metric, rutile_space_group *group) {
    if (number < 1 || number > 230) return false;
    if (metric != nullptr)
        for (const gemmi::SpaceGroup &candidate : gemmi::spacegroup_tables::main)
            if (candidate.number == number && suits(candidate, metric)) {
                fill(candidate, group);
                return true;
            }
    const gemmi::SpaceGroup *found = gemmi::find_spacegroup_by_number(number);
    if (found == nullptr) return false;
    fill(*found, group);
    return true;
}

bool rutile_group_of_operations(
    const rutile_symmetry_operation *operations, size_t count, int number, rutile_space_group *group) {
    try {
        std::vector<gemmi::Op> all;
        for (size_t index = 0; index < count; ++index) all.push_back(op(operations[index]));
        gemmi::GroupOps split = gemmi::split_centering_vectors(all);
        // The tables' own groups hold the zero vector among the centring vectors.
        const gemmi::Op::Tran zero{0, 0, 0};
        if (std::find(split.cen_ops.begin(), split.cen_ops.end(), zero) == split.cen_ops.end())
            split.cen_ops.insert(split.cen_ops.begin(), zero);
        if (static_cast<size_t>(split.order()) != count) return false;
        for (const gemmi::SpaceGroup &candidate : gemmi::spacegroup_tables::main)
            if (candidate.number == number && split.is_same_as(candidate.operations())) {
                fill(candidate, group);
                return true;
            }
        return false;
    } catch (...) {
        return false;
    }
}

size_t rutile_operations_of_hall(const char *hall, rutile_symmetry_operation *operations) {
    try {
        const gemmi::GroupOps group = gemmi::symops_from_hall(hall);
        size_t count = 0;
        for (const gemmi::Op::Tran &centring : group.cen_ops)
            for (const gemmi::Op &symmetry : group.sym_ops) {
                if (count == RUTILE_MOST_OPERATIONS) return 0;
                operations[count++] = plain(symmetry.translated(centring).wrap());
            }
        return count;
    } catch (...) {
        return 0;
    }
}

}  // extern "C"
