// Descriptions as JavaScript objects: their fields are read one by one, and the first wrong one is named in a TypeError.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "arguments.hpp"

namespace theratwin::binding {

// Reads the fields of a description; remembers the first wrong one, after which nothing is read any more.
class Fields {
 public:
  Fields(Napi::Object object, std::string path) : object_(object), path_(std::move(path)) {}

  bool ok() const { return !failed_; }
  std::string nameOf(const char* name) const { return path_ + "." + name; }

  double number(const char* name, double low, double high) {
    const Napi::Value value = get(name);
    if (failed_) return 0;
    if (!value.IsNumber()) return wrong(name, "must be a number"), 0;
    const double x = value.As<Napi::Number>().DoubleValue();
    if (!(x >= low && x <= high)) return wrong(name, "must be between " + std::to_string(low) + " and " + std::to_string(high)), 0;
    return x;
  }

  int integer(const char* name, int low, int high) { return static_cast<int>(number(name, low, high)); }

  template <class T>
  std::span<const T> array(const char* name) {
    const Napi::Value value = get(name);
    if (failed_) return {};
    Array found;
    if (!readArray(object_.Env(), value, nameOf(name), typeOf<T>(), typeName<T>(), found)) {
      failed_ = true;
      return {};
    }
    return {static_cast<const T*>(found.data), found.length};
  }

  template <class T>
  std::vector<T> copy(const char* name) {
    const auto values = array<T>(name);
    return {values.begin(), values.end()};
  }

  Fields object(const char* name) {
    const Napi::Value value = get(name);
    if (!failed_ && !value.IsObject()) wrong(name, "must be an object");
    Fields child(failed_ ? Napi::Object::New(object_.Env()) : value.As<Napi::Object>(), nameOf(name));
    child.failed_ = failed_;
    return child;
  }

  std::vector<Fields> list(const char* name) {
    const Napi::Value value = get(name);
    std::vector<Fields> found;
    if (!failed_ && !value.IsArray()) wrong(name, "must be an array");
    if (failed_) return found;
    const Napi::Array array = value.As<Napi::Array>();
    for (std::uint32_t i = 0; i < array.Length(); ++i) {
      const Napi::Value one = array.Get(i);
      if (!one.IsObject()) {
        wrong(name, "must hold objects");
        return found;
      }
      found.emplace_back(one.As<Napi::Object>(), nameOf(name) + "[" + std::to_string(i) + "]");
    }
    return found;
  }

  std::string text(const char* name) {
    const Napi::Value value = get(name);
    if (failed_) return "";
    if (!value.IsString()) return wrong(name, "must be a string"), "";
    return value.As<Napi::String>().Utf8Value();
  }

  bool require(bool condition, const char* name, const std::string& what) {
    if (!failed_ && !condition) wrong(name, what);
    return !failed_;
  }

  void take(const Fields& child) { failed_ = failed_ || child.failed_; }

 private:
  Napi::Value get(const char* name) { return failed_ ? object_.Env().Undefined() : object_.Get(name); }
  void wrong(const char* name, const std::string& what) {
    if (failed_) return;
    failed_ = true;
    fail(object_.Env(), nameOf(name) + " " + what + ".");
  }
  template <class T>
  static napi_typedarray_type typeOf() {
    if constexpr (std::is_same_v<T, double>) return napi_float64_array;
    else if constexpr (std::is_same_v<T, float>) return napi_float32_array;
    else if constexpr (std::is_same_v<T, std::uint8_t>) return napi_uint8_array;
    else if constexpr (std::is_same_v<T, std::uint32_t>) return napi_uint32_array;
    else return napi_int32_array;
  }
  template <class T>
  static const char* typeName() {
    if constexpr (std::is_same_v<T, double>) return "Float64Array";
    else if constexpr (std::is_same_v<T, float>) return "Float32Array";
    else if constexpr (std::is_same_v<T, std::uint8_t>) return "Uint8Array";
    else if constexpr (std::is_same_v<T, std::uint32_t>) return "Uint32Array";
    else return "Int32Array";
  }

  Napi::Object object_;
  std::string path_;
  bool failed_ = false;
};

}  // namespace theratwin::binding
