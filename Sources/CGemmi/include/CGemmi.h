#ifndef CGEMMI_H
#define CGEMMI_H

#include <stdbool.h>
#include <stddef.h>

// What Rutile needs of gemmi, which is C++ with exceptions and views, as plain C: the syntax of CIF, and the tables of
// space groups. No function throws; no pointer that a function gives outlives the document it came from.

#ifdef __cplusplus
extern "C" {
#endif

/// A parsed CIF file.
typedef struct rutile_cif rutile_cif;

/// Why a file was refused. `line` counts from 1; 0 is unknown.
typedef struct {
    int line;
    char message[240];
} rutile_cif_failure;

/// All values of one tag: one for a pair, one for each row of a loop, none where the tag is absent.
typedef struct {
    const void *_Nullable item;
    int column;
    size_t count;
    /// Where the tag's pair or loop begins; counts from 1, 0 is unknown.
    int line;
} rutile_cif_values;

/// Parses `count` bytes; NULL and `failure` where they are no CIF.
rutile_cif *_Nullable rutile_cif_parse(const char *_Nonnull bytes, size_t count, rutile_cif_failure *_Nonnull failure);
/// Frees a document and all that it gave.
void rutile_cif_free(rutile_cif *_Nonnull document);

/// Number of data blocks.
size_t rutile_cif_block_count(const rutile_cif *_Nonnull document);
/// Name of a block, without `data_`. Lives as long as the document.
const char *_Nonnull rutile_cif_block_name(const rutile_cif *_Nonnull document, size_t block);

/// The values of `tag` (with its underscore, any case) in a block.
rutile_cif_values rutile_cif_find(const rutile_cif *_Nonnull document, size_t block, const char *_Nonnull tag);
/// The text of value `row < values.count`, without quotes; NULL where it is `?` or `.`. Lives until the next call
/// with the same document.
const char *_Nullable rutile_cif_text(
    rutile_cif *_Nonnull document, rutile_cif_values values, size_t row, size_t *_Nonnull length);
/// The number of value `row < values.count` without its uncertainty; NaN where it is none.
double rutile_cif_number(rutile_cif_values values, size_t row);

/// One operation of a space group on fractional coordinates: x' = rotation · x + translation.
typedef struct {
    /// Row by row; -1, 0 or 1.
    int rotation[9];
    /// In 24ths of a lattice vector.
    int translation[3];
} rutile_symmetry_operation;

/// Reads a coordinate triplet such as `-y,x-y,z+1/3`; false where it is none.
bool rutile_operation_read(const char *_Nonnull triplet, rutile_symmetry_operation *_Nonnull operation);
/// Writes `operation` as a coordinate triplet of lower-case letters; at most `capacity` bytes, the end's zero included.
void rutile_operation_write(rutile_symmetry_operation operation, char *_Nonnull text, size_t capacity);

/// The most operations that a space group has in any setting of the tables.
#define RUTILE_MOST_OPERATIONS 192

/// A space group in one setting.
typedef struct {
    /// 1 to 230.
    int number;
    /// Hermann-Mauguin symbol with blanks between its parts, for example `P 1 21/c 1`.
    char hermann_mauguin[16];
    /// The same, followed by a colon and the setting's letter where several settings share the symbol: `F d -3 m:2`.
    char extended[20];
    /// Hall symbol.
    char hall[20];
} rutile_space_group;

/// The group that `name` (Hermann-Mauguin, with or without blanks) stands for, with the setting that suits the cell's
/// angles (degrees); false where there is none.
bool rutile_group_named(
    const char *_Nonnull name, double alpha, double gamma, rutile_space_group *_Nonnull group);
/// The group with `number`, in the first setting of the tables whose rotations leave a cell with this `metric` (nine dot
/// products of its vectors, row by row) as it is; without `metric`, or where there is none, in the first setting of all.
bool rutile_group_numbered(int number, const double *_Nullable metric, rutile_space_group *_Nonnull group);
/// The setting of the group with `number` whose operations, all of them, are the given ones; false where the tables
/// have none.
bool rutile_group_of_operations(
    const rutile_symmetry_operation *_Nonnull operations, size_t count, int number,
    rutile_space_group *_Nonnull group);
/// All operations that a Hall symbol generates, at most `RUTILE_MOST_OPERATIONS`; 0 where it is none.
size_t rutile_operations_of_hall(const char *_Nonnull hall, rutile_symmetry_operation *_Nonnull operations);

#ifdef __cplusplus
}
#endif

#endif
