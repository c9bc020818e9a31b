#include "convolve.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include "fft.hpp"
#include "harness.hpp"

using namespace theratwin;

namespace {

std::vector<float> randomFloats(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(generator);
  return values;
}

std::vector<double> randomDoubles(std::size_t count, unsigned seed) {
  const auto values = randomFloats(count, seed);
  return {values.begin(), values.end()};
}

// By the definition, term by term.
std::vector<double> direct(const std::vector<float>& source, Size size, const double* kernel) {
  std::vector<double> out(size.count());
  const auto at = [&](std::int64_t x, std::int64_t y, std::int64_t z) { return static_cast<std::size_t>(x + size.x * (y + size.y * z)); };
  for (std::int64_t z = 0; z < size.z; ++z)
    for (std::int64_t y = 0; y < size.y; ++y)
      for (std::int64_t x = 0; x < size.x; ++x)
        for (std::int64_t c = 0; c < size.z; ++c)
          for (std::int64_t b = 0; b < size.y; ++b)
            for (std::int64_t a = 0; a < size.x; ++a)
              out[at(x, y, z)] += static_cast<double>(source[at(a, b, c)]) * kernel[at(std::abs(x - a), std::abs(y - b), std::abs(z - c))];
  return out;
}

}  // namespace

TEST("FFT: good lengths have no other factors than 2, 3 and 5, and are the smallest") {
  CHECK(goodFftLength(1) == 1);
  CHECK(goodFftLength(7) == 8);
  CHECK(goodFftLength(179) == 180);
  CHECK(goodFftLength(255) == 256);
  CHECK(goodFftLength(121) == 125);
}

TEST("FFT: the definition, for every small length and some large ones, and the way back") {
  for (std::size_t n = 1; n <= 128; ++n) {
    if (goodFftLength(n) != n) continue;
    const FftPlan plan(n);
    const std::size_t lanes = FftPlan::lanes;
    auto re = randomFloats(n * lanes, static_cast<unsigned>(n));
    auto im = randomFloats(n * lanes, static_cast<unsigned>(n) + 1000);
    const auto givenRe = re;
    const auto givenIm = im;
    std::vector<float> work(2 * n * lanes);
    plan.transform(re.data(), im.data(), work.data());
    double worst = 0;
    for (const std::size_t lane : {std::size_t{0}, lanes - 1}) {
      for (std::size_t k = 0; k < n; ++k) {
        std::complex<double> sum = 0;
        for (std::size_t j = 0; j < n; ++j)
          sum += std::complex<double>(static_cast<double>(givenRe[j * lanes + lane]), static_cast<double>(givenIm[j * lanes + lane])) *
                 std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(j * k % n) / static_cast<double>(n));
        const std::complex<double> found(static_cast<double>(re[k * lanes + lane]), static_cast<double>(im[k * lanes + lane]));
        worst = std::max(worst, std::abs(found - sum));
      }
    }
    CHECK_NEAR(worst / static_cast<double>(n), 0, 2e-6);
    plan.transform(im.data(), re.data(), work.data());
    for (std::size_t i = 0; i < n * lanes; ++i)
      worst = std::max(worst, static_cast<double>(std::abs(re[i] / static_cast<float>(n) - givenRe[i])));
    CHECK_NEAR(worst / static_cast<double>(n), 0, 2e-6);
  }
}

TEST("Convolution: as the sum over all pairs of voxels, for several kernels and odd sizes") {
  for (const Size size : {Size{1, 1, 1}, Size{5, 1, 1}, Size{1, 7, 2}, Size{6, 5, 4}, Size{3, 40, 2}, Size{9, 8, 11}}) {
    const auto source = randomFloats(size.count(), 7);
    const auto kernels = randomDoubles(2 * size.count(), 8);
    std::vector<float> out(2 * size.count(), -1.0f);
    CHECK(convolveEven(source.data(), size, kernels, out, 2, Control()) == Status::done);
    for (std::size_t m = 0; m < 2; ++m) {
      const auto expected = direct(source, size, kernels.data() + m * size.count());
      const double most = *std::max_element(expected.begin(), expected.end());
      for (std::size_t i = 0; i < size.count(); ++i)
        CHECK_NEAR(static_cast<double>(out[m * size.count() + i]), expected[i], 1e-6 * most);
    }
  }
}

TEST("Convolution: the same bits on one thread and on three") {
  const Size size{21, 34, 9};
  const auto source = randomFloats(size.count(), 1);
  const auto kernels = randomDoubles(size.count(), 2);
  std::vector<float> one(size.count());
  std::vector<float> three(size.count());
  convolveEven(source.data(), size, kernels, one, 1, Control());
  convolveEven(source.data(), size, kernels, three, 3, Control());
  CHECK(one == three);
}

TEST("Convolution: progress ends at 1000; cancelled says so") {
  const Size size{8, 8, 8};
  const auto source = randomFloats(size.count(), 1);
  const auto kernels = randomDoubles(size.count(), 2);
  std::vector<float> out(size.count());
  std::int32_t slots[2] = {0, 0};
  CHECK(convolveEven(source.data(), size, kernels, out, 2, Control(slots, slots + 1)) == Status::done);
  CHECK(slots[1] == 1000);
  slots[0] = 1;
  CHECK(convolveEven(source.data(), size, kernels, out, 2, Control(slots, slots + 1)) == Status::cancelled);
}
