// Registration of a moving image onto a fixed one: rigid, affine, or a free-form deformation behind an affine map.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "../control.hpp"
#include "../deformation/warp.hpp"
#include "image.hpp"
#include "metric.hpp"
#include "optimise.hpp"
#include "spline.hpp"

namespace theratwin::registration {

enum class Kind { rigid, affine, deformable };

// One pair of images that is to match. Masks may be null; a fixed mask holds weights, a moving mask counts where it is above one half.
struct Channel {
  ImageView fixed;
  ImageView moving;
  ImageView fixedMask;
  ImageView movingMask;
  MetricKind metric = MetricKind::normalisedCorrelation;
  double weight = 1;
  // Values are held to this range.
  double low = 0;
  double high = 0;
};

// One level of the pyramid: the lattice of points in the fixed space at which the images are compared.
struct Level {
  Size lattice;
  Affine indexToPatient;
  Affine patientToIndex;
  double sigmaMm = 0;
  OptimiserSettings optimiser;
  // Deformable only.
  ControlGrid control;
};

struct Problem {
  Kind kind = Kind::rigid;
  std::vector<Channel> channels;
  std::vector<Level> levels;
  // Patient coordinates of the fixed image to those of the moving one.
  Affine start;
  // Weight of the bending energy, mm²·(cost).
  double regularisation = 0;
  // Where a level's field folds, it is done again with ten times the regularisation, so often.
  int unfoldings = 3;
  unsigned threads = 0;
};

struct LevelResult {
  OptimiserResult optimiser;
  // Without the bending energy, at the beginning and at the end.
  double firstCost = 0;
  double lastCost = 0;
  // Of the first channel: samples inside the moving image, as a part of all of weight.
  double overlap = 0;
  double regularisation = 0;
};

enum class Outcome { done, cancelled, noOverlap, constant, folded };

struct Result {
  Outcome outcome = Outcome::done;
  Affine fixedToMoving;
  std::vector<LevelResult> levels;
  // Deformable: displacement at the voxels of the last level's lattice, x, y, z of each; and the coefficients.
  std::vector<float> displacementMm;
  Coefficients coefficients;
  // Of x ↦ x + u(x) on that lattice.
  deformation::CornerDeterminants jacobian;
};

// The same bits on any number of threads.
Result registerImages(const Problem& problem, const Control& control);

}  // namespace theratwin::registration
