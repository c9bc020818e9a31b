#include "deformation.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "deformation/inverse.hpp"
#include "deformation/transport.hpp"
#include "deformation/warp.hpp"
#include "finish.hpp"

namespace theratwin::binding {
namespace {

using deformation::Field;

// Three numbers for each voxel of `size`.
bool readVectors(Napi::Env env, Napi::Value value, const std::string& name, const Size& size, float*& out) {
  Array array;
  if (!readArray(env, value, name, napi_float32_array, "Float32Array", array)) return false;
  if (array.length != 3 * size.count()) {
    return fail(env, name + " has " + std::to_string(array.length) + " numbers, its dimensions say " +
                         std::to_string(3 * size.count()) + ".");
  }
  out = static_cast<float*>(array.data);
  return true;
}

bool readField(Napi::Env env, Napi::Value vectors, Napi::Value size, Size& fieldSize, float*& out) {
  return readSize(env, size, "fieldSize", fieldSize) && readVectors(env, vectors, "field", fieldSize, out);
}

bool readWhole(Napi::Env env, Napi::Value value, const std::string& name, int low, int high, int& out) {
  double number = 0;
  if (!readNumber(env, value, name, number)) return false;
  if (number < low || number > high || number != std::floor(number)) {
    return fail(env, name + " must be a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ".");
  }
  out = static_cast<int>(number);
  return true;
}

// Room for two numbers that a kernel answers with.
bool readPair(Napi::Env env, Napi::Value value, const std::string& name, double*& out) {
  Array array;
  if (!readArray(env, value, name, napi_float64_array, "Float64Array of two numbers", array)) return false;
  if (array.length != 2) return fail(env, name + " must be a Float64Array of two numbers.");
  out = static_cast<double*>(array.data);
  return true;
}

// Any number, also NaN (to tell what was not seen).
bool readFill(Napi::Env env, Napi::Value value, double& out) {
  if (!value.IsNumber()) return fail(env, "fill must be a number.");
  out = value.As<Napi::Number>().DoubleValue();
  return true;
}

// (source, sourceSize, target, targetSize, field, fieldSize, targetToField, targetToSource, displacementToSource, interpolation,
// pointsPerAxis, fill, threads, control) → boolean
Napi::Value warp(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* source = nullptr;
  float* target = nullptr;
  float* vectors = nullptr;
  Size sourceSize;
  Size targetSize;
  Size fieldSize;
  deformation::WarpGeometry geometry;
  deformation::WarpSettings settings;
  int interpolation = 1;
  double fill = 0;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 14) || !readSize(env, info[1], "sourceSize", sourceSize) ||
      !readVolume(env, info[0], "source", sourceSize, source) || !readSize(env, info[3], "targetSize", targetSize) ||
      !readVolume(env, info[2], "target", targetSize, target) || !readField(env, info[4], info[5], fieldSize, vectors) ||
      !readAffine(env, info[6], "targetToField", geometry.targetToField) ||
      !readAffine(env, info[7], "targetToSource", geometry.targetToSource) ||
      !readAffine(env, info[8], "displacementToSource", geometry.displacementToSource) ||
      !readWhole(env, info[9], "interpolation", 0, 3, interpolation) ||
      !readWhole(env, info[10], "pointsPerAxis", 1, 16, settings.pointsPerAxis) || !readFill(env, info[11], fill) ||
      !readThreads(env, info[12], threads) || !readControl(env, info[13], control) ||
      !checkApart(env, source, sourceSize.count(), target, targetSize.count()) ||
      !checkApart(env, vectors, 3 * fieldSize.count(), target, targetSize.count())) {
    return env.Undefined();
  }
  if (interpolation == 2) {
    fail(env, "interpolation must be 0 (nearest), 1 (trilinear) or 3 (cubic).");
    return env.Undefined();
  }
  settings.interpolation = static_cast<deformation::Interpolation>(interpolation);
  settings.fill = static_cast<float>(fill);
  return finish(env, [&] {
    return deformation::warp(source, sourceSize, target, targetSize, Field(vectors, fieldSize), geometry, settings, threads, control);
  });
}

// (target, targetSize, field, fieldSize, targetToField, patientToField, factor, threads, control) → boolean
Napi::Value jacobianDeterminants(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* target = nullptr;
  float* vectors = nullptr;
  Size targetSize;
  Size fieldSize;
  Affine targetToField;
  Affine patientToField;
  double factor = 1;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 9) || !readSize(env, info[1], "targetSize", targetSize) ||
      !readVolume(env, info[0], "target", targetSize, target) || !readField(env, info[2], info[3], fieldSize, vectors) ||
      !readAffine(env, info[4], "targetToField", targetToField) || !readAffine(env, info[5], "patientToField", patientToField) ||
      !readNumber(env, info[6], "factor", factor) || !readThreads(env, info[7], threads) || !readControl(env, info[8], control) ||
      !checkApart(env, vectors, 3 * fieldSize.count(), target, targetSize.count())) {
    return env.Undefined();
  }
  return finish(env, [&] {
    return deformation::jacobianDeterminants(target, targetSize, Field(vectors, fieldSize), targetToField, patientToField, factor,
                                             threads, control);
  });
}

// (field, fieldSize, patientToField, answer, threads, control) → boolean
Napi::Value fieldFolding(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* vectors = nullptr;
  Size fieldSize;
  Affine patientToField;
  double* answer = nullptr;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 6) || !readField(env, info[0], info[1], fieldSize, vectors) ||
      !readAffine(env, info[2], "patientToField", patientToField) ||
      !readPair(env, info[3], "answer", answer) ||
      !readThreads(env, info[4], threads) || !readControl(env, info[5], control)) {
    return env.Undefined();
  }
  return finish(env, [&] {
    deformation::CornerDeterminants found;
    const Status status = deformation::cornerDeterminants(vectors, fieldSize, patientToField, found, threads, control);
    // Beyond the grid the map is the identity.
    answer[0] = std::min(1.0, found.smallest);
    answer[1] = found.foldedShare;
    return status;
  });
}

// (displacements, lattice, latticeToPatient, field, fieldSize, patientToField, counts, threads, control) → boolean
Napi::Value invertField(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* displacements = nullptr;
  float* vectors = nullptr;
  Size lattice;
  Size fieldSize;
  Affine latticeToPatient;
  Affine patientToField;
  double* counts = nullptr;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 9) || !readSize(env, info[1], "lattice", lattice) ||
      !readVectors(env, info[0], "displacements", lattice, displacements) ||
      !readAffine(env, info[2], "latticeToPatient", latticeToPatient) || !readField(env, info[3], info[4], fieldSize, vectors) ||
      !readAffine(env, info[5], "patientToField", patientToField) ||
      !readPair(env, info[6], "counts", counts) ||
      !readThreads(env, info[7], threads) || !readControl(env, info[8], control) ||
      !checkApart(env, vectors, 3 * fieldSize.count(), displacements, 3 * lattice.count())) {
    return env.Undefined();
  }
  return finish(env, [&] {
    std::array<std::int64_t, 2> found{};
    const Status status = deformation::invertField({displacements, 3 * lattice.count()}, lattice, latticeToPatient,
                                                   Field(vectors, fieldSize), patientToField, found, threads, control);
    counts[0] = static_cast<double>(found[0]);
    counts[1] = static_cast<double>(found[1]);
    return status;
  });
}

// (source, sourceSize, target, targetSize, cornerDisplacements, nodeToTarget, displacementToTarget, scale, threads, control) → boolean
Napi::Value transportAmounts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* source = nullptr;
  float* target = nullptr;
  float* vectors = nullptr;
  Size sourceSize;
  Size targetSize;
  deformation::CornerLattice corners;
  double scale = 0;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 10) || !readSize(env, info[1], "sourceSize", sourceSize) ||
      !readVolume(env, info[0], "source", sourceSize, source) || !readSize(env, info[3], "targetSize", targetSize) ||
      !readVolume(env, info[2], "target", targetSize, target)) {
    return env.Undefined();
  }
  const Size nodes{sourceSize.x + 1, sourceSize.y + 1, sourceSize.z + 1};
  if (!readVectors(env, info[4], "cornerDisplacements", nodes, vectors) ||
      !readAffine(env, info[5], "nodeToTarget", corners.nodeToTarget) ||
      !readAffine(env, info[6], "displacementToTarget", corners.displacementToTarget) || !readNumber(env, info[7], "scale", scale) ||
      !readThreads(env, info[8], threads) || !readControl(env, info[9], control) ||
      !checkApart(env, source, sourceSize.count(), target, targetSize.count()) ||
      !checkApart(env, vectors, 3 * nodes.count(), target, targetSize.count())) {
    return env.Undefined();
  }
  corners.displacements = {vectors, 3 * nodes.count()};
  return finish(env, [&] {
    return deformation::transport(source, sourceSize, target, targetSize, corners, scale, threads, control);
  });
}

}  // namespace

void addDeformation(Napi::Env env, Napi::Object exports) {
  exports.Set("warp", Napi::Function::New(env, warp, "warp"));
  exports.Set("jacobianDeterminants", Napi::Function::New(env, jacobianDeterminants, "jacobianDeterminants"));
  exports.Set("fieldFolding", Napi::Function::New(env, fieldFolding, "fieldFolding"));
  exports.Set("invertField", Napi::Function::New(env, invertField, "invertField"));
  exports.Set("transportAmounts", Napi::Function::New(env, transportAmounts, "transportAmounts"));
}

}  // namespace theratwin::binding
