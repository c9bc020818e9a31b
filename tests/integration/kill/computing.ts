/**
 * A child that computes and stores chains of artifacts (curve, fit, dose with a map) until it is killed. Prints as importing.ts does.
 * Arguments: folder of the store, key in hex, number to begin with. The store must hold patient 0 with a cycle.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../../../db/index.ts'
import type { Store } from '../../../electron/services/ports/store.ts'
import { chainOf } from './chain.ts'
import { doseMapOf } from './content.ts'

const [directory = '', key = '', first = '0'] = process.argv.slice(2)

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

async function compute(store: Store, n: number): Promise<void> {
  const map = await store.voxels.put(doseMapOf(n))
  say(`volumes ${n}`)
  store.transaction({ action: 'compute' }, (write, read) => {
    const chain = chainOf(read, n, map)
    for (const draft of [chain.curve, chain.fit, chain.dose]) write.putArtifact(draft)
    write.recordDecision({ subject: chain.cycle, code: 'kill.round', value: n, reason: '' })
  })
}

say('opening')
const store = await openStore(directory, { kind: 'raw', key: Buffer.from(key, 'hex') }, { actor: 'child' })
say('open')
for (let n = Number(first); ; n++) {
  await compute(store, n)
  say(String(n))
}
