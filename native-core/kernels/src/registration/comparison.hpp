// The images of one level, compared at the points of its lattice.
#pragma once

#include <memory>
#include <vector>

#include "registration.hpp"

namespace theratwin::registration {

// Where a point of the lattice goes: `linear`, patient to patient, behind an added displacement (three volumes on the lattice, mm; may be
// null).
struct Map {
  Affine linear;
  const std::vector<float>* field = nullptr;
};

class Comparison {
 public:
  // Smooths and samples the images; false from `ok` when cancelled.
  Comparison(const Problem& problem, const Level& level, const Control& control);
  bool ok() const { return ok_; }

  // Cost of all channels, and for each point of the lattice what the moving patient position does to it: three volumes, moving LPS. False when
  // cancelled; a cost of +infinity where a channel's images do not overlap or are constant.
  bool operator()(const Map& map, double& cost, std::vector<float>& force);

  // From the next call on the points that counted at the last one count, wherever they go: one that leaves the moving image has the value of
  // its nearest voxel. So a map gains nothing by pushing what does not match out of the image.
  void keepPoints();

  // Of the first channel at the last call.
  double overlap() const { return overlap_; }
  // Weight of the lattice's points in all; 0 for an empty mask.
  double weight() const { return weight_; }
  // Of the first channel, point by point.
  const std::vector<float>& weights() const { return pairs_.front().weight; }
  bool wasConstant() const { return wasConstant_; }

 private:
  struct Pair {
    std::vector<float> fixed;
    std::vector<float> weight;
    Image moving;
    Image movingMask;
    bool hasMovingMask = false;
    Range fixedRange;
    Range movingRange;
    MetricKind metric;
    double share;
    // What `keepPoints` found; empty before.
    std::vector<float> kept;
  };

  bool sampleFixed(const Channel& channel, const Level& level, const Control& control, Pair& pair);

  const Problem& problem_;
  const Level& level_;
  Control control_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<float>> usedWeights_;
  std::vector<float> movingValues_, derivative_, gradient_;
  double overlap_ = 0;
  double weight_ = 0;
  bool wasConstant_ = false;
  bool ok_ = false;
};

}  // namespace theratwin::registration
