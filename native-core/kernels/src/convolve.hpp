// Convolution of a volume with kernels that are even along each axis, by Fourier transforms.
#pragma once

#include <span>

#include "control.hpp"
#include "volume.hpp"

namespace theratwin {

// out_m(v) = Σ_u source(u) · kernel_m(|v − u|) for all voxels v of the volume, one sum for each kernel. A kernel gives the offsets
// 0 … n − 1 along each axis, as many values as the volume has, and is the same for the mirrored ones: nothing is cut off, nothing wraps
// around. Single precision: errors of some 1e-7 of the largest sum.
//
// `kernels` and `outputs` hold one volume after the other. Memory besides: about 2 (one kernel) or 1 + kernels volumes of four times the
// size, and one of the size of each kernel. Progress goes from `fromPerMille` to `toPerMille`. Throws bad_alloc where that is not there. Cancelled: outputs hold nothing of use.
Status convolveEven(const float* source, Size size, std::span<const double> kernels, std::span<float> outputs, unsigned threads,
                    const Control& control, int fromPerMille = 0, int toPerMille = 1000);

}  // namespace theratwin
