import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArtifactInput, ArtifactSpec } from '../electron/services/ports/store.ts'
import { artifactKey, entityId } from './ids.ts'

const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
const input: fc.Arbitrary<ArtifactInput> = fc.record({
  role: fc.constantFrom('emission', 'structure', 'registration'),
  ref: fc.record({ entity: fc.constantFrom('image' as const, 'structure' as const), id: fc.string() }),
  hash,
})
const spec: fc.Arbitrary<ArtifactSpec> = fc.record({
  kind: fc.constantFrom('fit' as const, 'dose-result' as const),
  algorithmVersion: fc.string(),
  parameters: fc.jsonValue(),
  inputs: fc.array(input, { maxLength: 6 }),
})

describe('entityId', () => {
  it('keeps apart parts that would join to the same text', () => {
    expect(entityId('image', 'a', 'bc')).not.toBe(entityId('image', 'ab', 'c'))
    expect(entityId('image', 'a')).not.toBe(entityId('series', 'a'))
    expect(entityId('structure', 's', 1)).not.toBe(entityId('structure', 's', '1'))
  })

  it('is the same each time and 128 bits long', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        const again = entityId('patient', key)
        expect(entityId('patient', key)).toBe(again)
        expect(again).toMatch(/^[0-9a-f]{32}$/)
      }),
    )
  })
})

describe('artifactKey', () => {
  it('does not depend on the order of the inputs or where they are stored', () => {
    fc.assert(
      fc.property(spec, (value) => {
        const inputs = [...value.inputs].reverse().map((one) => ({ ...one, ref: { ...one.ref, id: 'elsewhere' } }))
        expect(artifactKey({ ...value, inputs })).toBe(artifactKey(value))
      }),
    )
  })

  it('changes with each thing that made it', () => {
    fc.assert(
      fc.property(spec, input, (value, more) => {
        const key = artifactKey(value)
        expect(artifactKey({ ...value, kind: value.kind === 'fit' ? 'dose-result' : 'fit' })).not.toBe(key)
        expect(artifactKey({ ...value, algorithmVersion: `${value.algorithmVersion}+` })).not.toBe(key)
        expect(artifactKey({ ...value, parameters: [value.parameters] })).not.toBe(key)
        expect(artifactKey({ ...value, inputs: [...value.inputs, more] })).not.toBe(key)
        expect(artifactKey({ ...value, inputs: [...value.inputs, { ...more, role: 'other' }] })).not.toBe(
          artifactKey({ ...value, inputs: [...value.inputs, more] }),
        )
      }),
    )
  })
})
