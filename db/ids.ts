/**
 * Ids of records and keys of artifacts: hashes of what identifies them, so that the same data have the same id in every store and
 * importing them again finds the same rows.
 */
import type { ArtifactSpec, EntityName } from '../electron/services/ports/store.ts'
import { hashOfJson } from './canonicalJson.ts'

/** 128 bits (32 hex digits) of the SHA-256 of the entity's name and natural key. */
export function entityId(entity: EntityName, ...naturalKey: readonly (string | number)[]): string {
  return hashOfJson([entity, ...naturalKey]).slice(0, 32)
}

/**
 * The key of an artifact: SHA-256 over its kind, algorithm version, parameters and inputs. Of an input only its role and the hash of
 * its content count, not where it is stored. The order of the inputs does not matter.
 */
export function artifactKey(spec: ArtifactSpec): string {
  const inputs = spec.inputs.map(({ role, hash }) => ({ role, hash }))
  inputs.sort((a, b) => compare(a.role, b.role) || compare(a.hash, b.hash))
  return hashOfJson({
    kind: spec.kind,
    algorithmVersion: spec.algorithmVersion,
    parameters: spec.parameters,
    inputs,
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
