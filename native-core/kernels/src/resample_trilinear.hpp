// Trilinear interpolation of a volume at the voxel centres of another grid.
#pragma once

#include "control.hpp"
#include "volume.hpp"

namespace theratwin {

// For each target voxel the source is interpolated at `targetToSource` of its index.
//
// A position counts as inside the source while it is within the outer faces of its voxels (−½ to n − ½ along each axis, with
// 1e-6 voxel of grace for rounding); within the outer half voxels the value is that of the nearest centre plane. Outside, the
// target gets `fill`. Sums are in double precision. `source` and `target` must not overlap in memory.
//
// One task per target plane; cancel is looked at once a row.
Status resampleTrilinear(const float* source, Size sourceSize, float* target, Size targetSize,
                         const Affine& targetToSource, float fill, unsigned threads, const Control& control);

}  // namespace theratwin
