#ifndef RUTILE_CSPGLIB_H
#define RUTILE_CSPGLIB_H

#include <stdbool.h>
#include <stddef.h>

// What Rutile needs of spglib: the symmetry of one crystal, in plain arrays.
//
// spglib crashes on coordinates that are not finite and loops over sites without looking: whoever calls has checked that
// all numbers are finite, that the volume is positive and that no two sites coincide. It is not known to be safe for
// several threads at once.

/// A cell with its sites, in memory that `rutile_symmetry_free` frees.
typedef struct {
    size_t site_count;
    /// Three vectors, one after the other, in the unit of the lattice that was given.
    double lattice[9];
    /// Fractional; three for each site.
    double *_Nullable positions;
    /// One for each site.
    int *_Nullable types;
    /// For each site the site of the primitive cell that it is an image of.
    int *_Nullable primitive_sites;
} rutile_spglib_cell;

/// The symmetry of a crystal.
typedef struct {
    int space_group_number;
    int hall_number;
    char international[12];
    char hall[20];
    char choice[8];
    char point_group[8];
    /// Row by row: from the basis that was given to the standardised one, x_standard = matrix · x + shift.
    double transformation[9];
    double origin_shift[3];
    size_t operation_count;
    /// Nine for each operation, row by row, on fractional coordinates of the cell that was given.
    int *_Nullable rotations;
    /// Three for each operation, in lattice vectors.
    double *_Nullable translations;
    /// For each site that was given: 0 is `a`.
    int *_Nullable wyckoff;
    /// For each site that was given: the first site that symmetry maps it to.
    int *_Nullable equivalent;
    /// The standardised conventional cell.
    rutile_spglib_cell conventional;
} rutile_spglib_symmetry;

/// Finds the symmetry of `count` sites.
///
/// - `lattice`: three vectors, one after the other.
/// - `positions`: fractional, three for each site. `types`: equal numbers for like sites.
/// - `tolerance`: a distance in the unit of the lattice.
/// Returns false where none was found; then there is nothing to free.
bool rutile_symmetry_find(
    const double *_Nonnull lattice, const double *_Nonnull positions, const int *_Nonnull types, size_t count,
    double tolerance, rutile_spglib_symmetry *_Nonnull symmetry);
/// Frees what `rutile_symmetry_find` filled.
void rutile_symmetry_free(rutile_spglib_symmetry *_Nonnull symmetry);

#endif
