/** C++ unit tests of the kernels. Last line: "N passed, N failed"; exit code 0 only if all passed. */
import { compileAndRun } from './compile.mjs'

const { ok, failed, passed } = compileAndRun('unit', ['-O2'])
if (!ok) console.log(`${passed} passed, ${failed} failed`)
process.exitCode = ok ? 0 : 1
