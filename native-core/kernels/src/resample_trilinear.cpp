#include "resample_trilinear.hpp"

#include <algorithm>

#include "thread_pool.hpp"

namespace theratwin {
namespace {

constexpr double edgeGrace = 1e-6;

// Lower neighbour and weight of the upper one along one axis.
struct Neighbours {
  std::size_t lower;
  std::size_t step;
  double weight;
};

bool locate(double position, std::int64_t n, Neighbours& out) {
  if (!(position >= -0.5 - edgeGrace && position <= static_cast<double>(n) - 0.5 + edgeGrace)) return false;
  const double clamped = std::clamp(position, 0.0, static_cast<double>(n - 1));
  const auto lower = std::min(static_cast<std::int64_t>(clamped), std::max<std::int64_t>(n - 2, 0));
  out.lower = static_cast<std::size_t>(lower);
  out.step = n > 1 ? 1 : 0;
  out.weight = clamped - static_cast<double>(lower);
  return true;
}

double mix(double a, double b, double weight) { return a + weight * (b - a); }

}  // namespace

Status resampleTrilinear(const float* source, Size sourceSize, float* target, Size targetSize,
                         const Affine& targetToSource, float fill, unsigned threads, const Control& control) {
  const auto row = static_cast<std::size_t>(sourceSize.x);
  const auto plane = row * static_cast<std::size_t>(sourceSize.y);
  const auto renderPlane = [&](std::size_t k) {
    float* out = target + k * static_cast<std::size_t>(targetSize.x * targetSize.y);
    for (std::int64_t j = 0; j < targetSize.y; ++j) {
      if (control.cancelled()) return;
      for (std::int64_t i = 0; i < targetSize.x; ++i, ++out) {
        const auto x = static_cast<double>(i);
        const auto y = static_cast<double>(j);
        const auto z = static_cast<double>(k);
        Neighbours a{};
        Neighbours b{};
        Neighbours c{};
        if (!locate(targetToSource.at(0, x, y, z), sourceSize.x, a) ||
            !locate(targetToSource.at(1, x, y, z), sourceSize.y, b) ||
            !locate(targetToSource.at(2, x, y, z), sourceSize.z, c)) {
          *out = fill;
          continue;
        }
        const float* p = source + a.lower + b.lower * row + c.lower * plane;
        const float* q = p + c.step * plane;
        const std::size_t up = b.step * row;
        const double front = mix(mix(p[0], p[a.step], a.weight), mix(p[up], p[up + a.step], a.weight), b.weight);
        const double back = mix(mix(q[0], q[a.step], a.weight), mix(q[up], q[up + a.step], a.weight), b.weight);
        *out = static_cast<float>(mix(front, back, c.weight));
      }
    }
  };
  const Status status = parallelFor(static_cast<std::size_t>(targetSize.z), threads, control, renderPlane);
  return control.cancelled() ? Status::cancelled : status;
}

}  // namespace theratwin
