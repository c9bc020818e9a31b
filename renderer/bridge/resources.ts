export type ResourceKind = 'volume' | 'mask' | 'report'

/** The address of voxels (`volume`, `mask`) or of a report's PDF. Voxels never travel as JSON. */
export function resourceUrl(kind: ResourceKind, id: string): string {
  const origin = import.meta.env.VITE_RESOURCE_ORIGIN ?? 'app://'
  return `${origin}${kind}/${encodeURIComponent(id)}${kind === 'report' ? '.pdf' : ''}`
}
