// Amounts carried by a deformation: what is in the source is in the target, no more and no less.
#pragma once

#include <span>

#include "control.hpp"
#include "deformation/field.hpp"

namespace theratwin::deformation {

// Where the corners of the source's voxels lie in the target: nodeToTarget · (corner index) + displacementToTarget (linear part) ·
// displacement, in continuous target indices. Corner (a, b, c) is the lower corner of voxel (a, b, c); there is one more along each axis.
struct CornerLattice {
  std::span<const float> displacements;
  Affine nodeToTarget;
  Affine displacementToTarget;
};

// target[b] = scale · Σ over source voxels a of source[a] · (part of voxel a that lies in voxel b).
//
// The corners make a hexahedron of each voxel, trilinear inside; neighbours share their faces, so that the bodies leave no gap. Each is
// cut into cells of at most two fifths of a target voxel (a fifth where it is turned by more than some degrees), and each cell is laid
// down as a box along the target's axes with the cell's second moments. The parts of every cell add up to one: the total of all voxels
// that come to lie inside the target is kept to rounding, however the lattice is bent. `source` and `target` must not overlap in memory.
//
// One task per slab of target planes; cancel is looked at once a row.
Status transport(const float* source, Size sourceSize, float* target, Size targetSize, const CornerLattice& corners, double scale,
                 unsigned threads, const Control& control);

}  // namespace theratwin::deformation
