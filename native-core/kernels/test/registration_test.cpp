// Derivatives of the registration's costs against differences of them, and what its splines must keep.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "harness.hpp"
#include "registration/comparison.hpp"
#include "registration/metric.hpp"
#include "registration/registration.hpp"
#include "registration/spline.hpp"

using namespace theratwin;
using namespace theratwin::registration;

namespace {

std::vector<double> randomDoubles(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> values(count);
  for (double& value : values) value = uniform(generator);
  return values;
}

// Pairs that belong together loosely, a few of them left out.
struct Made {
  std::vector<float> fixed, moving, weight;
  explicit Made(std::size_t count) : fixed(count), moving(count), weight(count, 1.0F) {
    const auto a = randomDoubles(count, 3), b = randomDoubles(count, 4);
    for (std::size_t n = 0; n < count; ++n) {
      fixed[n] = static_cast<float>(a[n]);
      moving[n] = static_cast<float>(std::sin(2 * a[n]) + 0.3 * b[n]);
      if (n % 17 == 0) weight[n] = 0;
      if (n % 5 == 0) weight[n] = 0.5F;
    }
  }
};

double costWith(MetricKind kind, const Made& made, std::vector<float>& derivative) {
  double cost = 0, sum = 0;
  const bool done =
      costOf(kind, {made.fixed, made.moving, made.weight}, {-1.1, 1.1}, {-1.5, 1.5}, 2, Control(), cost, sum, derivative);
  CHECK(done);
  return cost;
}

}  // namespace

TEST("Metrics: the derivative is the change of the cost with each moving value") {
  for (const MetricKind kind : {MetricKind::normalisedCorrelation, MetricKind::mutualInformation}) {
    Made made(400);
    std::vector<float> derivative, ignored;
    costWith(kind, made, derivative);
    for (const std::size_t n : {0U, 1U, 5U, 77U, 200U, 399U}) {
      const float value = made.moving[n];
      const float h = 2e-3F;
      made.moving[n] = value + h;
      const double ahead = costWith(kind, made, ignored);
      made.moving[n] = value - h;
      const double behind = costWith(kind, made, ignored);
      made.moving[n] = value;
      CHECK_NEAR(static_cast<double>(derivative[n]), (ahead - behind) / (2 * static_cast<double>(h)), 2e-5);
    }
  }
}

TEST("Metrics: a left-out pair changes nothing; alike images correlate with 1") {
  Made made(300);
  std::vector<float> derivative;
  const double before = costWith(MetricKind::mutualInformation, made, derivative);
  made.moving[17] = 1.4F;
  CHECK_NEAR(costWith(MetricKind::mutualInformation, made, derivative), before, 1e-15);
  made.moving = made.fixed;
  CHECK_NEAR(costWith(MetricKind::normalisedCorrelation, made, derivative), -1, 1e-12);
}

TEST("Comparison: points that are kept see beyond an image what its edge is, so that none is won by pushing them out") {
  const Size size{12, 12, 12};
  const std::int64_t rim = 6;
  const Size wide{size.x + 2 * rim, size.y + 2 * rim, size.z + 2 * rim};
  const auto a = randomDoubles(size.count(), 5), b = randomDoubles(size.count(), 6);
  const std::vector<float> fixed(a.begin(), a.end()), moving(b.begin(), b.end());
  std::vector<float> widened(wide.count());
  const auto within = [&](std::int64_t i) { return std::min<std::int64_t>(std::max<std::int64_t>(i - rim, 0), 11); };
  std::size_t at = 0;
  for (std::int64_t k = 0; k < wide.z; ++k)
    for (std::int64_t j = 0; j < wide.y; ++j)
      for (std::int64_t i = 0; i < wide.x; ++i, ++at)
        widened[at] = moving[static_cast<std::size_t>(within(i) + 12 * (within(j) + 12 * within(k)))];
  Affine same;
  same.m = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
  Affine toWide = same, fromWide = same, shift = same;
  for (const std::size_t row : {0U, 1U, 2U}) {
    toWide.m[4 * row + 3] = static_cast<double>(rim);
    fromWide.m[4 * row + 3] = -static_cast<double>(rim);
  }
  shift.m[3] = 3.3;
  shift.m[7] = -2.6;
  shift.m[11] = 0.4;
  const auto problemOf = [&](const ImageView& image) {
    Problem problem;
    problem.threads = 2;
    Channel channel;
    channel.fixed = {fixed.data(), size, same, same};
    channel.moving = image;
    channel.low = -2;
    channel.high = 2;
    problem.channels.push_back(channel);
    return problem;
  };
  Level level;
  level.lattice = size;
  level.indexToPatient = same;
  level.patientToIndex = same;
  const Problem narrow = problemOf({moving.data(), size, same, same});
  const Problem broad = problemOf({widened.data(), wide, toWide, fromWide});
  Comparison kept(narrow, level, Control()), seen(broad, level, Control());
  CHECK(kept.ok() && seen.ok());
  double cost = 0, expected = 0;
  std::vector<float> force, expectedForce;
  CHECK(kept({same, nullptr}, cost, force));
  kept.keepPoints();
  CHECK(kept({shift, nullptr}, cost, force));
  CHECK(seen({shift, nullptr}, expected, expectedForce));
  CHECK_NEAR(cost, expected, 1e-6);
  for (std::size_t n = 0; n < force.size(); ++n)
    CHECK_NEAR(static_cast<double>(force[n]), static_cast<double>(expectedForce[n]), 1e-6);
  // x from 0 to 7, y from 3 to 11 and z from 0 to 10 stay in the image.
  CHECK_NEAR(kept.overlap(), 8.0 * 9 * 11 / 1728, 1e-12);
}

TEST("Splines: gathering is the transpose of expanding") {
  const ControlGrid grid{{3, 2, 4}};
  const Size lattice{11, 7, 13};
  const auto coefficients = randomDoubles(3 * grid.count(), 5);
  std::vector<float> field, force(3 * lattice.count());
  CHECK(expand(grid, coefficients, lattice, 2, Control(), field));
  const auto random = randomDoubles(force.size(), 6);
  for (std::size_t n = 0; n < force.size(); ++n) force[n] = static_cast<float>(random[n]);
  Coefficients gradient;
  CHECK(gather(grid, force, lattice, 3, Control(), gradient));
  double inField = 0, inCoefficients = 0;
  for (std::size_t n = 0; n < force.size(); ++n) inField += static_cast<double>(force[n]) * static_cast<double>(field[n]);
  for (std::size_t n = 0; n < gradient.size(); ++n) inCoefficients += gradient[n] * coefficients[n];
  CHECK_NEAR(inCoefficients, inField, 1e-4);
}

TEST("Splines: twice as many intervals carry the same field, of the same bending energy") {
  const ControlGrid grid{{3, 2, 4}}, finer{{6, 4, 8}};
  const Size lattice{9, 10, 8};
  const auto coefficients = randomDoubles(3 * grid.count(), 7);
  const Coefficients more = refined(grid, coefficients);
  CHECK(more.size() == 3 * finer.count());
  std::vector<float> coarse, fine;
  CHECK(expand(grid, coefficients, lattice, 1, Control(), coarse));
  CHECK(expand(finer, more, lattice, 1, Control(), fine));
  double worst = 0;
  for (std::size_t n = 0; n < coarse.size(); ++n) worst = std::max(worst, static_cast<double>(std::abs(coarse[n] - fine[n])));
  CHECK_NEAR(worst, 0, 1e-6);
  const std::array<double, 3> side = {90, 70, 120};
  Coefficients gradient;
  const double energy = Bending(grid, side)(coefficients, gradient);
  CHECK_NEAR(Bending(finer, side)(more, gradient) / energy, 1, 1e-10);
}

TEST("Bending energy: none of a linear field, its gradient that of its differences") {
  const ControlGrid grid{{4, 3, 3}};
  const std::array<double, 3> side = {80, 60, 60};
  const auto n = grid.points();
  Coefficients linear(3 * grid.count()), gradient;
  std::size_t at = 0;
  for (int c = 0; c < 3; ++c)
    for (std::int64_t k = 0; k < n[2]; ++k)
      for (std::int64_t j = 0; j < n[1]; ++j)
        for (std::int64_t i = 0; i < n[0]; ++i)
          linear[at++] = 3 + 0.5 * static_cast<double>(i) - 0.2 * static_cast<double>(j) + static_cast<double>(c * k);
  const Bending bending(grid, side);
  CHECK_NEAR(bending(linear, gradient), 0, 1e-12);
  auto any = randomDoubles(linear.size(), 9);
  Coefficients ignored;
  bending(any, gradient);
  for (const std::size_t p : {0U, 31U, 100U, 200U}) {
    const double value = any[p], h = 1e-4;
    any[p] = value + h;
    const double ahead = bending(any, ignored);
    any[p] = value - h;
    const double behind = bending(any, ignored);
    any[p] = value;
    CHECK_NEAR(gradient[p], (ahead - behind) / (2 * h), 1e-9);
  }
}

TEST("Jacobian: of a stretch in closed form, below zero where a field turns back") {
  const Size lattice{5, 4, 3};
  Affine toIndex;
  toIndex.m = {1.0 / 2, 0, 0, 0, 0, 1.0 / 3, 0, 0, 0, 0, 1.0 / 4, 0};
  std::vector<float> field(3 * lattice.count());
  const auto fill = [&](double alongX) {
    std::size_t voxel = 0;
    for (std::int64_t k = 0; k < lattice.z; ++k)
      for (std::int64_t j = 0; j < lattice.y; ++j)
        for (std::int64_t i = 0; i < lattice.x; ++i, ++voxel) field[3 * voxel] = static_cast<float>(alongX * 2.0 * static_cast<double>(i));
  };
  deformation::CornerDeterminants found;
  fill(0.25);
  CHECK(deformation::cornerDeterminants(field.data(), lattice, toIndex, found, 1, Control()) == Status::done);
  CHECK_NEAR(found.smallest, 1.25, 1e-6);
  CHECK_NEAR(found.largest, 1.25, 1e-6);
  fill(-1.5);
  CHECK(deformation::cornerDeterminants(field.data(), lattice, toIndex, found, 1, Control()) == Status::done);
  CHECK_NEAR(found.smallest, -0.5, 1e-6);
}
