#include "convolve.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "fft.hpp"
#include "thread_pool.hpp"

namespace theratwin {
namespace {

constexpr std::size_t lanes = FftPlan::lanes;

// Two blocks of a plan's lines and the room it works in.
struct Bench {
  std::vector<float> memory;
  float* re;
  float* im;
  float* work;
  std::size_t block;
  explicit Bench(std::size_t length)
      : memory(4 * length * lanes), re(memory.data()), im(re + length * lanes), work(im + length * lanes), block(length * lanes) {}
  void clearFrom(std::size_t row) {
    std::fill(re + row * lanes, re + block, 0.0f);
    std::fill(im + row * lanes, im + block, 0.0f);
  }
};

struct Shape {
  std::size_t nx, ny, nz;       // the volume
  FftPlan x, y, z;              // padded: at least 2n − 1, so that nothing wraps around
  std::size_t half;             // frequencies along x that are kept
  std::size_t columns;          // blocks of `lanes` of them
  explicit Shape(Size size)
      : nx(static_cast<std::size_t>(size.x)),
        ny(static_cast<std::size_t>(size.y)),
        nz(static_cast<std::size_t>(size.z)),
        x(goodFftLength(2 * nx - 1)),
        y(goodFftLength(2 * ny - 1)),
        z(goodFftLength(2 * nz - 1)),
        half(x.length() / 2 + 1),
        columns((half + lanes - 1) / lanes) {}
};

// Complex numbers [z][column][y of the padded length][re: lanes, im: lanes]: rows of lanes are what all passes read and write.
class Spectrum {
 public:
  explicit Spectrum(const Shape& shape)
      : shape_(shape), values_(std::make_unique_for_overwrite<float[]>(shape.nz * shape.columns * shape.y.length() * 2 * lanes)) {}
  float* row(std::size_t z, std::size_t column, std::size_t y) {
    return values_.get() + ((z * shape_.columns + column) * shape_.y.length() + y) * 2 * lanes;
  }

 private:
  const Shape& shape_;
  std::unique_ptr<float[]> values_;
};

// The transform of an even real kernel is even and real. Lines of a volume [slow][n][fast] along the middle axis become
// [slow][length/2 + 1][fast]; two real lines at a time are the two parts of a complex one.
Status transformEvenAxis(const std::vector<float>& in, std::vector<float>& out, std::size_t slow, std::size_t n, std::size_t fast,
                         const FftPlan& plan, unsigned threads, const Control& control) {
  const std::size_t length = plan.length();
  const std::size_t half = length / 2 + 1;
  const std::size_t lines = slow * fast;
  const std::size_t together = 2 * lanes;
  out.assign(slow * half * fast, 0.0f);
  return parallelFor((lines + together - 1) / together, threads, control, [&](std::size_t task) {
    Bench bench(length);
    bench.clearFrom(0);
    for (std::size_t lane = 0; lane < together; ++lane) {
      const std::size_t line = task * together + lane;
      if (line >= lines) break;
      const float* from = in.data() + (line / fast) * n * fast + line % fast;
      float* to = (lane < lanes ? bench.re : bench.im) + lane % lanes;
      for (std::size_t j = 0; j < n; ++j) {
        to[j * lanes] = from[j * fast];
        if (j > 0) to[(length - j) * lanes] = from[j * fast];
      }
    }
    plan.transform(bench.re, bench.im, bench.work);
    for (std::size_t lane = 0; lane < together; ++lane) {
      const std::size_t line = task * together + lane;
      if (line >= lines) break;
      const float* from = (lane < lanes ? bench.re : bench.im) + lane % lanes;
      float* to = out.data() + (line / fast) * half * fast + line % fast;
      for (std::size_t k = 0; k < half; ++k) to[k * fast] = from[k * lanes];
    }
  });
}

// [kz][ky][kx], each from 0 to half of the padded length; divided by the number of points, for the way back.
Status kernelSpectrum(std::span<const double> kernel, const Shape& s, unsigned threads, const Control& control,
                      std::vector<float>& out) {
  const double scale = 1 / (static_cast<double>(s.x.length()) * static_cast<double>(s.y.length()) * static_cast<double>(s.z.length()));
  std::vector<float> a(kernel.size());
  for (std::size_t i = 0; i < kernel.size(); ++i) a[i] = static_cast<float>(kernel[i] * scale);
  std::vector<float> b;
  if (transformEvenAxis(a, b, s.ny * s.nz, s.nx, 1, s.x, threads, control) == Status::cancelled) return Status::cancelled;
  if (transformEvenAxis(b, a, s.nz, s.ny, s.half, s.y, threads, control) == Status::cancelled) return Status::cancelled;
  const std::size_t halfY = s.y.length() / 2 + 1;
  return transformEvenAxis(a, out, 1, s.nz, s.half * halfY, s.z, threads, control);
}

// Along x: two lines of the volume are the parts of a complex one; their transforms are apart again by symmetry.
Status forwardX(const float* source, const Shape& s, Spectrum& to, unsigned threads, const Control& control) {
  const std::size_t n = s.x.length();
  const std::size_t groups = (s.ny + 2 * lanes - 1) / (2 * lanes);
  return parallelFor(s.nz * groups, threads, control, [&](std::size_t task) {
    const std::size_t z = task / groups;
    const std::size_t first = task % groups * 2 * lanes;
    const std::size_t count = std::min(2 * lanes, s.ny - first);
    Bench bench(n);
    bench.clearFrom(0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const float* from = source + (z * s.ny + first + lane) * s.nx;
      float* into = (lane < lanes ? bench.re : bench.im) + lane % lanes;
      for (std::size_t i = 0; i < s.nx; ++i) into[i * lanes] = from[i];
    }
    s.x.transform(bench.re, bench.im, bench.work);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t l = lane % lanes;
      for (std::size_t k = 0; k < s.columns * lanes; ++k) {
        float* row = to.row(z, k / lanes, first + lane) + k % lanes;
        if (k >= s.half) {
          row[0] = row[lanes] = 0;
          continue;
        }
        const std::size_t m = k == 0 ? 0 : n - k;
        const float ar = bench.re[k * lanes + l], ai = bench.im[k * lanes + l];
        const float br = bench.re[m * lanes + l], bi = bench.im[m * lanes + l];
        row[0] = lane < lanes ? 0.5f * (ar + br) : 0.5f * (ai + bi);
        row[lanes] = lane < lanes ? 0.5f * (ai - bi) : 0.5f * (br - ar);
      }
    }
  });
}

Status inverseX(Spectrum& from, const Shape& s, float* target, unsigned threads, const Control& control) {
  const std::size_t n = s.x.length();
  const std::size_t groups = (s.ny + 2 * lanes - 1) / (2 * lanes);
  return parallelFor(s.nz * groups, threads, control, [&](std::size_t task) {
    const std::size_t z = task / groups;
    const std::size_t first = task % groups * 2 * lanes;
    const std::size_t count = std::min(2 * lanes, s.ny - first);
    Bench bench(n);
    bench.clearFrom(0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t l = lane % lanes;
      for (std::size_t k = 0; k < s.half; ++k) {
        const float* row = from.row(z, k / lanes, first + lane) + k % lanes;
        // A line's part at −k is the conjugate of that at k; the second line of a pair comes times i.
        const float sr = lane < lanes ? row[0] : -row[lanes], si = lane < lanes ? row[lanes] : row[0];
        const float mr = lane < lanes ? row[0] : row[lanes], mi = lane < lanes ? -row[lanes] : row[0];
        bench.re[k * lanes + l] += sr;
        bench.im[k * lanes + l] += si;
        const std::size_t m = n - k;
        if (k > 0 && m >= s.half) {
          bench.re[m * lanes + l] += mr;
          bench.im[m * lanes + l] += mi;
        }
      }
    }
    s.x.transform(bench.im, bench.re, bench.work);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const float* values = (lane < lanes ? bench.re : bench.im) + lane % lanes;
      float* to = target + (z * s.ny + first + lane) * s.nx;
      for (std::size_t i = 0; i < s.nx; ++i) to[i] = values[i * lanes];
    }
  });
}

// Along y, in place: rows 0 … ny − 1 to all rows, or back.
Status alongY(Spectrum& spectrum, const Shape& s, bool inverse, unsigned threads, const Control& control) {
  const std::size_t n = s.y.length();
  return parallelFor(s.nz * s.columns, threads, control, [&](std::size_t task) {
    const std::size_t z = task / s.columns;
    const std::size_t column = task % s.columns;
    Bench bench(n);
    const std::size_t given = inverse ? n : s.ny;
    const std::size_t wanted = inverse ? s.ny : n;
    for (std::size_t y = 0; y < given; ++y) {
      const float* row = spectrum.row(z, column, y);
      std::copy_n(row, lanes, bench.re + y * lanes);
      std::copy_n(row + lanes, lanes, bench.im + y * lanes);
    }
    bench.clearFrom(given);
    if (inverse) s.y.transform(bench.im, bench.re, bench.work);
    else s.y.transform(bench.re, bench.im, bench.work);
    for (std::size_t y = 0; y < wanted; ++y) {
      float* row = spectrum.row(z, column, y);
      std::copy_n(bench.re + y * lanes, lanes, row);
      std::copy_n(bench.im + y * lanes, lanes, row + lanes);
    }
  });
}

// Along z, times each kernel, and back. The last target may be the source itself.
Status alongZ(Spectrum& source, const std::vector<std::vector<float>>& kernels, const std::vector<Spectrum*>& targets, const Shape& s,
              unsigned threads, const Control& control) {
  const std::size_t n = s.z.length();
  const std::size_t ny = s.y.length();
  const std::size_t halfY = ny / 2 + 1;
  return parallelFor(s.columns * ny, threads, control, [&](std::size_t task) {
    const std::size_t column = task / ny;
    const std::size_t y = task % ny;
    const std::size_t ky = std::min(y, ny - y);
    const std::size_t used = std::min(lanes, s.half - column * lanes);
    Bench forward(n);
    Bench back(n);
    for (std::size_t z = 0; z < s.nz; ++z) {
      const float* row = source.row(z, column, y);
      std::copy_n(row, lanes, forward.re + z * lanes);
      std::copy_n(row + lanes, lanes, forward.im + z * lanes);
    }
    forward.clearFrom(s.nz);
    s.z.transform(forward.re, forward.im, forward.work);
    for (std::size_t m = 0; m < kernels.size(); ++m) {
      for (std::size_t z = 0; z < n; ++z) {
        const std::size_t kz = std::min(z, n - z);
        const float* factor = kernels[m].data() + (kz * halfY + ky) * s.half + column * lanes;
        for (std::size_t l = 0; l < used; ++l) {
          back.re[z * lanes + l] = forward.re[z * lanes + l] * factor[l];
          back.im[z * lanes + l] = forward.im[z * lanes + l] * factor[l];
        }
      }
      s.z.transform(back.im, back.re, back.work);
      for (std::size_t z = 0; z < s.nz; ++z) {
        float* row = targets[m]->row(z, column, y);
        std::copy_n(back.re + z * lanes, lanes, row);
        std::copy_n(back.im + z * lanes, lanes, row + lanes);
      }
    }
  });
}

}  // namespace

Status convolveEven(const float* source, Size size, std::span<const double> kernels, std::span<float> outputs, unsigned threads,
                    const Control& control, int fromPerMille, int toPerMille) {
  const std::size_t voxels = size.count();
  const std::size_t count = kernels.size() / voxels;
  const Shape shape(size);
  const Control quiet = control.withoutProgress();
  const int stages = 3 + 3 * static_cast<int>(count);
  int done = 0;
  const auto next = [&](Status status) {
    control.report(fromPerMille + ++done * (toPerMille - fromPerMille) / stages);
    return status == Status::done && !control.cancelled();
  };
  if (control.cancelled()) return Status::cancelled;

  std::vector<std::vector<float>> factors(count);
  for (std::size_t m = 0; m < count; ++m)
    if (!next(kernelSpectrum(kernels.subspan(m * voxels, voxels), shape, threads, quiet, factors[m]))) return Status::cancelled;
  Spectrum transformed(shape);
  if (!next(forwardX(source, shape, transformed, threads, quiet))) return Status::cancelled;
  if (!next(alongY(transformed, shape, false, threads, quiet))) return Status::cancelled;
  std::vector<std::unique_ptr<Spectrum>> others;
  std::vector<Spectrum*> targets;
  for (std::size_t m = 0; m + 1 < count; ++m) {
    others.push_back(std::make_unique<Spectrum>(shape));
    targets.push_back(others.back().get());
  }
  targets.push_back(&transformed);
  if (!next(alongZ(transformed, factors, targets, shape, threads, quiet))) return Status::cancelled;
  for (std::size_t m = 0; m < count; ++m) {
    if (!next(alongY(*targets[m], shape, true, threads, quiet))) return Status::cancelled;
    if (!next(inverseX(*targets[m], shape, outputs.data() + m * voxels, threads, quiet))) return Status::cancelled;
  }
  return Status::done;
}

}  // namespace theratwin
