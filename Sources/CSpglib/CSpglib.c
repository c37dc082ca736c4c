#include "CSpglib.h"

#include <limits.h>
#include <spglib.h>
#include <stdlib.h>
#include <string.h>

static void copy_text(const char *source, char *target, size_t capacity) {
    strncpy(target, source, capacity - 1);
    target[capacity - 1] = 0;
}

static void *copy_memory(const void *source, size_t count, size_t size) {
    if (count == 0) return NULL;
    void *target = calloc(count, size);
    if (target != NULL) memcpy(target, source, count * size);
    return target;
}

/// spglib's lattices have the vectors as columns, ours one after the other.
static void transpose(const double source[3][3], double *target) {
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column) target[3 * column + row] = source[row][column];
}

bool rutile_symmetry_find(
    const double *lattice, const double *positions, const int *types, size_t count, double tolerance,
    rutile_spglib_symmetry *symmetry) {
    memset(symmetry, 0, sizeof *symmetry);
    if (count == 0 || count > INT_MAX / 16) return false;
    double basis[3][3];
    transpose((const double(*)[3])lattice, &basis[0][0]);
    double(*places)[3] = copy_memory(positions, 3 * count, sizeof(double));
    if (places == NULL) return false;
    SpglibDataset *dataset = spg_get_dataset(basis, places, types, (int)count, tolerance);
    free(places);
    if (dataset == NULL) return false;
    if (dataset->spacegroup_number < 1 || dataset->n_atoms < 0 || (size_t)dataset->n_atoms != count) {
        spg_free_dataset(dataset);
        return false;
    }
    symmetry->space_group_number = dataset->spacegroup_number;
    symmetry->hall_number = dataset->hall_number;
    copy_text(dataset->international_symbol, symmetry->international, sizeof symmetry->international);
    copy_text(dataset->hall_symbol, symmetry->hall, sizeof symmetry->hall);
    copy_text(dataset->choice, symmetry->choice, sizeof symmetry->choice);
    copy_text(dataset->pointgroup_symbol, symmetry->point_group, sizeof symmetry->point_group);
    memcpy(symmetry->transformation, dataset->transformation_matrix, sizeof symmetry->transformation);
    memcpy(symmetry->origin_shift, dataset->origin_shift, sizeof symmetry->origin_shift);
    symmetry->rotations = copy_memory(dataset->rotations, 9 * (size_t)dataset->n_operations, sizeof(int));
    symmetry->translations = copy_memory(dataset->translations, 3 * (size_t)dataset->n_operations, sizeof(double));
    if (symmetry->rotations != NULL && symmetry->translations != NULL)
        symmetry->operation_count = (size_t)dataset->n_operations;
    symmetry->wyckoff = copy_memory(dataset->wyckoffs, count, sizeof(int));
    symmetry->equivalent = copy_memory(dataset->equivalent_atoms, count, sizeof(int));
    transpose(dataset->std_lattice, symmetry->conventional.lattice);
    symmetry->conventional.positions =
        copy_memory(dataset->std_positions, 3 * (size_t)dataset->n_std_atoms, sizeof(double));
    symmetry->conventional.types = copy_memory(dataset->std_types, (size_t)dataset->n_std_atoms, sizeof(int));
    symmetry->conventional.primitive_sites =
        copy_memory(dataset->std_mapping_to_primitive, (size_t)dataset->n_std_atoms, sizeof(int));
    if (symmetry->conventional.positions != NULL && symmetry->conventional.types != NULL &&
        symmetry->conventional.primitive_sites != NULL)
        symmetry->conventional.site_count = (size_t)dataset->n_std_atoms;
    spg_free_dataset(dataset);
    if (symmetry->wyckoff == NULL || symmetry->equivalent == NULL) {
        rutile_symmetry_free(symmetry);
        return false;
    }
    return true;
}

void rutile_symmetry_free(rutile_spglib_symmetry *symmetry) {
    free(symmetry->rotations);
    free(symmetry->translations);
    free(symmetry->wyckoff);
    free(symmetry->equivalent);
    free(symmetry->conventional.positions);
    free(symmetry->conventional.types);
    free(symmetry->conventional.primitive_sites);
    memset(symmetry, 0, sizeof *symmetry);
}
