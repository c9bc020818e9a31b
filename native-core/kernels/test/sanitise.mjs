/**
 * The kernels' C++ unit tests under AddressSanitizer, UndefinedBehaviorSanitizer and ThreadSanitizer (each in a build of its own).
 * Last line: "N passed, N failed" over all; exit code 0 only if all passed and no sanitizer complained.
 */
import { compileAndRun } from './compile.mjs'

const BUILDS = [
  { name: 'asan', flags: ['-fsanitize=address'], environment: { ASAN_OPTIONS: 'detect_leaks=1:halt_on_error=1' } },
  {
    name: 'ubsan',
    flags: ['-fsanitize=undefined', '-fno-sanitize-recover=all'],
    environment: { UBSAN_OPTIONS: 'print_stacktrace=1' },
  },
  { name: 'tsan', flags: ['-fsanitize=thread'], environment: { TSAN_OPTIONS: 'halt_on_error=1' } },
]

let passed = 0
let failed = 0
for (const { name, flags, environment } of BUILDS) {
  console.log(`== ${name}`)
  const result = compileAndRun(name, ['-O1', '-g', '-fno-omit-frame-pointer', ...flags], environment)
  passed += result.passed
  failed += result.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
