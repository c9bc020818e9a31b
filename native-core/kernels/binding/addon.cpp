// The Node-API face of the kernels: checks arguments, calls, turns outcomes into JavaScript. No numerics here.
#include <napi.h>

#include "arguments.hpp"
#include "convolve.hpp"
#include "deformation.hpp"
#include "finish.hpp"
#include "registration.hpp"
#include "resample_conservative.hpp"
#include "resample_trilinear.hpp"
#include "thread_pool.hpp"
#include "transport.hpp"

namespace theratwin::binding {
namespace {

// (source, sourceSize, target, targetSize, targetToSource, fill, threads, control) → boolean
Napi::Value trilinear(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* source = nullptr;
  float* target = nullptr;
  Size sourceSize;
  Size targetSize;
  Affine map;
  double fill = 0;
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 8) || !readSize(env, info[1], "sourceSize", sourceSize) ||
      !readVolume(env, info[0], "source", sourceSize, source) || !readSize(env, info[3], "targetSize", targetSize) ||
      !readVolume(env, info[2], "target", targetSize, target) || !readAffine(env, info[4], "targetToSource", map) ||
      !readNumber(env, info[5], "fill", fill) || !readThreads(env, info[6], threads) ||
      !readControl(env, info[7], control) || !checkApart(env, source, sourceSize.count(), target, targetSize.count())) {
    return env.Undefined();
  }
  return finish(env, [&] {
    return resampleTrilinear(source, sourceSize, target, targetSize, map, static_cast<float>(fill), threads, control);
  });
}

// (source, sourceSize, target, targetSize, sourceToTarget, scale, cells, threads, control) → boolean
Napi::Value conservative(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* source = nullptr;
  float* target = nullptr;
  Size sourceSize;
  Size targetSize;
  Affine map;
  double scale = 0;
  std::array<int, 3> cells{};
  unsigned threads = 0;
  Control control;
  if (!checkCount(info, 9) || !readSize(env, info[1], "sourceSize", sourceSize) ||
      !readVolume(env, info[0], "source", sourceSize, source) || !readSize(env, info[3], "targetSize", targetSize) ||
      !readVolume(env, info[2], "target", targetSize, target) || !readAffine(env, info[4], "sourceToTarget", map) ||
      !readNumber(env, info[5], "scale", scale) || !readCells(env, info[6], cells) ||
      !readThreads(env, info[7], threads) || !readControl(env, info[8], control) ||
      !checkApart(env, source, sourceSize.count(), target, targetSize.count())) {
    return env.Undefined();
  }
  return finish(env, [&] {
    return resampleConservative(source, sourceSize, target, targetSize, map, scale, cells, threads, control);
  });
}

// (source, size, kernels, outputs, threads, control, fromPerMille, toPerMille) → boolean
Napi::Value convolve(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  float* source = nullptr;
  Size size;
  Array kernels;
  Array outputs;
  unsigned threads = 0;
  Control control;
  double progress[2] = {0, 1000};
  if (!checkCount(info, 8) || !readSize(env, info[1], "size", size) || !readVolume(env, info[0], "source", size, source) ||
      !readArray(env, info[2], "kernels", napi_float64_array, "Float64Array", kernels) ||
      !readArray(env, info[3], "outputs", napi_float32_array, "Float32Array", outputs) ||
      !readThreads(env, info[4], threads) || !readControl(env, info[5], control) ||
      !readNumber(env, info[6], "fromPerMille", progress[0]) || !readNumber(env, info[7], "toPerMille", progress[1])) {
    return env.Undefined();
  }
  if (kernels.length == 0 || kernels.length % size.count() != 0) {
    fail(env, "kernels must hold one or more volumes of the source's size.");
    return env.Undefined();
  }
  if (outputs.length != kernels.length) {
    fail(env, "outputs must hold as many volumes as kernels.");
    return env.Undefined();
  }
  auto* out = static_cast<float*>(outputs.data);
  if (!checkApart(env, source, size.count(), out, outputs.length)) return env.Undefined();
  const std::span<const double> from(static_cast<const double*>(kernels.data), kernels.length);
  return finish(env, [&] {
    return convolveEven(source, size, from, {out, outputs.length}, threads, control, static_cast<int>(progress[0]),
                        static_cast<int>(progress[1]));
  });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("resampleTrilinear", Napi::Function::New(env, trilinear, "resampleTrilinear"));
  exports.Set("resampleConservative", Napi::Function::New(env, conservative, "resampleConservative"));
  exports.Set("convolve", Napi::Function::New(env, convolve, "convolve"));
  addDeformation(env, exports);
  addRegistration(env, exports);
  addTransport(env, exports);
  exports.Set("hardwareThreads", Napi::Number::New(env, hardwareThreads()));
  return exports;
}

}  // namespace
}  // namespace theratwin::binding

static Napi::Object initAddon(Napi::Env env, Napi::Object exports) { return theratwin::binding::init(env, exports); }

NODE_API_MODULE(theratwin_kernels, initAddon)
