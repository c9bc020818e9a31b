// How alike two images are, and how that changes with every moving value: normalised correlation, and mutual information after Mattes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../control.hpp"

namespace theratwin::registration {

enum class MetricKind { normalisedCorrelation, mutualInformation };

// Samples are divided into this many parts of equal length, whatever the number of threads: sums are taken part by part, in order.
constexpr std::size_t kParts = 64;

// Pairs of values where both images are. A weight of 0 leaves the pair out.
struct Pairs {
  const std::vector<float>& fixed;
  const std::vector<float>& moving;
  const std::vector<float>& weight;
};

// The range of values that a histogram spans.
struct Range {
  double low = 0;
  double high = 1;
};

// Cost (to be made small), and the derivative of it with respect to each moving value. False when cancelled.
//
// normalisedCorrelation: −r, Pearson's coefficient of the weighted pairs.
// mutualInformation: −I in nats. D. Mattes et al., IEEE Trans Med Imaging 22 (2003) 120: 32 bins of each image, Parzen windows of order 0
// for the fixed and cubic B-splines for the moving image; the derivative is their equation 24.
//
// `cost` is +infinity where the weights sum to nothing or an image is constant.
bool costOf(MetricKind kind, const Pairs& pairs, const Range& fixedRange, const Range& movingRange, unsigned threads,
            const Control& control, double& cost, double& weightSum, std::vector<float>& derivative);

}  // namespace theratwin::registration
