// The Node-API face of the kernels: checks arguments, calls, turns outcomes into JavaScript. No numerics here.
#include <napi.h>

#include <exception>
#include <functional>

#include "arguments.hpp"
#include "resample_conservative.hpp"
#include "resample_trilinear.hpp"
#include "thread_pool.hpp"
#include "transport.hpp"

namespace theratwin::binding {
namespace {

// Runs a kernel and answers with true (done) or false (cancelled). C++ exceptions end here.
Napi::Value finish(Napi::Env env, const std::function<Status()>& kernel) {
  try {
    return Napi::Boolean::New(env, kernel() == Status::done);
  } catch (const std::exception& error) {
    Napi::Error::New(env, std::string("A native kernel failed: ") + error.what()).ThrowAsJavaScriptException();
  } catch (...) {
    Napi::Error::New(env, "A native kernel failed.").ThrowAsJavaScriptException();
  }
  return env.Undefined();
}

bool checkCount(const Napi::CallbackInfo& info, std::size_t count) {
  if (info.Length() == count) return true;
  return fail(info.Env(), "Expected " + std::to_string(count) + " arguments, got " + std::to_string(info.Length()) + ".");
}

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

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("resampleTrilinear", Napi::Function::New(env, trilinear, "resampleTrilinear"));
  exports.Set("resampleConservative", Napi::Function::New(env, conservative, "resampleConservative"));
  addTransport(env, exports);
  exports.Set("hardwareThreads", Napi::Number::New(env, hardwareThreads()));
  return exports;
}

}  // namespace
}  // namespace theratwin::binding

static Napi::Object initAddon(Napi::Env env, Napi::Object exports) { return theratwin::binding::init(env, exports); }

NODE_API_MODULE(theratwin_kernels, initAddon)
