/** What main and the backend process say to each other. Both are ours; the window never sees these. */
import type { ExportAsk } from './exports.ts'
import type { EventName, RequestName } from './requests.ts'
import type { Result } from './result.ts'

/** How the backend gets the key of the store. `systemKey` is 32 bytes that main keeps with the system's keychain. */
export type StoreUnlock =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'system-key'; readonly systemKey: Uint8Array }

/** new: nothing there; locked: waits for a key of the named kind; open. */
export interface StoreState {
  readonly state: 'new' | 'locked' | 'open'
  readonly keyKind: 'passphrase' | 'system-key' | null
}

export type BlobKind = 'volume' | 'mask' | 'report'

export interface BlobPiece {
  readonly bytes: Uint8Array
  readonly totalBytes: number
  readonly mediaType: string
  /** File name to save under; '' for voxels. */
  readonly fileName: string
}

export type ToBackend =
  | { readonly type: 'state'; readonly id: number; readonly directory: string }
  | { readonly type: 'open'; readonly id: number; readonly directory: string; readonly unlock: StoreUnlock }
  | { readonly type: 'request'; readonly id: number; readonly name: RequestName; readonly ask: unknown }
  | {
      readonly type: 'read'
      readonly id: number
      readonly kind: BlobKind
      readonly key: string
      readonly offset: number
      readonly length: number
    }
  /** Writes files into a folder that a person chose in a dialog of main's; the window cannot name one. */
  | { readonly type: 'export'; readonly id: number; readonly what: ExportAsk; readonly folder: string }
  | { readonly type: 'close'; readonly id: number }

export type FromBackend =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly type: 'event'; readonly name: EventName; readonly event: unknown }
