#include "registration.hpp"

#include <exception>
#include <new>
#include <string>

#include "fields.hpp"
#include "registration/registration.hpp"

namespace theratwin::binding {
namespace {

namespace reg = theratwin::registration;

bool readSizeField(Fields& fields, const char* name, Size& out) {
  const auto n = fields.array<std::int32_t>(name);
  if (!fields.require(n.size() == 3 && n[0] > 0 && n[1] > 0 && n[2] > 0, name, "must be three positive numbers")) return false;
  out = Size{n[0], n[1], n[2]};
  return true;
}

bool readAffineField(Fields& fields, const char* name, Affine& out) {
  const auto m = fields.array<double>(name);
  if (!fields.require(m.size() == 12, name, "must have 12 numbers (3 rows of 4)")) return false;
  for (std::size_t n = 0; n < 12; ++n) {
    if (!fields.require(std::isfinite(m[n]), name, "must be finite")) return false;
    out.m[n] = m[n];
  }
  return true;
}

bool readImage(Fields fields, reg::ImageView& out) {
  const auto values = fields.array<float>("values");
  if (!readSizeField(fields, "size", out.size) || !readAffineField(fields, "patientToIndex", out.patientToIndex) ||
      !readAffineField(fields, "indexToPatient", out.indexToPatient) ||
      !fields.require(values.size() == out.size.count(), "values", "must have as many numbers as the size says"))
    return false;
  out.values = values.data();
  return true;
}

bool readChannel(Fields fields, reg::Channel& out) {
  if (!readImage(fields.object("fixed"), out.fixed) || !readImage(fields.object("moving"), out.moving)) return false;
  const int masks = fields.integer("masks", 0, 3);
  if ((masks & 1) != 0 && !readImage(fields.object("fixedMask"), out.fixedMask)) return false;
  if ((masks & 2) != 0 && !readImage(fields.object("movingMask"), out.movingMask)) return false;
  out.metric = fields.integer("metric", 0, 1) == 0 ? reg::MetricKind::normalisedCorrelation : reg::MetricKind::mutualInformation;
  out.weight = fields.number("weight", 1e-6, 1e6);
  out.low = fields.number("low", -1e30, 1e30);
  out.high = fields.number("high", -1e30, 1e30);
  return fields.require(out.high > out.low, "high", "must be above low");
}

bool readLevel(Fields fields, bool isDeformable, reg::Level& out) {
  if (!readSizeField(fields, "lattice", out.lattice) || !readAffineField(fields, "indexToPatient", out.indexToPatient) ||
      !readAffineField(fields, "patientToIndex", out.patientToIndex))
    return false;
  out.sigmaMm = fields.number("sigmaMm", 0, 1000);
  out.optimiser.iterations = fields.integer("iterations", 1, 100000);
  out.optimiser.longestStep = fields.number("longestStepMm", 1e-9, 1e6);
  out.optimiser.shortestStep = fields.number("shortestStepMm", 0, 1e6);
  out.optimiser.relativeChange = fields.number("relativeChange", 0, 1);
  if (!isDeformable) return fields.ok();
  Size intervals;
  if (!readSizeField(fields, "intervals", intervals)) return false;
  out.control.intervals = {intervals.x, intervals.y, intervals.z};
  return true;
}

Napi::Value floats(Napi::Env env, const std::vector<float>& values) {
  auto array = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Value doubles(Napi::Env env, const double* values, std::size_t count) {
  auto array = Napi::Float64Array::New(env, count);
  std::copy(values, values + count, array.Data());
  return array;
}

Napi::Value answerOf(Napi::Env env, const reg::Result& result) {
  static constexpr const char* outcomes[] = {"done", "cancelled", "no-overlap", "constant", "folded"};
  static constexpr const char* stops[] = {"converged", "iterations", "no-progress", "cancelled", "impossible"};
  Napi::Object out = Napi::Object::New(env);
  out.Set("outcome", outcomes[static_cast<int>(result.outcome)]);
  out.Set("fixedToMoving", doubles(env, result.fixedToMoving.m.data(), 12));
  Napi::Array levels = Napi::Array::New(env, result.levels.size());
  for (std::uint32_t n = 0; n < result.levels.size(); ++n) {
    const reg::LevelResult& one = result.levels[n];
    Napi::Object level = Napi::Object::New(env);
    level.Set("stop", stops[static_cast<int>(one.optimiser.stop)]);
    level.Set("iterations", one.optimiser.iterations);
    level.Set("firstCost", one.firstCost);
    level.Set("lastCost", one.lastCost);
    level.Set("overlap", one.overlap);
    level.Set("regularisation", one.regularisation);
    levels.Set(n, level);
  }
  out.Set("levels", levels);
  out.Set("displacementMm", floats(env, result.displacementMm));
  out.Set("smallestJacobian", result.jacobian.smallest);
  out.Set("largestJacobian", result.jacobian.largest);
  return out;
}

// ({ kind, channels, levels, start, regularisation, unfoldings }, threads, control) → { outcome, … }
Napi::Value registerImages(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 3 || !info[0].IsObject()) return fail(env, "Expected a description, threads and control."), env.Undefined();
  reg::Problem problem;
  Control control;
  if (!readThreads(env, info[1], problem.threads) || !readControl(env, info[2], control)) return env.Undefined();
  Fields root(info[0].As<Napi::Object>(), "registration");
  const int kind = root.integer("kind", 0, 2);
  problem.kind = kind == 0 ? reg::Kind::rigid : kind == 1 ? reg::Kind::affine : reg::Kind::deformable;
  for (Fields& fields : root.list("channels")) {
    reg::Channel channel;
    if (!readChannel(fields, channel)) return env.Undefined();
    problem.channels.push_back(channel);
  }
  for (Fields& fields : root.list("levels")) {
    reg::Level level;
    if (!readLevel(fields, kind == 2, level)) return env.Undefined();
    problem.levels.push_back(level);
  }
  if (!readAffineField(root, "start", problem.start)) return env.Undefined();
  problem.regularisation = root.number("regularisation", 0, 1e12);
  problem.unfoldings = root.integer("unfoldings", 0, 10);
  if (!root.require(!problem.channels.empty() && !problem.levels.empty(), "channels", "and levels must not be empty"))
    return env.Undefined();
  try {
    return answerOf(env, reg::registerImages(problem, control));
  } catch (const std::bad_alloc&) {
    Napi::RangeError::New(env, "There is not enough memory for this registration.").ThrowAsJavaScriptException();
  } catch (const std::exception& error) {
    Napi::Error::New(env, std::string("A native kernel failed: ") + error.what()).ThrowAsJavaScriptException();
  }
  return env.Undefined();
}

}  // namespace

void addRegistration(Napi::Env env, Napi::Object exports) {
  exports.Set("registerImages", Napi::Function::New(env, registerImages, "registerImages"));
}

}  // namespace theratwin::binding
