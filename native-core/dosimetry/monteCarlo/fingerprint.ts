/** FNV-1a over the bytes of arrays: tells whether a stopped run is gone on with from the same input. No defence against forgery. */
export function fingerprint(parts: readonly ArrayBufferView[]): string {
  let hash = 0x811c9dc5
  for (const part of parts) {
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
