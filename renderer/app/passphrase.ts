export interface PassphraseProblem {
  readonly field: 'passphrase' | 'repeated'
  readonly message: string
}

/** What is wrong with a passphrase, or null. `repeated` is null where it need not be typed twice. */
export function passphraseProblem(passphrase: string, repeated: string | null): PassphraseProblem | null {
  if (passphrase.length < 8) return { field: 'passphrase', message: 'It needs at least 8 characters.' }
  if (passphrase.length > 1024) return { field: 'passphrase', message: 'It may have at most 1024 characters.' }
  if (repeated !== null && repeated !== passphrase) return { field: 'repeated', message: 'The two are not the same.' }
  return null
}
