/** Outlines of a sampled field by marching squares: closed or open polylines along a level, linear between samples. */

/** x, y pairs in samples (0 at the centre of the first); closed lines do not repeat their first point. */
export interface Polyline {
  readonly points: Float32Array
  readonly closed: boolean
}

/**
 * Lines along which `field` (width × height, row by row) equals `level`. NaN counts as 0, and so does everything beyond the
 * edge: a structure cut by the edge of the field gets an open line there. Ambiguous saddles are split by the mean of their corners.
 */
export function outlines(field: Float32Array, width: number, height: number, level: number): Polyline[] {
  const value = (x: number, y: number): number => {
    const v = field[y * width + x] as number
    return v === v ? v : 0
  }
  // Each crossed edge of the sample lattice is a node; a cell links two (or twice two) of its four edges.
  const horizontal = (x: number, y: number) => 2 * (y * width + x)
  const vertical = (x: number, y: number) => 2 * (y * width + x) + 1
  const links = new Map<number, number[]>()
  const join = (a: number, b: number) => {
    const of = (node: number) => links.get(node) ?? links.set(node, []).get(node)!
    of(a).push(b)
    of(b).push(a)
  }
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const a = value(x, y)
      const b = value(x + 1, y)
      const c = value(x + 1, y + 1)
      const d = value(x, y + 1)
      const kind = (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0)
      if (kind === 0 || kind === 15) continue
      const top = horizontal(x, y)
      const bottom = horizontal(x, y + 1)
      const left = vertical(x, y)
      const right = vertical(x + 1, y)
      switch (kind) {
        case 1:
        case 14:
          join(left, top)
          break
        case 2:
        case 13:
          join(top, right)
          break
        case 4:
        case 11:
          join(right, bottom)
          break
        case 8:
        case 7:
          join(bottom, left)
          break
        case 3:
        case 12:
          join(left, right)
          break
        case 6:
        case 9:
          join(top, bottom)
          break
        default: {
          const middleIsInside = (a + b + c + d) / 4 >= level
          if ((kind === 5) === middleIsInside) {
            join(left, bottom)
            join(top, right)
          } else {
            join(left, top)
            join(right, bottom)
          }
        }
      }
    }
  }

  const place = (node: number): [number, number] => {
    const cell = node >> 1
    const x = cell % width
    const y = (cell - x) / width
    const from = value(x, y)
    const to = node & 1 ? value(x, y + 1) : value(x + 1, y)
    const t = (level - from) / (to - from)
    return node & 1 ? [x, y + t] : [x + t, y]
  }

  const walk = (start: number): { nodes: number[]; closed: boolean } => {
    const nodes = [start]
    let at = start
    for (;;) {
      const next = links.get(at)?.pop()
      if (next === undefined) return { nodes, closed: false }
      const back = links.get(next)
      back?.splice(back.indexOf(at), 1)
      if (next === start) return { nodes, closed: true }
      nodes.push(next)
      at = next
    }
  }

  const lines: Polyline[] = []
  const keep = (start: number) => {
    const { nodes, closed } = walk(start)
    if (nodes.length > 1) lines.push({ points: Float32Array.from(nodes.flatMap(place)), closed })
  }
  for (const [node, to] of links) if (to.length === 1) keep(node)
  for (const [node, to] of links) if (to.length > 0) keep(node)
  return lines
}
