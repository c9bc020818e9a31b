#include <cmath>
#include <random>
#include <vector>

#include "deformation/inverse.hpp"
#include "deformation/transport.hpp"
#include "deformation/warp.hpp"
#include "harness.hpp"

using namespace theratwin;
using namespace theratwin::deformation;

namespace {

Affine scaled(double x, double y, double z, double shift = 0) { return Affine{{x, 0, 0, shift, 0, y, 0, shift, 0, 0, z, shift}}; }

Affine identity() { return scaled(1, 1, 1); }

// A smooth field on unit voxels: at most 1.5 along each axis, fading out at the edges.
std::vector<float> smoothField(Size size, double height) {
  std::vector<float> field(3 * size.count());
  std::size_t n = 0;
  const auto wave = [](std::int64_t i, std::int64_t count) {
    return std::sin(3.14159265358979 * static_cast<double>(i) / static_cast<double>(count - 1));
  };
  for (std::int64_t k = 0; k < size.z; ++k)
    for (std::int64_t j = 0; j < size.y; ++j)
      for (std::int64_t i = 0; i < size.x; ++i) {
        const double all = height * wave(i, size.x) * wave(j, size.y) * wave(k, size.z);
        field[n++] = static_cast<float>(all);
        field[n++] = static_cast<float>(-0.7 * all);
        field[n++] = static_cast<float>(0.5 * all);
      }
  return field;
}

std::vector<float> randomVolume(Size size, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(0.0f, 1000.0f);
  std::vector<float> values(size.count());
  for (auto& value : values) value = uniform(generator);
  return values;
}

double total(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum;
}

std::vector<float> cornersOf(Size size, const Field& field) {
  const Size nodes{size.x + 1, size.y + 1, size.z + 1};
  std::vector<float> corners(3 * nodes.count());
  std::array<std::int64_t, 2> counts{};
  invertField(corners, nodes, scaled(1, 1, 1, -0.5), field, identity(), counts, 2, Control());
  CHECK(counts[0] == 0);
  return corners;
}

}  // namespace

TEST("deformation: no displacement gives the same values, whatever the interpolation") {
  const Size size{7, 5, 4};
  const auto source = randomVolume(size, 1);
  const std::vector<float> none(3 * size.count(), 0.0f);
  const WarpGeometry geometry{identity(), identity(), identity()};
  for (const Interpolation interpolation : {Interpolation::nearest, Interpolation::trilinear, Interpolation::cubic}) {
    std::vector<float> target(size.count(), -1.0f);
    warp(source.data(), size, target.data(), size, Field(none.data(), size), geometry, {interpolation, 1, 0}, 2, Control());
    CHECK(target == source);
  }
}

TEST("deformation: cubic interpolation reproduces a quadratic function, trilinear does not") {
  const Size size{12, 11, 10};
  std::vector<float> source(size.count());
  const auto f = [](double x, double y, double z) { return 2 + x - 0.3 * x * x + 0.2 * y * z + 0.1 * z * z; };
  std::size_t n = 0;
  for (int k = 0; k < 10; ++k)
    for (int j = 0; j < 11; ++j)
      for (int i = 0; i < 12; ++i) source[n++] = static_cast<float>(f(i, j, k));
  const std::vector<float> third(3, 0.3f);
  // One vector everywhere: the field's grid has one voxel as large as the image.
  const WarpGeometry geometry{scaled(0.05, 0.05, 0.05, -0.2), identity(), identity()};
  std::vector<float> cubic(size.count());
  std::vector<float> linear(size.count());
  const Field field(third.data(), {1, 1, 1});
  warp(source.data(), size, cubic.data(), size, field, geometry, {Interpolation::cubic, 1, 0}, 1, Control());
  warp(source.data(), size, linear.data(), size, field, geometry, {Interpolation::trilinear, 1, 0}, 1, Control());
  const auto at = [&](int i, int j, int k) { return static_cast<std::size_t>(i + 12 * (j + 11 * k)); };
  CHECK_NEAR(cubic[at(5, 5, 5)], f(5.3, 5.3, 5.3), 1e-4);
  CHECK_NEAR(cubic[at(3, 6, 4)], f(3.3, 6.3, 4.3), 1e-4);
  CHECK(std::abs(static_cast<double>(linear[at(5, 5, 5)]) - f(5.3, 5.3, 5.3)) > 0.01);
}

TEST("deformation: the determinant of a linear field is that of its matrix") {
  const Size size{6, 7, 8};
  std::vector<float> field(3 * size.count());
  std::size_t n = 0;
  for (int k = 0; k < 8; ++k)
    for (int j = 0; j < 7; ++j)
      for (int i = 0; i < 6; ++i) {
        field[n++] = static_cast<float>(0.1 * i + 0.05 * j);
        field[n++] = static_cast<float>(-0.2 * j + 0.02 * k);
        field[n++] = static_cast<float>(0.3 * k - 0.04 * i);
      }
  // det [[1.1, 0.05, 0], [0, 0.8, 0.02], [-0.04, 0, 1.3]]
  const double expected = 1.1 * 0.8 * 1.3 + 0.05 * 0.02 * -0.04;
  std::vector<float> found(size.count());
  jacobianDeterminants(found.data(), size, Field(field.data(), size), identity(), identity(), 2, 2, Control());
  for (const float one : found) CHECK_NEAR(one, 2 * expected, 1e-5);
}

TEST("deformation: the inverse leads back") {
  const Size size{20, 21, 22};
  const auto vectors = smoothField(size, 3);
  const Field field(vectors.data(), size);
  std::vector<float> back(3 * size.count());
  std::array<std::int64_t, 2> counts{};
  CHECK(invertField(back, size, identity(), field, identity(), counts, 2, Control()) == Status::done);
  CHECK(counts[0] == 0);
  std::size_t n = 0;
  for (int k = 0; k < 22; ++k)
    for (int j = 0; j < 21; ++j)
      for (int i = 0; i < 20; ++i, n += 3) {
        const Vector x{i + static_cast<double>(back[n]), j + static_cast<double>(back[n + 1]), k + static_cast<double>(back[n + 2])};
        const Vector u = field.at(x);
        CHECK_NEAR(x[0] + u[0], i, 2e-5);
        CHECK_NEAR(x[1] + u[1], j, 2e-5);
        CHECK_NEAR(x[2] + u[2], k, 2e-5);
      }
}

TEST("deformation: a fold has points without a way back") {
  const Size size{20, 6, 6};
  std::vector<float> vectors(3 * size.count(), 0.0f);
  // x + u runs from 0 to 19 and back in the middle.
  for (std::size_t n = 0; n < size.count(); ++n) {
    const auto i = static_cast<double>(n % 20);
    vectors[3 * n] = static_cast<float>(6 * std::sin(i * 0.9));
  }
  std::vector<float> back(3 * size.count());
  std::array<std::int64_t, 2> counts{};
  invertField(back, size, identity(), Field(vectors.data(), size), identity(), counts, 1, Control());
  CHECK(counts[0] > 0);
}

TEST("deformation: transport keeps the total of a bent volume to rounding") {
  const Size size{18, 17, 16};
  const auto vectors = smoothField(size, 2.5);
  const auto source = randomVolume(size, 3);
  const auto corners = cornersOf(size, Field(vectors.data(), size));
  // Targets finer and coarser than the source, larger than it all round.
  for (const double ratio : {0.45, 1.0, 2.3}) {
    const auto n = static_cast<std::int64_t>(std::ceil(26 * ratio));
    const Size out{n, n, n};
    std::vector<float> target(out.count());
    Affine place = scaled(ratio, ratio, ratio);
    for (int row = 0; row < 3; ++row) place.m[static_cast<std::size_t>(4 * row + 3)] = 3.3 * ratio;
    const CornerLattice lattice{corners, place, scaled(ratio, ratio, ratio)};
    const double scale = 1 / (ratio * ratio * ratio);
    CHECK(transport(source.data(), size, target.data(), out, lattice, scale, 2, Control()) == Status::done);
    CHECK_NEAR(total(target) / scale / total(source), 1, 1e-6);
  }
}

TEST("deformation: transport of a uniform concentration is the Jacobian determinant") {
  const Size size{24, 24, 24};
  const auto vectors = smoothField(size, 2);
  const Field field(vectors.data(), size);
  const std::vector<float> source(size.count(), 1.0f);
  const auto corners = cornersOf(size, field);
  std::vector<float> found(size.count());
  std::vector<float> jacobian(size.count());
  const CornerLattice lattice{corners, scaled(1, 1, 1, -0.5), identity()};
  transport(source.data(), size, found.data(), size, lattice, 1, 2, Control());
  jacobianDeterminants(jacobian.data(), size, field, identity(), identity(), 1, 2, Control());
  for (int k = 4; k < 20; ++k)
    for (int j = 4; j < 20; ++j)
      for (int i = 4; i < 20; ++i) {
        const auto n = static_cast<std::size_t>(i + 24 * (j + 24 * k));
        CHECK_NEAR(found[n] / jacobian[n], 1, 0.015);
      }
}

TEST("deformation: same bits whatever the number of threads, and all cancel") {
  const Size size{17, 19, 21};
  const auto vectors = smoothField(size, 2);
  const Field field(vectors.data(), size);
  const auto source = randomVolume(size, 4);
  const auto corners = cornersOf(size, field);
  const WarpGeometry geometry{identity(), identity(), identity()};
  const CornerLattice lattice{corners, scaled(1, 1, 1, -0.5), identity()};
  std::vector<std::vector<float>> first;
  for (const unsigned threads : {1u, 2u, 5u}) {
    std::vector<std::vector<float>> all(4, std::vector<float>(size.count()));
    all[3].resize(3 * size.count());
    std::array<std::int64_t, 2> counts{};
    warp(source.data(), size, all[0].data(), size, field, geometry, {Interpolation::cubic, 2, 0}, threads, Control());
    jacobianDeterminants(all[1].data(), size, field, identity(), identity(), 1, threads, Control());
    transport(source.data(), size, all[2].data(), size, lattice, 1, threads, Control());
    invertField(all[3], size, identity(), field, identity(), counts, threads, Control());
    if (first.empty()) first = all;
    CHECK(all == first);
  }
  std::int32_t slots[2] = {1, 0};
  const Control stop(slots, slots + 1);
  std::vector<float> out(size.count());
  std::vector<float> back(3 * size.count());
  std::array<std::int64_t, 2> counts{};
  CHECK(warp(source.data(), size, out.data(), size, field, geometry, {}, 1, stop) == Status::cancelled);
  CHECK(jacobianDeterminants(out.data(), size, field, identity(), identity(), 1, 1, stop) == Status::cancelled);
  CHECK(transport(source.data(), size, out.data(), size, lattice, 1, 1, stop) == Status::cancelled);
  CHECK(invertField(back, size, identity(), field, identity(), counts, 1, stop) == Status::cancelled);
}
