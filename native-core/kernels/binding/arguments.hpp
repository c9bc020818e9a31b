// Checked reading of JavaScript arguments. Every function returns false after it has thrown a TypeError into JavaScript.
#pragma once

#include <napi.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "control.hpp"
#include "volume.hpp"

namespace theratwin::binding {

inline bool fail(Napi::Env env, const std::string& message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return false;
}

// A typed array's memory. Read with the C interface: the C++ wrapper insists on an ArrayBuffer, and ours are shared.
struct Array {
  napi_typedarray_type type = napi_uint8_array;
  std::size_t length = 0;
  void* data = nullptr;
};

inline bool readArray(Napi::Env env, Napi::Value value, const std::string& name, napi_typedarray_type type,
                      const char* typeName, Array& out) {
  bool isTypedArray = false;
  if (napi_is_typedarray(env, value, &isTypedArray) != napi_ok || !isTypedArray) {
    return fail(env, name + " must be a " + typeName + ".");
  }
  if (napi_get_typedarray_info(env, value, &out.type, &out.length, &out.data, nullptr, nullptr) != napi_ok ||
      out.type != type) {
    return fail(env, name + " must be a " + typeName + ".");
  }
  if (out.length > 0 && out.data == nullptr) return fail(env, name + " has no memory (its buffer was detached).");
  return true;
}

inline bool readSize(Napi::Env env, Napi::Value value, const std::string& name, Size& out) {
  Array array;
  if (!readArray(env, value, name, napi_int32_array, "Int32Array of three dimensions", array)) return false;
  if (array.length != 3) return fail(env, name + " must have three dimensions.");
  const auto* n = static_cast<const std::int32_t*>(array.data);
  for (int axis = 0; axis < 3; ++axis) {
    if (n[axis] < 1 || n[axis] > 65536) return fail(env, name + " must be between 1 and 65536 along each axis.");
  }
  out = Size{n[0], n[1], n[2]};
  if (static_cast<double>(n[0]) * n[1] * n[2] > 4.0e9) return fail(env, name + " describe more than 4e9 voxels.");
  return true;
}

inline bool readVolume(Napi::Env env, Napi::Value value, const std::string& name, const Size& size, float*& out) {
  Array array;
  if (!readArray(env, value, name, napi_float32_array, "Float32Array", array)) return false;
  if (array.length != size.count()) {
    return fail(env, name + " has " + std::to_string(array.length) + " voxels, its dimensions say " +
                         std::to_string(size.count()) + ".");
  }
  out = static_cast<float*>(array.data);
  return true;
}

inline bool readAffine(Napi::Env env, Napi::Value value, const std::string& name, Affine& out) {
  Array array;
  if (!readArray(env, value, name, napi_float64_array, "Float64Array of 12 numbers", array)) return false;
  if (array.length != 12) return fail(env, name + " must have 12 numbers (3 rows of 4).");
  const auto* m = static_cast<const double*>(array.data);
  for (std::size_t n = 0; n < 12; ++n) {
    if (!std::isfinite(m[n])) return fail(env, name + " must be finite.");
    out.m[n] = m[n];
  }
  const double determinant = m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) +
                             m[2] * (m[4] * m[9] - m[5] * m[8]);
  if (!(std::abs(determinant) > 1e-15)) return fail(env, name + " cannot be inverted.");
  return true;
}

inline bool readNumber(Napi::Env env, Napi::Value value, const std::string& name, double& out) {
  if (!value.IsNumber()) return fail(env, name + " must be a number.");
  out = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(out)) return fail(env, name + " must be finite.");
  return true;
}

inline bool readThreads(Napi::Env env, Napi::Value value, unsigned& out) {
  double number = 0;
  if (!readNumber(env, value, "threads", number)) return false;
  if (number < 0 || number > 256 || number != std::floor(number)) {
    return fail(env, "threads must be a whole number from 0 (all) to 256.");
  }
  out = static_cast<unsigned>(number);
  return true;
}

inline bool readControl(Napi::Env env, Napi::Value value, Control& out) {
  if (value.IsNull() || value.IsUndefined()) return true;
  Array array;
  if (!readArray(env, value, "control", napi_int32_array, "Int32Array of one slot (cancel) or two (and progress)", array))
    return false;
  if (array.length < 1) return fail(env, "control must have a slot.");
  auto* slots = static_cast<std::int32_t*>(array.data);
  out = Control(slots, array.length > 1 ? slots + 1 : nullptr);
  return true;
}

inline bool readCells(Napi::Env env, Napi::Value value, std::array<int, 3>& out) {
  Array array;
  if (!readArray(env, value, "cells", napi_int32_array, "Int32Array of three numbers", array)) return false;
  if (array.length != 3) return fail(env, "cells must have three numbers.");
  const auto* n = static_cast<const std::int32_t*>(array.data);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (n[axis] < 1 || n[axis] > 64) return fail(env, "cells must be between 1 and 64 along each axis.");
    out[axis] = n[axis];
  }
  return true;
}

inline bool checkApart(Napi::Env env, const float* a, std::size_t countA, const float* b, std::size_t countB) {
  const auto firstA = reinterpret_cast<std::uintptr_t>(a);
  const auto firstB = reinterpret_cast<std::uintptr_t>(b);
  const bool apart = firstA + countA * sizeof(float) <= firstB || firstB + countB * sizeof(float) <= firstA;
  return apart || fail(env, "source and target must not share memory.");
}

}  // namespace theratwin::binding
