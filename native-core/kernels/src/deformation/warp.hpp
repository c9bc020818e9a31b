// An image seen through a deformation, and the Jacobian determinant of the deformation.
#pragma once

#include "control.hpp"
#include "deformation/field.hpp"

namespace theratwin::deformation {

enum class Interpolation { nearest = 0, trilinear = 1, cubic = 3 };

// How a target index leads to a source index: targetToSource · index + displacementToSource (linear part) · u(targetToField · index).
struct WarpGeometry {
  Affine targetToField;
  Affine targetToSource;
  Affine displacementToSource;
};

struct WarpSettings {
  Interpolation interpolation = Interpolation::trilinear;
  // Points along each axis of a target voxel of which the mean is taken; 1: its centre.
  int pointsPerAxis = 1;
  float fill = 0;
};

// Positions within the outer faces of the source's voxels are inside (1e-6 voxel of grace); in the outer half voxels the value is that of
// the nearest centre plane. Outside, a point counts as `fill`. Cubic: convolution with the kernel of Keys (1981) with a = −1/2, which
// reproduces polynomials up to the second degree. Sums are in double precision. `source` and `target` must not overlap in memory.
//
// One task per target plane; cancel is looked at once a row.
Status warp(const float* source, Size sourceSize, float* target, Size targetSize, const Field& field, const WarpGeometry& geometry,
            const WarpSettings& settings, unsigned threads, const Control& control);

// factor · det(I + ∂u/∂x) at the target's voxel centres; `factor` where the field does not reach. Derivatives are differences of u over
// one voxel of its grid around the point, shortened at the outermost centres. `patientToField` is used for its linear part only.
Status jacobianDeterminants(float* target, Size targetSize, const Field& field, const Affine& targetToField, const Affine& patientToField,
                            double factor, unsigned threads, const Control& control);

// Of det(I + ∂u/∂x) in the corners of the cells between voxel centres.
struct CornerDeterminants {
  double smallest = 1;
  double largest = 1;
  // Of the cells: those with a corner where it is not above zero.
  double foldedShare = 0;
};

// Looks at the determinant of the trilinear map in the eight corners of each cell between voxel centres, with the differences along the
// cell's own edges (Karaçali and Davatzikos 2004). One task per plane of cells.
Status cornerDeterminants(const float* vectors, Size size, const Affine& patientToField, CornerDeterminants& out, unsigned threads,
                          const Control& control);

}  // namespace theratwin::deformation
