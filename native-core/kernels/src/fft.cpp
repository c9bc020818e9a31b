#include "fft.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace theratwin {
namespace {

#if defined(_MSC_VER)
#define THERATWIN_RESTRICT __restrict
#else
#define THERATWIN_RESTRICT __restrict__
#endif

// One butterfly over `width` neighbouring values: in at `step`, out at `width` apart; twiddle factors c, s of outputs 1 … radix − 1.
struct Lines {
  const float* THERATWIN_RESTRICT re;
  const float* THERATWIN_RESTRICT im;
  float* THERATWIN_RESTRICT outRe;
  float* THERATWIN_RESTRICT outIm;
  std::size_t step;
  std::size_t width;
  const float* c;
  const float* s;
};

inline void put(const Lines& l, std::size_t at, std::size_t k, float re, float im) {
  const float c = l.c[k - 1];
  const float s = l.s[k - 1];
  l.outRe[k * l.width + at] = re * c - im * s;
  l.outIm[k * l.width + at] = re * s + im * c;
}

void butterfly2(const Lines& l) {
  for (std::size_t q = 0; q < l.width; ++q) {
    const float a = l.re[q], b = l.im[q], c = l.re[l.step + q], d = l.im[l.step + q];
    l.outRe[q] = a + c;
    l.outIm[q] = b + d;
    put(l, q, 1, a - c, b - d);
  }
}

void butterfly3(const Lines& l) {
  constexpr float h = 0.86602540378443864676f;
  for (std::size_t q = 0; q < l.width; ++q) {
    const float a = l.re[q], b = l.im[q];
    const float sr = l.re[l.step + q] + l.re[2 * l.step + q], si = l.im[l.step + q] + l.im[2 * l.step + q];
    const float dr = h * (l.re[l.step + q] - l.re[2 * l.step + q]), di = h * (l.im[l.step + q] - l.im[2 * l.step + q]);
    const float mr = a - 0.5f * sr, mi = b - 0.5f * si;
    l.outRe[q] = a + sr;
    l.outIm[q] = b + si;
    put(l, q, 1, mr + di, mi - dr);
    put(l, q, 2, mr - di, mi + dr);
  }
}

void butterfly4(const Lines& l) {
  for (std::size_t q = 0; q < l.width; ++q) {
    const float ar = l.re[q] + l.re[2 * l.step + q], ai = l.im[q] + l.im[2 * l.step + q];
    const float br = l.re[q] - l.re[2 * l.step + q], bi = l.im[q] - l.im[2 * l.step + q];
    const float cr = l.re[l.step + q] + l.re[3 * l.step + q], ci = l.im[l.step + q] + l.im[3 * l.step + q];
    const float dr = l.re[l.step + q] - l.re[3 * l.step + q], di = l.im[l.step + q] - l.im[3 * l.step + q];
    l.outRe[q] = ar + cr;
    l.outIm[q] = ai + ci;
    put(l, q, 1, br + di, bi - dr);
    put(l, q, 2, ar - cr, ai - ci);
    put(l, q, 3, br - di, bi + dr);
  }
}

void butterfly5(const Lines& l) {
  constexpr float c1 = 0.30901699437494742410f, c2 = -0.80901699437494742410f;
  constexpr float s1 = 0.95105651629515357212f, s2 = 0.58778525229247312917f;
  for (std::size_t q = 0; q < l.width; ++q) {
    const float a = l.re[q], b = l.im[q];
    const float pr = l.re[l.step + q] + l.re[4 * l.step + q], pi = l.im[l.step + q] + l.im[4 * l.step + q];
    const float mr = l.re[l.step + q] - l.re[4 * l.step + q], mi = l.im[l.step + q] - l.im[4 * l.step + q];
    const float qr = l.re[2 * l.step + q] + l.re[3 * l.step + q], qi = l.im[2 * l.step + q] + l.im[3 * l.step + q];
    const float nr = l.re[2 * l.step + q] - l.re[3 * l.step + q], ni = l.im[2 * l.step + q] - l.im[3 * l.step + q];
    const float er = a + c1 * pr + c2 * qr, ei = b + c1 * pi + c2 * qi;
    const float fr = a + c2 * pr + c1 * qr, fi = b + c2 * pi + c1 * qi;
    const float gr = s1 * mr + s2 * nr, gi = s1 * mi + s2 * ni;
    const float hr = s2 * mr - s1 * nr, hi = s2 * mi - s1 * ni;
    l.outRe[q] = a + pr + qr;
    l.outIm[q] = b + pi + qi;
    put(l, q, 1, er + gi, ei - gr);
    put(l, q, 2, fr + hi, fi - hr);
    put(l, q, 3, fr - hi, fi + hr);
    put(l, q, 4, er - gi, ei + gr);
  }
}

std::size_t withoutSmallFactors(std::size_t n) {
  for (const std::size_t factor : {2, 3, 5})
    while (n % factor == 0) n /= factor;
  return n;
}

}  // namespace

std::size_t goodFftLength(std::size_t least) {
  std::size_t n = least < 1 ? 1 : least;
  while (withoutSmallFactors(n) != 1) ++n;
  return n;
}

FftPlan::FftPlan(std::size_t length) : length_(length) {
  if (length == 0 || withoutSmallFactors(length) != 1) throw std::invalid_argument("FFT of a length with other factors than 2, 3, 5");
  std::size_t left = length;
  while (left > 1) {
    const std::size_t radix = left % 4 == 0 ? 4 : left % 2 == 0 ? 2 : left % 3 == 0 ? 3 : 5;
    const std::size_t groups = left / radix;
    stages_.push_back({radix, groups, cosine_.size()});
    for (std::size_t p = 0; p < groups; ++p) {
      for (std::size_t k = 1; k < radix; ++k) {
        const double angle = -2 * std::numbers::pi * static_cast<double>(p * k % left) / static_cast<double>(left);
        cosine_.push_back(static_cast<float>(std::cos(angle)));
        sine_.push_back(static_cast<float>(std::sin(angle)));
      }
    }
    left = groups;
  }
}

void FftPlan::transform(float* re, float* im, float* work) const {
  const std::size_t block = length_ * lanes;
  float* fromRe = re;
  float* fromIm = im;
  float* toRe = work;
  float* toIm = work + block;
  std::size_t width = lanes;
  for (const Stage& stage : stages_) {
    for (std::size_t p = 0; p < stage.groups; ++p) {
      const std::size_t factors = stage.twiddle + p * (stage.radix - 1);
      const Lines lines{fromRe + p * width,
                        fromIm + p * width,
                        toRe + p * stage.radix * width,
                        toIm + p * stage.radix * width,
                        stage.groups * width,
                        width,
                        cosine_.data() + factors,
                        sine_.data() + factors};
      switch (stage.radix) {
        case 2:
          butterfly2(lines);
          break;
        case 3:
          butterfly3(lines);
          break;
        case 4:
          butterfly4(lines);
          break;
        default:
          butterfly5(lines);
      }
    }
    width *= stage.radix;
    std::swap(fromRe, toRe);
    std::swap(fromIm, toIm);
  }
  if (fromRe == re) return;
  for (std::size_t i = 0; i < block; ++i) re[i] = fromRe[i];
  for (std::size_t i = 0; i < block; ++i) im[i] = fromIm[i];
}

}  // namespace theratwin
