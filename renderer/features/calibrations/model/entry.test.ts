import { describe, expect, it } from 'vitest'
import { entryOf, emptyEntry, type EntryDraft } from './entry.ts'

const entry = (kind: EntryDraft['kind'], over: Partial<EntryDraft>): EntryDraft => {
  const draft = emptyEntry(kind)
  return { ...draft, name: 'Cylinder', date: '2024-01-05', ...over }
}
const errorsOf = (draft: EntryDraft) => {
  const result = entryOf(draft)
  return result.ok ? {} : result.errors
}

describe('a calibration that is entered by hand', () => {
  it('becomes a camera factor with all its conditions, in the units of the store', () => {
    const draft = entry('camera-factor', { sensitivity: '9,42', uncertaintyPercent: '2.5', note: ' by hand ' })
    draft.conditions = {
      camera: 'A',
      collimator: 'MEHRS',
      nuclide: 'Lu-177',
      energyWindows: '187–229',
      reconstruction: 'OSEM',
      matrix: '128 × 128 × 90',
      voxelMm: '4.8 4.8 5',
    }
    expect(entryOf(draft)).toEqual({
      ok: true,
      content: {
        kind: 'camera-factor',
        name: 'Cylinder',
        date: '2024-01-05',
        note: 'by hand',
        conditions: {
          camera: 'A',
          collimator: 'MEHRS',
          nuclide: 'Lu-177',
          energyWindows: [{ lowKev: 187, highKev: 229 }],
          reconstruction: 'OSEM',
          matrix: [128, 128, 90],
          voxelMm: [4.8, 4.8, 5],
        },
        sensitivityCpsPerMbq: 9.42,
        relativeUncertainty: 0.025,
        source: 'entered',
        budget: [],
        remarks: [],
      },
    })
  })

  it('says of each field what is wrong, and takes no uncertainty for granted', () => {
    const draft = entry('camera-factor', { sensitivity: '-1', name: ' ', date: '2024-02-30' })
    draft.conditions.energyWindows = '229–187'
    draft.conditions.matrix = '128'
    const errors = errorsOf(draft)
    expect(Object.keys(errors).sort()).toEqual([
      'conditions.energyWindows',
      'conditions.matrix',
      'date',
      'name',
      'relativeUncertainty',
      'sensitivityCpsPerMbq',
    ])
    expect(errors['relativeUncertainty']).toBe('A number is needed here.')
  })

  it('becomes a dead time: µs to s', () => {
    const given = entry('dead-time', { tauUs: '0.55', uncertaintyPercent: '10', at: 'one detector, open window' })
    const result = entryOf(given)
    expect(result.ok && result.content.kind === 'dead-time' && result.content.losses).toEqual({
      model: 'non-paralysable',
      tauS: expect.closeTo(0.55e-6, 15) as number,
      relativeUncertainty: 0.1,
    })
    expect(errorsOf({ ...given, at: '' })['at']).toContain('which rate')
    expect(errorsOf({ ...given, tauUs: 'fast' })['losses.tauS']).toBe('A number is needed here.')
  })

  it('takes a table of rates that rises and loses', () => {
    const table = (rates: string) =>
      entry('dead-time', { lossModel: 'table', uncertaintyPercent: '5', at: 'all', rates })
    const result = entryOf(table('observed;true\n990;1000\n9000;10000'))
    expect(result.ok && result.content.kind === 'dead-time' && result.content.losses).toEqual({
      model: 'table',
      observedCps: [990, 9000],
      trueCps: [1000, 10000],
      relativeUncertainty: 0.05,
    })
    expect(errorsOf(table('1000 990\n10000 9000'))['losses.rates']).toContain('cannot be above')
    expect(errorsOf(table('990 1000\n980 10000'))['losses.rates']).toContain('rise')
    expect(errorsOf(table('990 1000'))['losses.rates']).toContain('two lines')
  })

  it('takes three widths of a point spread function, not one', () => {
    const result = entryOf(entry('psf', { fwhmMm: '12.4 × 12.6 × 11.9', uncertaintyPercent: '6' }))
    expect(result.ok && result.content.kind === 'psf' && result.content.fwhmMm).toEqual([12.4, 12.6, 11.9])
    expect(errorsOf(entry('psf', { fwhmMm: '12', uncertaintyPercent: '6' }))['fwhmMm']).toContain('Three widths')
  })

  it('fits a recovery curve: spheres on v/(v + 4 mL) give back β = 4 mL', () => {
    const spheres = [0.5, 1, 2, 6, 12, 27].map((v) => `${v}\t${v / (v + 4)}\t0.02`).join('\n')
    const result = entryOf(entry('recovery-curve', { form: 'hyperbolic', spheres }))
    expect(result.ok).toBe(true)
    if (!result.ok || result.content.kind !== 'recovery-curve') return
    expect(result.content.parameters[0]).toBeCloseTo(4, 6)
    expect(result.content.volumeRangeMl).toEqual([0.5, 27])
    expect(result.content.spheres).toHaveLength(6)
    expect(errorsOf(entry('recovery-curve', { spheres: '1 0.2' }))['spheres']).toContain('Line 1')
    expect(errorsOf(entry('recovery-curve', { spheres: '1 -0.2 0.02\n2 0.3 0.02\n4 0.5 0.02' }))['spheres']).toContain(
      'recovery of -0.2',
    )
  })
})
