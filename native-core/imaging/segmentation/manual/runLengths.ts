/**
 * Bytes as run lengths: a control byte c below 128 is followed by c + 1 bytes as they are, one from 128 on by one byte that stands
 * c − 126 times (2 to 129). The difference of two states of a brick is mostly zeros, so that a stroke takes some hundred bytes.
 */
const MOST_LITERAL = 128
const MOST_REPEATED = 129

/** The run lengths of `bytes`. */
export function packRuns(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / MOST_LITERAL) + 1)
  let size = 0
  let literalFrom = 0
  const flush = (to: number) => {
    while (literalFrom < to) {
      const count = Math.min(MOST_LITERAL, to - literalFrom)
      out[size++] = count - 1
      out.set(bytes.subarray(literalFrom, literalFrom + count), size)
      size += count
      literalFrom += count
    }
  }
  for (let at = 0; at < bytes.length;) {
    let run = 1
    while (run < MOST_REPEATED && at + run < bytes.length && bytes[at + run] === bytes[at]) run++
    // A run of two amid literals would cost as much as it saves.
    if (run >= 3) {
      flush(at)
      out[size++] = run + 126
      out[size++] = bytes[at]!
      literalFrom = at + run
    }
    at += run
  }
  flush(bytes.length)
  return out.slice(0, size)
}

/** The bytes back, `length` of them. Throws RangeError where the run lengths do not give exactly that many. */
export function unpackRuns(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  for (let n = 0; n < packed.length;) {
    const control = packed[n++]!
    const count = control < 128 ? control + 1 : control - 126
    if (at + count > length) throw new RangeError(`Run lengths of more than ${length} bytes`)
    if (control < 128) {
      out.set(packed.subarray(n, n + count), at)
      n += count
    } else {
      out.fill(packed[n++]!, at, at + count)
    }
    at += count
  }
  if (at !== length) throw new RangeError(`Run lengths of ${at} bytes, not ${length}`)
  return out
}
