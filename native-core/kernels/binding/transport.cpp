#include "transport.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "transport_input.hpp"

namespace theratwin::binding {
namespace {

using transport::Simulation;

Napi::Value guarded(Napi::Env env, const std::function<Napi::Value()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    Napi::RangeError::New(env, "There is not enough memory for this simulation.").ThrowAsJavaScriptException();
  } catch (const std::exception& error) {
    Napi::Error::New(env, std::string("A native kernel failed: ") + error.what()).ThrowAsJavaScriptException();
  }
  return env.Undefined();
}

using Handle = Napi::External<Simulation>;

Simulation* simulationOf(const Napi::CallbackInfo& info) {
  if (info.Length() > 0 && info[0].IsExternal()) return info[0].As<Handle>().Data();
  fail(info.Env(), "simulation must come from createSimulation.");
  return nullptr;
}

// ({ media, settings, source, geometry: { kind, … }, seed }) → simulation
Napi::Value createSimulation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 1 || !info[0].IsObject()) return fail(env, "Expected one description."), env.Undefined();
  return guarded(env, [&]() -> Napi::Value {
    Fields root(info[0].As<Napi::Object>(), "simulation");
    transport::MediaView media;
    transport::TransportSettings settings;
    transport::SourceSpec source;
    const double seed = root.number("seed", 0, 9007199254740991.0);
    if (!root.ok() || !readMedia(root.object("media"), media) || !readSettings(root.object("settings"), settings) ||
        !readSource(root.object("source"), source))
      return env.Undefined();
    if (!root.require(!source.lines.empty() || !source.betas.empty() || source.recoilMev > 0, "source", "sends out nothing"))
      return env.Undefined();
    Fields geometry = root.object("geometry");
    const std::string kind = geometry.text("kind");
    if (!geometry.ok()) return env.Undefined();
    const auto seedBits = static_cast<std::uint64_t>(seed);
    std::unique_ptr<Simulation> made = makeSimulation(kind, geometry, media, settings, std::move(source), seedBits);
    if (!made) return env.Undefined();
    return Handle::New(env, made.release(), [](Napi::Env, Simulation* simulation) { delete simulation; });
  });
}

// (simulation, first, count, threads, control) → boolean: done, or cancelled
Napi::Value runSimulation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Simulation* simulation = simulationOf(info);
  double first = 0;
  double count = 0;
  unsigned threads = 0;
  Control control;
  if (simulation == nullptr || info.Length() != 5 || !readNumber(env, info[1], "first", first) ||
      !readNumber(env, info[2], "count", count) || !readThreads(env, info[3], threads) || !readControl(env, info[4], control))
    return env.Undefined();
  if (!(first >= 0 && count >= 0 && first + count <= transport::Quanta::histories))
    return fail(env, "first and count must be histories from 0 to 2^36."), env.Undefined();
  return guarded(env, [&]() -> Napi::Value {
    const Status status =
        simulation->run(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(count), threads, control);
    return Napi::Boolean::New(env, status == Status::done);
  });
}

// (simulation, what: 0…3 an origin, −1 all together, −2 standard deviation of the mean, of: 0 bins, 1 structures, histories, out: Float64Array)
// → MeV per history
Napi::Value readSimulation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Simulation* simulation = simulationOf(info);
  double what = 0;
  double of = 0;
  double histories = 0;
  if (simulation == nullptr || info.Length() != 5 || !readNumber(env, info[1], "what", what) ||
      !readNumber(env, info[2], "of", of) || !readNumber(env, info[3], "histories", histories))
    return env.Undefined();
  transport::Tally& tally = of == 0 ? simulation->bins() : simulation->structures();
  Array out;
  const bool wide = [&] {
    napi_typedarray_type type = napi_uint8_array;
    return napi_get_typedarray_info(env, info[4], &type, nullptr, nullptr, nullptr, nullptr) == napi_ok && type == napi_float64_array;
  }();
  if (!readArray(env, info[4], "out", wide ? napi_float64_array : napi_float32_array, "Float32Array or Float64Array", out))
    return env.Undefined();
  if (out.length != tally.bins() || !(histories >= 1)) return fail(env, "out must have an entry for each bin."), env.Undefined();
  for (std::size_t i = 0; i < out.length; ++i) {
    double value = 0;
    if (what >= 0) {
      value = tally.energyMev(i, static_cast<int>(what)) / histories;
    } else {
      value = tally.energyMev(i) / histories;
      if (what < -1) {
        const double variance = tally.squareMev2(i) / histories - value * value;
        value = histories > 1 ? std::sqrt(std::max(0.0, variance) / (histories - 1)) : 0;
      }
    }
    if (wide) static_cast<double*>(out.data)[i] = value;
    else static_cast<float*>(out.data)[i] = static_cast<float>(value);
  }
  return env.Undefined();
}

// (simulation) → { origins: boolean[4], emittedMev, depositedMev, bins, structures, stateLength }
Napi::Value describeSimulation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Simulation* simulation = simulationOf(info);
  if (simulation == nullptr) return env.Undefined();
  transport::Tally& bins = simulation->bins();
  Napi::Object out = Napi::Object::New(env);
  Napi::Array origins = Napi::Array::New(env, transport::originCount);
  for (int o = 0; o < transport::originCount; ++o) origins.Set(static_cast<std::uint32_t>(o), Napi::Boolean::New(env, bins.has(o)));
  out.Set("origins", origins);
  out.Set("emittedMev", Napi::Number::New(env, static_cast<double>(simulation->emittedQuanta()) * bins.quanta().energyMev));
  out.Set("depositedMev", Napi::Number::New(env, static_cast<double>(simulation->depositedQuanta()) * bins.quanta().energyMev));
  out.Set("bins", Napi::Number::New(env, static_cast<double>(bins.bins())));
  out.Set("structures", Napi::Number::New(env, static_cast<double>(simulation->structures().bins())));
  out.Set("stateLength", Napi::Number::New(env, static_cast<double>(bins.energyState().size() + bins.squareState().size() +
                                                                  simulation->structures().energyState().size() +
                                                                  simulation->structures().squareState().size() + 2)));
  return out;
}

// (simulation, state: BigInt64Array, restore: boolean): copies the sums out of, or into, the simulation
Napi::Value copyState(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Simulation* simulation = simulationOf(info);
  Array state;
  if (simulation == nullptr || info.Length() != 3 ||
      !readArray(env, info[1], "state", napi_bigint64_array, "BigInt64Array", state))
    return env.Undefined();
  const bool restore = info[2].ToBoolean().Value();
  auto* at = static_cast<std::int64_t*>(state.data);
  std::size_t length = 2;
  const std::span<std::int64_t> parts[] = {simulation->bins().energyState(), simulation->bins().squareState(),
                                           simulation->structures().energyState(), simulation->structures().squareState()};
  for (const auto& part : parts) length += part.size();
  if (state.length != length) return fail(env, "state is not of this simulation: its length differs."), env.Undefined();
  for (const auto& part : parts) {
    if (restore) std::copy(at, at + part.size(), part.begin());
    else std::copy(part.begin(), part.end(), at);
    at += part.size();
  }
  if (restore) {
    simulation->restore(at[0], at[1]);
  } else {
    at[0] = simulation->emittedQuanta();
    at[1] = simulation->depositedQuanta();
  }
  return env.Undefined();
}

}  // namespace

void addTransport(Napi::Env env, Napi::Object exports) {
  exports.Set("createSimulation", Napi::Function::New(env, createSimulation, "createSimulation"));
  exports.Set("runSimulation", Napi::Function::New(env, runSimulation, "runSimulation"));
  exports.Set("readSimulation", Napi::Function::New(env, readSimulation, "readSimulation"));
  exports.Set("describeSimulation", Napi::Function::New(env, describeSimulation, "describeSimulation"));
  exports.Set("copySimulationState", Napi::Function::New(env, copyState, "copySimulationState"));
}

}  // namespace theratwin::binding
