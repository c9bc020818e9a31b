// Images of a registration: smoothed and thinned copies, and values with their gradient at points between the voxels.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "../control.hpp"
#include "../volume.hpp"

namespace theratwin::registration {

using Vec3 = std::array<double, 3>;

// Voxels of its own, with the map from patient coordinates (LPS, mm) to continuous indices.
struct Image {
  Size size;
  Affine patientToIndex;
  std::vector<float> values;
};

// What a caller gives: not owned.
struct ImageView {
  const float* values = nullptr;
  Size size;
  Affine patientToIndex;
  Affine indexToPatient;
};

// Length of one voxel step along each index axis, mm.
Vec3 spacingMm(const Affine& indexToPatient);

// Values held to [low, high], smoothed by a Gaussian of `sigmaMm` (cut at 3 sigma, edges repeated), then every n-th voxel kept as long as
// the steps stay below `spacingMm`. False when cancelled.
bool prepare(const ImageView& image, double low, double high, double sigmaMm, double stepMm, unsigned threads,
             const Control& control, Image& out);

// Trilinear value and its derivative along the index axes at (x, y, z) within [0, n − 1].
struct Sample {
  float value;
  std::array<float, 3> gradient;
};

inline bool inside(const Size& size, double x, double y, double z) {
  return x >= 0 && y >= 0 && z >= 0 && x <= static_cast<double>(size.x - 1) && y <= static_cast<double>(size.y - 1) &&
         z <= static_cast<double>(size.z - 1);
}

inline Sample sampleAt(const Image& image, double x, double y, double z) {
  const auto& n = image.size;
  const auto low = [](double p, std::int64_t count) {
    const auto i = static_cast<std::int64_t>(p);
    return i > count - 2 ? (count > 1 ? count - 2 : 0) : i;
  };
  const std::int64_t i = low(x, n.x), j = low(y, n.y), k = low(z, n.z);
  const auto fx = static_cast<float>(x - static_cast<double>(i));
  const auto fy = static_cast<float>(y - static_cast<double>(j));
  const auto fz = static_cast<float>(z - static_cast<double>(k));
  const std::int64_t dx = n.x > 1 ? 1 : 0;
  const std::int64_t dy = n.y > 1 ? n.x : 0;
  const std::int64_t dz = n.z > 1 ? n.x * n.y : 0;
  const float* v = image.values.data() + i + n.x * (j + n.y * k);
  const float c000 = v[0], c100 = v[dx], c010 = v[dy], c110 = v[dx + dy];
  const float c001 = v[dz], c101 = v[dx + dz], c011 = v[dy + dz], c111 = v[dx + dy + dz];
  const float x00 = c000 + fx * (c100 - c000), x10 = c010 + fx * (c110 - c010);
  const float x01 = c001 + fx * (c101 - c001), x11 = c011 + fx * (c111 - c011);
  const float y0 = x00 + fy * (x10 - x00), y1 = x01 + fy * (x11 - x01);
  const float gx0 = (c100 - c000) + fy * ((c110 - c010) - (c100 - c000));
  const float gx1 = (c101 - c001) + fy * ((c111 - c011) - (c101 - c001));
  const float gy0 = x10 - x00, gy1 = x11 - x01;
  return {y0 + fz * (y1 - y0), {gx0 + fz * (gx1 - gx0), gy0 + fz * (gy1 - gy0), y1 - y0}};
}

inline float valueAt(const Image& image, double x, double y, double z) { return sampleAt(image, x, y, z).value; }

// first ∘ second.
Affine compose(const Affine& first, const Affine& second);

}  // namespace theratwin::registration
