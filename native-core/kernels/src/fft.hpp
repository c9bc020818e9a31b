// Complex Fourier transforms of lengths 2^a 3^b 5^c, many lines at a time (Stockham's sorting form: no bit reversal, unit strides).
#pragma once

#include <cstddef>
#include <vector>

namespace theratwin {

// Smallest length of only factors 2, 3 and 5 that is at least `least`.
std::size_t goodFftLength(std::size_t least);

class FftPlan {
 public:
  // Lines transformed together. A block is [length][lanes], real and imaginary parts apart.
  static constexpr std::size_t lanes = 16;

  // `length` must be a good one.
  explicit FftPlan(std::size_t length);

  std::size_t length() const { return length_; }

  // Σ x[j] exp(−2πi jk/n), in place; `work` has room for two blocks. Swap `re` and `im` for the inverse (times n).
  void transform(float* re, float* im, float* work) const;

 private:
  struct Stage {
    std::size_t radix;
    std::size_t groups;   // sub-transforms that are left to do after it
    std::size_t twiddle;  // where its factors begin: groups × (radix − 1)
  };
  std::size_t length_;
  std::vector<Stage> stages_;
  std::vector<float> cosine_;
  std::vector<float> sine_;
};

}  // namespace theratwin
