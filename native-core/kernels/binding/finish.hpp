// What every function of the addon begins and ends with.
#pragma once

#include <napi.h>

#include <exception>
#include <functional>
#include <string>

#include "arguments.hpp"

namespace theratwin::binding {

// Runs a kernel and answers with true (done) or false (cancelled). C++ exceptions end here.
inline Napi::Value finish(Napi::Env env, const std::function<Status()>& kernel) {
  try {
    return Napi::Boolean::New(env, kernel() == Status::done);
  } catch (const std::exception& error) {
    Napi::Error::New(env, std::string("A native kernel failed: ") + error.what()).ThrowAsJavaScriptException();
  } catch (...) {
    Napi::Error::New(env, "A native kernel failed.").ThrowAsJavaScriptException();
  }
  return env.Undefined();
}

inline bool checkCount(const Napi::CallbackInfo& info, std::size_t count) {
  if (info.Length() == count) return true;
  return fail(info.Env(), "Expected " + std::to_string(count) + " arguments, got " + std::to_string(info.Length()) + ".");
}

}  // namespace theratwin::binding
