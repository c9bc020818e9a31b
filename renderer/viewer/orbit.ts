import type { Vec3 } from '../../native-core/imaging/types.ts'

/** The view of a projection turned about the body's long axis: 0° from the front, 90° from the patient's left. */
export function cameraOf(angleDeg: number): { towards: Vec3; right: Vec3; up: Vec3 } {
  const angle = (angleDeg * Math.PI) / 180
  return {
    towards: [Math.sin(angle), -Math.cos(angle), 0],
    right: [Math.cos(angle), Math.sin(angle), 0],
    up: [0, 0, 1],
  }
}

/** The letters for a direction of patient space, the main one first: "L", "LP". */
export function lettersOf([x, y, z]: Vec3): string {
  return (
    [
      [x, x > 0 ? 'L' : 'R'],
      [y, y > 0 ? 'P' : 'A'],
      [z, z > 0 ? 'S' : 'I'],
    ] as [number, string][]
  )
    .filter(([part]) => Math.abs(part) > 0.35)
    .sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]))
    .map(([, letter]) => letter)
    .join('')
}

/** An angle in (−180, 180]. */
export function turned(angleDeg: number): number {
  const rest = ((angleDeg % 360) + 360) % 360
  return rest > 180 ? rest - 360 : rest
}
