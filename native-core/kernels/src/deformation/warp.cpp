#include "deformation/warp.hpp"

#include <vector>

#include "thread_pool.hpp"

namespace theratwin::deformation {
namespace {

// A neighbourhood along one axis: up to four voxels with their weights.
struct Taps {
  int count = 0;
  std::array<std::size_t, 4> offset{};
  std::array<double, 4> weight{};
};

// Keys (1981), a = −1/2, for the voxels −1, 0, 1, 2 around a point `t` beyond voxel 0.
std::array<double, 4> keys(double t) {
  return {t * (-0.5 + t * (1 - 0.5 * t)), 1 + t * t * (-2.5 + 1.5 * t), t * (0.5 + t * (2 - 1.5 * t)), t * t * (-0.5 + 0.5 * t)};
}

bool locate(double position, std::int64_t n, std::size_t stride, Interpolation interpolation, Taps& out) {
  if (!(position >= -0.5 - edgeGrace && position <= static_cast<double>(n) - 0.5 + edgeGrace)) return false;
  const double clamped = std::clamp(position, 0.0, static_cast<double>(n - 1));
  if (interpolation == Interpolation::nearest) {
    out.count = 1;
    out.offset[0] = static_cast<std::size_t>(clamped + 0.5) * stride;
    out.weight[0] = 1;
    return true;
  }
  const auto lower = std::min(static_cast<std::int64_t>(clamped), std::max<std::int64_t>(n - 2, 0));
  const double part = clamped - static_cast<double>(lower);
  const auto place = [&](std::int64_t index) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(index, 0, n - 1)) * stride;
  };
  if (interpolation == Interpolation::trilinear) {
    out.count = 2;
    out.offset = {place(lower), place(lower + 1), 0, 0};
    out.weight = {1 - part, part, 0, 0};
    return true;
  }
  out.count = 4;
  out.offset = {place(lower - 1), place(lower), place(lower + 1), place(lower + 2)};
  out.weight = keys(part);
  return true;
}

double gather(const float* source, const std::array<Taps, 3>& taps) {
  double sum = 0;
  for (int c = 0; c < taps[2].count; ++c) {
    const auto nc = static_cast<std::size_t>(c);
    double plane = 0;
    for (int b = 0; b < taps[1].count; ++b) {
      const auto nb = static_cast<std::size_t>(b);
      const float* row = source + taps[2].offset[nc] + taps[1].offset[nb];
      double line = 0;
      for (int a = 0; a < taps[0].count; ++a) {
        const auto na = static_cast<std::size_t>(a);
        line += taps[0].weight[na] * static_cast<double>(row[taps[0].offset[na]]);
      }
      plane += taps[1].weight[nb] * line;
    }
    sum += taps[2].weight[nc] * plane;
  }
  return sum;
}

}  // namespace

Status warp(const float* source, Size sourceSize, float* target, Size targetSize, const Field& field, const WarpGeometry& geometry,
            const WarpSettings& settings, unsigned threads, const Control& control) {
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(sourceSize.x),
                                          static_cast<std::size_t>(sourceSize.x * sourceSize.y)};
  const int points = settings.pointsPerAxis;
  const double perPoint = 1.0 / (static_cast<double>(points) * points * points);
  const auto offsetOf = [&](int n) { return (n + 0.5) / points - 0.5; };

  const auto valueAt = [&](const Vector& index) {
    Vector position = map(geometry.targetToSource, index);
    const Vector moved = mapLinear(geometry.displacementToSource, field.at(map(geometry.targetToField, index)));
    std::array<Taps, 3> taps;
    for (int axis = 0; axis < 3; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      if (!locate(position[a] + moved[a], sourceSize[axis], stride[a], settings.interpolation, taps[a])) {
        return static_cast<double>(settings.fill);
      }
    }
    return gather(source, taps);
  };
  const auto renderPlane = [&](std::size_t k) {
    float* out = target + k * static_cast<std::size_t>(targetSize.x * targetSize.y);
    for (std::int64_t j = 0; j < targetSize.y; ++j) {
      if (control.cancelled()) return;
      for (std::int64_t i = 0; i < targetSize.x; ++i, ++out) {
        const Vector centre{static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)};
        if (points == 1) {
          *out = static_cast<float>(valueAt(centre));
          continue;
        }
        double sum = 0;
        for (int c = 0; c < points; ++c)
          for (int b = 0; b < points; ++b)
            for (int a = 0; a < points; ++a) {
              sum += valueAt({centre[0] + offsetOf(a), centre[1] + offsetOf(b), centre[2] + offsetOf(c)});
            }
        *out = static_cast<float>(sum * perPoint);
      }
    }
  };
  const Status status = parallelFor(static_cast<std::size_t>(targetSize.z), threads, control, renderPlane);
  return control.cancelled() ? Status::cancelled : status;
}

Status jacobianDeterminants(float* target, Size targetSize, const Field& field, const Affine& targetToField, const Affine& patientToField,
                            double factor, unsigned threads, const Control& control) {
  const auto determinantAt = [&](const Vector& index) {
    Gradient byIndex{};
    for (int axis = 0; axis < 3; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      const auto last = static_cast<double>(field.size()[axis] - 1);
      Vector from = index;
      Vector to = index;
      from[a] = std::clamp(index[a] - 0.5, 0.0, last);
      to[a] = std::clamp(index[a] + 0.5, 0.0, last);
      if (!(to[a] > from[a])) continue;
      const Vector low = field.continued(from);
      const Vector high = field.continued(to);
      for (std::size_t row = 0; row < 3; ++row) byIndex[3 * row + a] = (high[row] - low[row]) / (to[a] - from[a]);
    }
    Gradient whole{1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column = 0; column < 3; ++column)
        for (std::size_t k = 0; k < 3; ++k) {
          whole[3 * row + column] += byIndex[3 * row + k] * patientToField.linear(static_cast<int>(k), static_cast<int>(column));
        }
    return determinant(whole);
  };
  const auto renderPlane = [&](std::size_t k) {
    float* out = target + k * static_cast<std::size_t>(targetSize.x * targetSize.y);
    for (std::int64_t j = 0; j < targetSize.y; ++j) {
      if (control.cancelled()) return;
      for (std::int64_t i = 0; i < targetSize.x; ++i, ++out) {
        const Vector index = map(targetToField, {static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
        *out = static_cast<float>(field.covers(index) ? factor * determinantAt(index) : factor);
      }
    }
  };
  const Status status = parallelFor(static_cast<std::size_t>(targetSize.z), threads, control, renderPlane);
  return control.cancelled() ? Status::cancelled : status;
}

Status cornerDeterminants(const float* vectors, Size size, const Affine& patientToField, CornerDeterminants& out, unsigned threads,
                          const Control& control) {
  const std::array<std::int64_t, 3> stride{1, size.x, size.x * size.y};
  std::array<std::int64_t, 3> cells{};
  for (int axis = 0; axis < 3; ++axis) cells[static_cast<std::size_t>(axis)] = std::max<std::int64_t>(1, size[axis] - 1);
  struct Plane {
    double smallest = INFINITY;
    double largest = -INFINITY;
    std::int64_t folded = 0;
  };
  std::vector<Plane> planes(static_cast<std::size_t>(cells[2]));
  const auto cornerDeterminant = [&](std::int64_t base, unsigned corner) {
    std::int64_t here = base;
    for (std::size_t axis = 0; axis < 3; ++axis) here += ((corner >> axis) & 1u) != 0 && size[static_cast<int>(axis)] > 1 ? stride[axis] : 0;
    Gradient whole{1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (size[static_cast<int>(axis)] == 1) continue;
      const bool isUpper = ((corner >> axis) & 1u) != 0;
      const float* low = vectors + 3 * (isUpper ? here - stride[axis] : here);
      const float* high = low + 3 * stride[axis];
      for (std::size_t row = 0; row < 3; ++row) {
        const double slope = static_cast<double>(high[row]) - static_cast<double>(low[row]);
        for (std::size_t column = 0; column < 3; ++column) {
          whole[3 * row + column] += slope * patientToField.linear(static_cast<int>(axis), static_cast<int>(column));
        }
      }
    }
    return determinant(whole);
  };
  const auto lookAtPlane = [&](std::size_t k) {
    for (std::int64_t j = 0; j < cells[1]; ++j) {
      if (control.cancelled()) return;
      for (std::int64_t i = 0; i < cells[0]; ++i) {
        const std::int64_t base = i + j * stride[1] + static_cast<std::int64_t>(k) * stride[2];
        double least = INFINITY;
        for (unsigned corner = 0; corner < 8; ++corner) {
          const double here = cornerDeterminant(base, corner);
          least = std::min(least, here);
          planes[k].largest = std::max(planes[k].largest, here);
        }
        planes[k].smallest = std::min(planes[k].smallest, least);
        if (least <= 0) ++planes[k].folded;
      }
    }
  };
  const Status status = parallelFor(planes.size(), threads, control, lookAtPlane);
  out = {INFINITY, -INFINITY, 0};
  std::int64_t all = 0;
  for (const Plane& plane : planes) {
    out.smallest = std::min(out.smallest, plane.smallest);
    out.largest = std::max(out.largest, plane.largest);
    all += plane.folded;
  }
  out.foldedShare = static_cast<double>(all) / (static_cast<double>(cells[0]) * static_cast<double>(cells[1]) * static_cast<double>(cells[2]));
  return control.cancelled() ? Status::cancelled : status;
}

}  // namespace theratwin::deformation
