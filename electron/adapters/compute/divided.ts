/** Ranges of voxels, from (inclusive) to (exclusive), for threads that share the work: `parts` or fewer of one size. */
export function divided(voxels: number, parts: number): (readonly [number, number])[] {
  const size = Math.max(1, Math.ceil(voxels / parts))
  return Array.from({ length: Math.ceil(voxels / size) }, (_, at) => [at * size, Math.min(voxels, (at + 1) * size)])
}
