#include "image.hpp"

#include <algorithm>

#include "../thread_pool.hpp"

namespace theratwin::registration {
namespace {

std::vector<double> gaussian(double sigmaVoxels) {
  const auto radius = static_cast<int>(std::ceil(3 * sigmaVoxels));
  std::vector<double> kernel(static_cast<std::size_t>(radius) + 1);
  double sum = 0;
  for (int n = 0; n <= radius; ++n) {
    kernel[static_cast<std::size_t>(n)] = std::exp(-0.5 * n * n / (sigmaVoxels * sigmaVoxels));
    sum += (n == 0 ? 1 : 2) * kernel[static_cast<std::size_t>(n)];
  }
  for (double& weight : kernel) weight /= sum;
  return kernel;
}

// Smooths along one axis, `keep`-th voxels only.
bool smoothAlong(const std::vector<float>& in, const Size& size, int axis, const std::vector<double>& kernel, std::int64_t keep,
                 unsigned threads, const Control& control, std::vector<float>& out, Size& outSize) {
  outSize = size;
  const std::int64_t length = size[axis];
  const std::int64_t kept = (length - 1) / keep + 1;
  (axis == 0 ? outSize.x : axis == 1 ? outSize.y : outSize.z) = kept;
  out.assign(outSize.count(), 0.0F);
  const std::int64_t stride = axis == 0 ? 1 : axis == 1 ? size.x : size.x * size.y;
  const auto radius = static_cast<std::int64_t>(kernel.size()) - 1;
  const Size target = outSize;
  const Status status = parallelFor(static_cast<std::size_t>(target.z), threads, control, [&](std::size_t slice) {
    const auto k = static_cast<std::int64_t>(slice);
    for (std::int64_t j = 0; j < target.y; ++j) {
      float* row = out.data() + target.x * (j + target.y * k);
      for (std::int64_t i = 0; i < target.x; ++i) {
        const std::int64_t at = axis == 0 ? i * keep : axis == 1 ? j * keep : k * keep;
        const float* line = in.data() + (axis == 0 ? size.x * (j + size.y * k)
                                         : axis == 1 ? i + size.x * size.y * k
                                                     : i + size.x * j);
        double sum = kernel[0] * line[at * stride];
        for (std::int64_t n = 1; n <= radius; ++n) {
          const std::int64_t before = std::max<std::int64_t>(at - n, 0);
          const std::int64_t behind = std::min<std::int64_t>(at + n, length - 1);
          sum += kernel[static_cast<std::size_t>(n)] * (static_cast<double>(line[before * stride]) + line[behind * stride]);
        }
        row[i] = static_cast<float>(sum);
      }
    }
  });
  return status == Status::done;
}

}  // namespace

Vec3 spacingMm(const Affine& indexToPatient) {
  Vec3 spacing{};
  for (int axis = 0; axis < 3; ++axis) {
    spacing[static_cast<std::size_t>(axis)] =
        std::hypot(indexToPatient.linear(0, axis), indexToPatient.linear(1, axis), indexToPatient.linear(2, axis));
  }
  return spacing;
}

bool prepare(const ImageView& image, double low, double high, double sigmaMm, double stepMm, unsigned threads,
             const Control& control, Image& out) {
  out.size = image.size;
  out.values.resize(image.size.count());
  const auto lowest = static_cast<float>(low);
  const auto highest = static_cast<float>(high);
  for (std::size_t n = 0; n < out.values.size(); ++n) out.values[n] = std::min(std::max(image.values[n], lowest), highest);
  const Vec3 spacing = spacingMm(image.indexToPatient);
  out.patientToIndex = image.patientToIndex;
  for (int axis = 0; axis < 3; ++axis) {
    const double step = spacing[static_cast<std::size_t>(axis)];
    const std::int64_t keep = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(stepMm / step + 1e-6)));
    const double sigma = sigmaMm / step;
    if (keep == 1 && sigma < 0.2) continue;
    // Thinning needs what it takes away to have been smoothed away.
    std::vector<float> smoothed;
    Size size;
    if (!smoothAlong(out.values, out.size, axis, gaussian(std::max(sigma, 0.2)), keep, threads, control, smoothed, size))
      return false;
    out.values.swap(smoothed);
    out.size = size;
    const auto row = static_cast<std::size_t>(4 * axis);
    for (std::size_t n = 0; n < 4; ++n) out.patientToIndex.m[row + n] /= static_cast<double>(keep);
  }
  return true;
}

Affine compose(const Affine& first, const Affine& second) {
  Affine out;
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 4; ++column) {
      double sum = column == 3 ? first.offset(row) : 0;
      for (int n = 0; n < 3; ++n) sum += first.linear(row, n) * second.m[static_cast<std::size_t>(4 * n + column)];
      out.m[static_cast<std::size_t>(4 * row + column)] = sum;
    }
  }
  return out;
}

}  // namespace theratwin::registration
