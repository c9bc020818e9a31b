/** What the patient store keeps of work done: artifacts with what they were made from, replaced content, the audit trail. */
import type { EntityRef } from './storeRecords.ts'
import type { VolumeId } from './volumeStore.ts'

export const artifactKinds = [
  'structure-mask',
  'measurement',
  'resampled-image',
  'time-activity-curve',
  'fit',
  'dose-result',
  'dose-comparison',
  'dose-accumulation',
  'biological-effect',
  'twin',
  'plan',
  'report',
  'cycle-analysis',
] as const
export type ArtifactKind = (typeof artifactKinds)[number]

/** One thing that an artifact was made from, with the hash of its content at that time. Get it by `store.read.inputOf`. */
export interface ArtifactInput {
  /** What it was used as: 'emission', 'structure', 'administration', 'calibration', 'decay-data', … */
  readonly role: string
  readonly ref: EntityRef
  readonly hash: string
}

/** What determines an artifact. Two runs with equal specs make the same result, on any workstation. */
export interface ArtifactSpec {
  readonly kind: ArtifactKind
  /** Name and version of the algorithm, e.g. "fit/2". Raise it with every change that may change a number. */
  readonly algorithmVersion: string
  /** Plain JSON with everything else that matters: options, data-set versions, seeds. */
  readonly parameters: unknown
  readonly inputs: readonly ArtifactInput[]
}

export interface ArtifactDraft extends ArtifactSpec {
  /** What it is about: usually the cycle. */
  readonly subject: EntityRef
  /** Tells several of one kind and subject apart, e.g. the structure id; '' if there is one only. */
  readonly slot: string
  /** The result as plain JSON, units in the names. NaN and infinities are refused: use null and say why. */
  readonly payload: unknown
  /** Named binary parts (dose map, PDF, …), already in `store.volumes`. */
  readonly volumes: Readonly<Record<string, VolumeId>>
}

export interface ArtifactRecord extends ArtifactDraft {
  /** SHA-256 of the canonical JSON of the spec. */
  readonly key: string
  readonly createdAt: string
}

export interface Staleness {
  readonly stale: boolean
  /**
   * Each input that is no longer what it was. An input artifact is 'superseded' when another is the latest in its place, and
   * 'input-is-stale' when its own inputs are not what they were.
   */
  readonly reasons: readonly {
    readonly role: string
    readonly ref: EntityRef
    readonly cause: 'changed' | 'removed' | 'superseded' | 'input-is-stale'
  }[]
}

// ---------------------------------------------------------------- history and audit

export interface HistoryRecord {
  readonly contentHash: string
  readonly content: unknown
  /** ISO 8601 UTC. */
  readonly replacedAt: string
}

export interface AuditRow {
  readonly sequence: number
  /** ISO 8601 UTC. */
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly detail: unknown
  readonly previousHash: string
  readonly hash: string
}

export type AuditVerdict =
  | {
      readonly ok: true
      readonly rows: number
      readonly headHash: string
      /** The anchor is a small signed file beside the database that knows the newest row, so that cutting off the end shows. */
      readonly anchor: 'matches' | 'missing' | 'unreadable'
      /** Rows that record that an older copy of the database was put in place of a newer one. */
      readonly rollbacks: readonly number[]
    }
  | { readonly ok: false; readonly firstBadSequence: number; readonly what: string }
