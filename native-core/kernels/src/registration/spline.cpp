#include "spline.hpp"

#include <cmath>

#include "../thread_pool.hpp"
#include "metric.hpp"

namespace theratwin::registration {
namespace {

// The four cubic B-splines on one interval, and their first and second derivatives with respect to t in [0, 1].
std::array<std::array<double, 4>, 3> basis(double t) {
  const double u = 1 - t;
  return {{{u * u * u / 6, (4 - 6 * t * t + 3 * t * t * t) / 6, (1 + 3 * t + 3 * t * t - 3 * t * t * t) / 6, t * t * t / 6},
           {-0.5 * u * u, 1.5 * t * t - 2 * t, 0.5 + t - 1.5 * t * t, 0.5 * t * t},
           {u, 3 * t - 2, 1 - 3 * t, t}}};
}

}  // namespace

Coefficients refined(const ControlGrid& grid, const Coefficients& coefficients) {
  auto n = grid.points();
  Coefficients now = coefficients;
  for (int axis = 0; axis < 3; ++axis) {
    const std::int64_t length = n[static_cast<std::size_t>(axis)];
    auto m = n;
    m[static_cast<std::size_t>(axis)] = 2 * (length - 3) + 3;
    Coefficients next(static_cast<std::size_t>(3 * m[0] * m[1] * m[2]));
    const std::int64_t stride = axis == 0 ? 1 : axis == 1 ? n[0] : n[0] * n[1];
    for (std::int64_t c = 0; c < 3; ++c)
      for (std::int64_t k = 0; k < m[2]; ++k)
        for (std::int64_t j = 0; j < m[1]; ++j)
          for (std::int64_t i = 0; i < m[0]; ++i) {
            const std::int64_t at = axis == 0 ? i : axis == 1 ? j : k;
            const std::int64_t line = n[0] * n[1] * n[2] * c + (axis == 0   ? n[0] * (j + n[1] * k)
                                                                : axis == 1 ? i + n[0] * n[1] * k
                                                                            : i + n[0] * j);
            // Fine point `at` lies at coarse position at/2 + 1/2: odd ones on a coarse point, even ones between two.
            const auto value = [&](std::int64_t p) { return now[static_cast<std::size_t>(line + p * stride)]; };
            const std::int64_t p = at / 2;
            next[static_cast<std::size_t>(i + m[0] * (j + m[1] * (k + m[2] * c)))] =
                at % 2 == 0 ? (value(p) + value(p + 1)) / 2 : (value(p) + 6 * value(p + 1) + value(p + 2)) / 8;
          }
    now.swap(next);
    n = m;
  }
  return now;
}

AxisWeights axisWeights(std::int64_t voxels, std::int64_t intervals) {
  AxisWeights out;
  out.first.resize(static_cast<std::size_t>(voxels));
  out.weight.resize(static_cast<std::size_t>(voxels));
  for (std::int64_t v = 0; v < voxels; ++v) {
    const double position = (static_cast<double>(v) + 0.5) / static_cast<double>(voxels) * static_cast<double>(intervals);
    auto interval = static_cast<std::int64_t>(position);
    if (interval > intervals - 1) interval = intervals - 1;
    const auto weights = basis(position - static_cast<double>(interval))[0];
    out.first[static_cast<std::size_t>(v)] = interval;
    for (std::size_t n = 0; n < 4; ++n) out.weight[static_cast<std::size_t>(v)][n] = static_cast<float>(weights[n]);
  }
  return out;
}

bool expand(const ControlGrid& grid, const Coefficients& coefficients, const Size& lattice, unsigned threads,
            const Control& control, std::vector<float>& field) {
  const auto n = grid.points();
  const AxisWeights wx = axisWeights(lattice.x, grid.intervals[0]);
  const AxisWeights wy = axisWeights(lattice.y, grid.intervals[1]);
  const AxisWeights wz = axisWeights(lattice.z, grid.intervals[2]);
  const std::size_t voxels = lattice.count();
  field.resize(3 * voxels);
  return parallelFor(static_cast<std::size_t>(lattice.z), threads, control, [&](std::size_t slice) {
           // z first: one plane of control points for this slice; then y, then x.
           std::vector<float> plane(static_cast<std::size_t>(n[0] * n[1]));
           std::vector<float> line(static_cast<std::size_t>(n[0]));
           for (std::int64_t c = 0; c < 3; ++c) {
             const auto& z = wz.weight[slice];
             const double* base = coefficients.data() + n[0] * n[1] * (n[2] * c + wz.first[slice]);
             for (std::size_t p = 0; p < plane.size(); ++p) {
               double sum = 0;
               for (std::size_t s = 0; s < 4; ++s)
                 sum += static_cast<double>(z[s]) * base[p + s * static_cast<std::size_t>(n[0] * n[1])];
               plane[p] = static_cast<float>(sum);
             }
             for (std::int64_t j = 0; j < lattice.y; ++j) {
               const auto& y = wy.weight[static_cast<std::size_t>(j)];
               const float* rows = plane.data() + n[0] * wy.first[static_cast<std::size_t>(j)];
               for (std::int64_t p = 0; p < n[0]; ++p)
                 line[static_cast<std::size_t>(p)] =
                     y[0] * rows[p] + y[1] * rows[p + n[0]] + y[2] * rows[p + 2 * n[0]] + y[3] * rows[p + 3 * n[0]];
               float* out = field.data() + static_cast<std::size_t>(c) * voxels +
                            static_cast<std::size_t>(lattice.x * (j + lattice.y * static_cast<std::int64_t>(slice)));
               for (std::int64_t i = 0; i < lattice.x; ++i) {
                 const auto& x = wx.weight[static_cast<std::size_t>(i)];
                 const float* four = line.data() + wx.first[static_cast<std::size_t>(i)];
                 out[i] = x[0] * four[0] + x[1] * four[1] + x[2] * four[2] + x[3] * four[3];
               }
             }
           }
         }) == Status::done;
}

bool gather(const ControlGrid& grid, const std::vector<float>& force, const Size& lattice, unsigned threads,
            const Control& control, Coefficients& gradient) {
  const auto n = grid.points();
  const AxisWeights wx = axisWeights(lattice.x, grid.intervals[0]);
  const AxisWeights wy = axisWeights(lattice.y, grid.intervals[1]);
  const AxisWeights wz = axisWeights(lattice.z, grid.intervals[2]);
  const std::size_t voxels = lattice.count();
  const auto perPlane = static_cast<std::size_t>(n[0] * n[1]);
  // Of each slice the sums over x and y; then over the slices, in their order, for each plane of control points.
  std::vector<double> planes(3 * perPlane * static_cast<std::size_t>(lattice.z));
  if (parallelFor(static_cast<std::size_t>(lattice.z), threads, control, [&](std::size_t slice) {
        std::vector<double> line(static_cast<std::size_t>(n[0]));
        for (std::size_t c = 0; c < 3; ++c) {
          double* plane = planes.data() + perPlane * (3 * slice + c);
          for (std::int64_t j = 0; j < lattice.y; ++j) {
            line.assign(line.size(), 0);
            const float* in = force.data() + c * voxels +
                              static_cast<std::size_t>(lattice.x * (j + lattice.y * static_cast<std::int64_t>(slice)));
            for (std::int64_t i = 0; i < lattice.x; ++i) {
              const double value = in[i];
              if (value == 0) continue;
              const auto& x = wx.weight[static_cast<std::size_t>(i)];
              double* four = line.data() + wx.first[static_cast<std::size_t>(i)];
              for (std::size_t s = 0; s < 4; ++s) four[s] += static_cast<double>(x[s]) * value;
            }
            const auto& y = wy.weight[static_cast<std::size_t>(j)];
            for (std::size_t s = 0; s < 4; ++s) {
              double* row = plane + n[0] * (wy.first[static_cast<std::size_t>(j)] + static_cast<std::int64_t>(s));
              for (std::size_t p = 0; p < line.size(); ++p) row[p] += static_cast<double>(y[s]) * line[p];
            }
          }
        }
      }) != Status::done)
    return false;
  gradient.assign(3 * grid.count(), 0);
  return parallelFor(static_cast<std::size_t>(n[2]), threads, control, [&](std::size_t plane) {
           for (std::size_t slice = 0; slice < static_cast<std::size_t>(lattice.z); ++slice) {
             const std::int64_t s = static_cast<std::int64_t>(plane) - wz.first[slice];
             if (s < 0 || s > 3) continue;
             const double w = wz.weight[slice][static_cast<std::size_t>(s)];
             for (std::size_t c = 0; c < 3; ++c) {
               const double* in = planes.data() + perPlane * (3 * slice + c);
               double* out = gradient.data() + perPlane * (static_cast<std::size_t>(n[2]) * c + plane);
               for (std::size_t p = 0; p < perPlane; ++p) out[p] += w * in[p];
             }
           }
         }) == Status::done;
}

Bending::Bending(const ControlGrid& grid, const std::array<double, 3>& sideMm)
    : grid_(grid), volume_(sideMm[0] * sideMm[1] * sideMm[2]) {
  // Gauss and Legendre's four points: exact to the seventh power, and products of cubics have the sixth.
  constexpr std::array<double, 2> place = {0.339981043584856264803, 0.861136311594052575224};
  constexpr std::array<double, 2> share = {0.652145154862546142627, 0.347854845137453857373};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto intervals = grid.intervals[axis];
    const double h = sideMm[axis] / static_cast<double>(intervals);
    for (std::size_t order = 0; order < 3; ++order) {
      Band& band = products_[axis][order];
      band.assign(static_cast<std::size_t>(intervals) + 3, std::array<double, 7>{});
      const double scale = h / std::pow(h, 2 * static_cast<double>(order));
      for (std::int64_t interval = 0; interval < intervals; ++interval)
        for (int point = 0; point < 4; ++point) {
          const auto half = static_cast<std::size_t>(point / 2);
          const double t = 0.5 + 0.5 * (point % 2 == 0 ? place[half] : -place[half]);
          const auto b = basis(t)[order];
          for (std::size_t p = 0; p < 4; ++p)
            for (std::size_t q = 0; q < 4; ++q)
              band[static_cast<std::size_t>(interval) + p][q + 3 - p] += 0.5 * share[half] * scale * b[p] * b[q];
        }
    }
  }
}

double Bending::operator()(const Coefficients& coefficients, Coefficients& gradient) const {
  const auto n = grid_.points();
  const std::size_t count = grid_.count();
  // Order of the derivative along x, y, z, and how often it stands in the energy.
  struct Term {
    std::array<std::size_t, 3> order;
    double times;
  };
  static constexpr std::array<Term, 6> terms = {
      {{{2, 0, 0}, 1}, {{0, 2, 0}, 1}, {{0, 0, 2}, 1}, {{1, 1, 0}, 2}, {{1, 0, 1}, 2}, {{0, 1, 1}, 2}}};
  gradient.assign(coefficients.size(), 0);
  std::vector<double> from(count), to(count);
  for (std::size_t c = 0; c < 3; ++c)
    for (const Term& term : terms) {
      from.assign(coefficients.begin() + static_cast<std::ptrdiff_t>(c * count),
                  coefficients.begin() + static_cast<std::ptrdiff_t>((c + 1) * count));
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const Band& band = products_[axis][term.order[axis]];
        const std::int64_t stride = axis == 0 ? 1 : axis == 1 ? n[0] : n[0] * n[1];
        for (std::size_t at = 0; at < count; ++at) {
          const std::int64_t p = static_cast<std::int64_t>(at) / stride % n[axis];
          double sum = 0;
          for (std::int64_t s = p < 3 ? -p : -3; s <= 3 && p + s < n[axis]; ++s)
            sum += band[static_cast<std::size_t>(p)][static_cast<std::size_t>(s + 3)] *
                   from[static_cast<std::size_t>(static_cast<std::int64_t>(at) + s * stride)];
          to[at] = sum;
        }
        from.swap(to);
      }
      for (std::size_t at = 0; at < count; ++at) gradient[c * count + at] += term.times * from[at];
    }
  double energy = 0;
  for (std::size_t at = 0; at < gradient.size(); ++at) {
    energy += gradient[at] * coefficients[at];
    gradient[at] *= 2 / volume_;
  }
  return energy / volume_;
}

}  // namespace theratwin::registration
