#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "harness.hpp"
#include "resample_conservative.hpp"
#include "resample_trilinear.hpp"

using namespace theratwin;

namespace {

Affine scaling(double x, double y, double z) { return Affine{{x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0}}; }

Affine identity() { return scaling(1, 1, 1); }

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

// Rotation by two angles with a shift: source index to target index for grids of unit spacing, scaled by `scale`.
Affine rotated(double a, double b, double scale, double shift) {
  const double c = std::cos(a);
  const double s = std::sin(a);
  const double d = std::cos(b);
  const double e = std::sin(b);
  return Affine{{scale * c, -scale * s * d, scale * s * e, shift, scale * s, scale * c * d, -scale * c * e, shift, 0,
                 scale * e, scale * d, shift}};
}

}  // namespace

TEST("trilinear: the identity gives the same values") {
  const Size size{7, 5, 4};
  const auto source = randomVolume(size, 1);
  std::vector<float> target(size.count(), -1.0f);
  CHECK(resampleTrilinear(source.data(), size, target.data(), size, identity(), -5, 2, Control()) == Status::done);
  CHECK(target == source);
}

TEST("trilinear: a linear function is reproduced between voxel centres") {
  const Size size{9, 8, 7};
  std::vector<float> source(size.count());
  const auto f = [](double x, double y, double z) { return 3 + 2 * x - 5 * y + 0.5 * z; };
  std::size_t n = 0;
  for (int k = 0; k < 7; ++k)
    for (int j = 0; j < 8; ++j)
      for (int i = 0; i < 9; ++i) source[n++] = static_cast<float>(f(i, j, k));
  // Oblique positions that stay between the outermost centres.
  const Affine map{{0.61, 0.2, -0.1, 2.2, -0.15, 0.7, 0.1, 1.3, 0.05, 0.1, 0.8, 0.4}};
  const Size out{6, 5, 4};
  std::vector<float> target(out.count());
  resampleTrilinear(source.data(), size, target.data(), out, map, NAN, 1, Control());
  n = 0;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 5; ++j)
      for (int i = 0; i < 6; ++i) {
        CHECK_NEAR(target[n++], f(map.at(0, i, j, k), map.at(1, i, j, k), map.at(2, i, j, k)), 1e-4);
      }
}

TEST("trilinear: the outer half voxel takes the edge value, beyond is fill") {
  const Size size{2, 1, 1};
  const std::vector<float> source{10, 20};
  const Affine quarter{{0.25, 0, 0, -1, 0, 1, 0, 0, 0, 0, 1, 0}};
  const Size out{13, 1, 1};
  std::vector<float> target(out.count());
  resampleTrilinear(source.data(), size, target.data(), out, quarter, -1, 1, Control());
  // Positions -1, -0.75, -0.5, … 2.
  const std::vector<float> expected{-1, -1, 10, 10, 10, 12.5, 15, 17.5, 20, 20, 20, -1, -1};
  CHECK(target == expected);
}

TEST("trilinear: volumes one voxel thick are constant through it") {
  const Size size{1, 1, 1};
  const std::vector<float> source{42};
  const Size out{3, 3, 3};
  std::vector<float> target(out.count());
  const Affine map{{0.25, 0, 0, -0.25, 0, 0.25, 0, -0.25, 0, 0, 0.25, -0.25}};
  resampleTrilinear(source.data(), size, target.data(), out, map, 0, 1, Control());
  for (const float value : target) CHECK(value == 42.0f);
}

TEST("conservative: the identity gives the same values") {
  const Size size{7, 5, 4};
  const auto source = randomVolume(size, 2);
  std::vector<float> target(size.count(), -1.0f);
  resampleConservative(source.data(), size, target.data(), size, identity(), 1, {1, 1, 1}, 2, Control());
  CHECK(target == source);
}

TEST("conservative: halving and doubling voxels gives hand-computed values") {
  const std::vector<float> pair{4, 8};
  std::vector<float> one(1);
  // Two voxels into one of double length: source index x lies at x/2 − 1/4; scale = volume ratio 1/2.
  resampleConservative(pair.data(), {2, 1, 1}, one.data(), {1, 1, 1}, Affine{{0.5, 0, 0, -0.25, 0, 1, 0, 0, 0, 0, 1, 0}},
                       0.5, {1, 1, 1}, 1, Control());
  CHECK(one[0] == 6.0f);
  std::vector<float> four(4);
  resampleConservative(pair.data(), {2, 1, 1}, four.data(), {4, 1, 1}, Affine{{2, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0}}, 2,
                       {1, 1, 1}, 1, Control());
  CHECK((four == std::vector<float>{4, 4, 8, 8}));
}

TEST("conservative: flipped and permuted axes move voxels without changing them") {
  const Size size{3, 4, 5};
  const auto source = randomVolume(size, 3);
  const Size out{5, 3, 4};
  std::vector<float> target(out.count());
  // target x = 4 − source z, target y = source x, target z = 3 − source y.
  const Affine map{{0, 0, -1, 4, 1, 0, 0, 0, 0, -1, 0, 3}};
  resampleConservative(source.data(), size, target.data(), out, map, 1, {1, 1, 1}, 2, Control());
  for (int k = 0; k < 5; ++k)
    for (int j = 0; j < 4; ++j)
      for (int i = 0; i < 3; ++i) {
        const auto from = static_cast<std::size_t>(i + 3 * (j + 4 * k));
        const auto to = static_cast<std::size_t>((4 - k) + 5 * (i + 3 * (3 - j)));
        CHECK(target[to] == source[from]);
      }
}

TEST("conservative: totals are kept on parallel grids with odd spacing") {
  const Size size{11, 9, 8};
  const auto source = randomVolume(size, 4);
  const std::array<double, 3> ratio{0.37, 1.9, 0.73};
  const Size out{8, 22, 10};
  std::vector<float> target(out.count());
  const Affine map{{ratio[0], 0, 0, 1.3, 0, ratio[1], 0, 1.1, 0, 0, ratio[2], 1.6}};
  const double scale = 1 / (ratio[0] * ratio[1] * ratio[2]);
  resampleConservative(source.data(), size, target.data(), out, map, scale, {1, 1, 1}, 2, Control());
  CHECK_NEAR(total(target) / scale / total(source), 1, 1e-6);
}

TEST("conservative: totals are kept on oblique grids") {
  const Size size{9, 10, 8};
  const auto source = randomVolume(size, 5);
  for (const double scale : {0.4, 1.0, 1.7}) {
    for (const double angle : {0.03, 0.5, 1.2}) {
      const Size out{40, 40, 40};
      std::vector<float> target(out.count());
      Affine map = rotated(angle, 0.7 * angle, scale, 0);
      // The middle of the source goes to the middle of the target.
      for (int row = 0; row < 3; ++row) {
        map.m[static_cast<std::size_t>(4 * row + 3)] = 19.6 - map.at(row, 4, 4.5, 3.5);
      }
      const double density = 1 / (scale * scale * scale);
      resampleConservative(source.data(), size, target.data(), out, map, density, {4, 4, 4}, 2, Control());
      CHECK_NEAR(total(target) / density / total(source), 1, 1e-6);
    }
  }
}

TEST("conservative: a uniform volume stays uniform to 1 % on an oblique grid") {
  const Size size{20, 20, 20};
  const std::vector<float> source(size.count(), 1.0f);
  const Size out{8, 8, 8};
  std::vector<float> target(out.count());
  Affine map = rotated(0.6, 0.4, 1, 0);
  for (int row = 0; row < 3; ++row) map.m[static_cast<std::size_t>(4 * row + 3)] = 3.5 - map.at(row, 9.5, 9.5, 9.5);
  resampleConservative(source.data(), size, target.data(), out, map, 1, {5, 5, 5}, 2, Control());
  for (const float value : target) CHECK_NEAR(value, 1, 0.01);
}

TEST("conservative: what lies outside the target is left out, not folded in") {
  const std::vector<float> source{1, 2, 3, 4};
  std::vector<float> target(2);
  resampleConservative(source.data(), {4, 1, 1}, target.data(), {2, 1, 1}, Affine{{1, 0, 0, -1.5, 0, 1, 0, 0, 0, 0, 1, 0}}, 1,
                       {1, 1, 1}, 1, Control());
  CHECK((target == std::vector<float>{2.5, 3.5}));
}

TEST("both: same bits whatever the number of threads") {
  const Size size{21, 17, 13};
  const auto source = randomVolume(size, 6);
  const Size out{19, 23, 31};
  const Affine map = rotated(0.4, 0.3, 0.9, 4);
  std::vector<float> first;
  std::vector<float> firstTrilinear;
  for (const unsigned threads : {1u, 2u, 3u, 7u}) {
    std::vector<float> target(out.count());
    resampleConservative(source.data(), size, target.data(), out, map, 1, {3, 3, 3}, threads, Control());
    std::vector<float> trilinear(out.count());
    resampleTrilinear(source.data(), size, trilinear.data(), out, map, 0, threads, Control());
    if (first.empty()) {
      first = target;
      firstTrilinear = trilinear;
    }
    CHECK(target == first);
    CHECK(trilinear == firstTrilinear);
  }
}

TEST("both: cancelled beforehand, they say so") {
  std::int32_t slots[2] = {1, 0};
  const Size size{4, 4, 4};
  const auto source = randomVolume(size, 7);
  std::vector<float> target(size.count());
  const Control control(slots, slots + 1);
  CHECK(resampleTrilinear(source.data(), size, target.data(), size, identity(), 0, 1, control) == Status::cancelled);
  CHECK(resampleConservative(source.data(), size, target.data(), size, rotated(0.3, 0.2, 1, 0), 1, {2, 2, 2}, 1, control) ==
        Status::cancelled);
}
