// Resampling by volume overlap: what is in the source is in the target, no more and no less.
#pragma once

#include <array>

#include "control.hpp"
#include "volume.hpp"

namespace theratwin {

// target[b] = scale · Σ over source voxels a of source[a] · (part of voxel a's volume that lies in voxel b).
//
// With scale = (source voxel volume) / (target voxel volume), concentrations become concentrations and the total
// (Σ value · voxel volume) of all source voxels inside the target grid is kept.
//
// Where the axes of both grids are parallel (any order, direction and spacing; rows may drift sideways by a thousandth of a
// target voxel) the parts are exact products of 1-D overlaps. Otherwise each source voxel is cut into `cells` along its axes
// and each cell is laid down as a box along the target's axes with the cell's second moments; the parts of every cell add up
// to one, so the total is kept to rounding; a uniform source is reproduced to some tenths of a per cent if a cell is at
// most a fifth of a target voxel. `source` and `target` must not overlap in memory.
//
// One task per target row block (parallel axes) or slab of target planes (oblique); cancel is looked at once a row.
Status resampleConservative(const float* source, Size sourceSize, float* target, Size targetSize,
                            const Affine& sourceToTarget, double scale, std::array<int, 3> cells, unsigned threads,
                            const Control& control);

}  // namespace theratwin
