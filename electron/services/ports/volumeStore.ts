/**
 * What the use cases ask of the place where large binary data live: voxels, contours, original files, result maps. Implemented by
 * adapters/volume-store.
 *
 * A volume is addressed by its content: its id is the lower-case hex SHA-256 of its bytes, the same on every workstation, so that
 * ids may be hashed into artifact keys and printed in reports. A volume never changes. Everything is encrypted at rest; the file
 * names on disk are keyed, so that nobody without the key can tell whether a known file is in the store.
 */

/** Lower-case hex SHA-256 of the volume's bytes. */
export type VolumeId = string

export interface StoredVolume {
  readonly id: VolumeId
  readonly sizeBytes: number
}

/** A volume opened for reading in pieces, for `app://volume/<id>`. Close it. */
export interface VolumeReader extends StoredVolume {
  /**
   * Bytes `offset` to `offset + length`, cut at the end of the volume. Each piece is authenticated with the store's key; at most
   * `maxReadBytes` (8 MiB) at once, else RangeError. Throws InputError 'volume.corrupt' where the file was damaged.
   */
  read(offset: number, length: number): Promise<Uint8Array>
  /**
   * The bytes from `start` (default 0) to `endExclusive` (default the end), in order, in pieces of at most 1 MiB. When the whole
   * volume is streamed its SHA-256 is compared too, before the last piece is handed out.
   */
  stream(range?: {
    readonly start?: number
    readonly endExclusive?: number
  }): AsyncGenerator<Uint8Array, void, undefined>
  close(): Promise<void>
}

/**
 * Puts many volumes with few disk synchronisations. Nothing put here may be referred to in `Store.transaction` before `flush`
 * has resolved. `discard` forgets what was not flushed; an abandoned batch leaves only temporary files, which the next start
 * of the store removes.
 */
export interface VolumeBatch {
  put(bytes: Uint8Array): Promise<StoredVolume>
  putStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StoredVolume>
  /** Makes everything put so far durable: files synced, renamed, folders synced. The batch can go on being used. */
  flush(): Promise<void>
  discard(): Promise<void>
}

export interface VolumeStore {
  /**
   * Stores the bytes and resolves when they are durable (written to a temporary name, synced, renamed, folder synced). Storing the
   * same bytes again is cheap and changes nothing. Throws InputError 'volume.disk-full' or 'volume.cannot-write'; nothing
   * half-written is left under a volume's name.
   */
  put(bytes: Uint8Array): Promise<StoredVolume>
  /** As `put`, without holding the whole volume in memory. */
  putStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StoredVolume>
  batch(): VolumeBatch
  /**
   * All bytes, decrypted, with the SHA-256 verified. Throws InputError 'volume.missing' or 'volume.corrupt' (naming the volume), or
   * RangeError where it is larger than `maxBytes` (default 4 GiB).
   */
  get(id: VolumeId, options?: { readonly maxBytes?: number }): Promise<Uint8Array>
  /** As `get`, on a SharedArrayBuffer, to be handed to workers without a copy. */
  getShared(id: VolumeId, options?: { readonly maxBytes?: number }): Promise<Uint8Array<SharedArrayBuffer>>
  /** Opens a volume for reading in pieces. Throws InputError 'volume.missing' or 'volume.corrupt'. */
  open(id: VolumeId): Promise<VolumeReader>
  /** True if the volume is here and durable. Does not verify its content. */
  has(id: VolumeId): Promise<boolean>
}

/** The volume store as the patient store sees it, which alone knows what is referred to. */
export interface ManagedVolumeStore extends VolumeStore {
  /** Size of the volume if it is here and durable, else null. For checking references inside a database transaction. */
  durableSize(id: VolumeId): number | null
  /** Reads and verifies the whole content. null if it is sound, else what is wrong. */
  examine(id: VolumeId): Promise<string | null>
  /**
   * Removes what was left half-written and, where `referenced` is given, volumes that it does not name and that have not been touched
   * for `graceMs`. Only for the one process that may write, before it puts anything. Returns how many files went.
   */
  collect(options: {
    readonly referenced?: Iterable<VolumeId>
    readonly graceMs: number
    readonly nowMs: number
  }): Promise<{ readonly partial: number; readonly unreferenced: number }>
}

/** Opens the volumes in `folder` with keys derived from the store's data key. Read-only: nothing is made or moved. */
export type OpenVolumeStore = (
  folder: string,
  storeKey: Uint8Array,
  options: { readonly readOnly: boolean },
) => Promise<ManagedVolumeStore>
