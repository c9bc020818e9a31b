/** Local formulas over a real store on disk: tested, versioned, retired, and used in settings of a patient. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../db/index.ts'
import { filledStore } from '../../db/testing/records.ts'
import { biologyFormulaHandlers } from '../../electron/backend/biologyFormulaHandlers.ts'
import { biologyHandlers } from '../../electron/backend/biologyHandlers.ts'
import type { SessionTools } from '../../electron/backend/sessionTools.ts'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { requests } from '../../electron/contracts/index.ts'
import type { BiologySetView, LocalFormula } from '../../electron/contracts/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import { testableDraft } from '../../renderer/features/biology/model/formulaForm.ts'
import { FORMULA_STARTS } from '../../renderer/features/biology/model/formulaStarts.ts'

const formula = {
  kind: 'ntcp',
  name: 'kidney-own',
  title: 'Kidney of this site',
  expression: '1/(1 + (TD50/D)^k)',
  parameters: [
    { name: 'TD50', unit: 'Gy', value: 30, source: 'site data' },
    { name: 'k', unit: '1', value: 4, source: 'site data' },
  ],
  source: 'site data',
  dose: { quantity: 'BED' },
  testedGy: [0, 120],
  examples: [{ at: 30, value: 0.5, tolerance: 1e-6 }],
}
const steeper = { ...formula, parameters: [formula.parameters[0], { ...formula.parameters[1], value: 6 }] }

const folder = mkdtempSync(join(tmpdir(), 'theratwin-formulas-'))
let store: Store
let patientId: string
let handlers: Record<string, (ask: unknown) => unknown>

async function ask<A>(name: keyof typeof requests, what: unknown): Promise<A> {
  const { ask: schema, answer } = requests[name]
  return answer.parse(await handlers[name]?.(schema.parse(what))) as A
}
const save = (draft: unknown): Promise<LocalFormula> => ask('biologyFormulas.save', { formula: draft })

beforeAll(async () => {
  const key = { kind: 'raw', key: new Uint8Array(32).fill(7) } as const
  store = await openStore(join(folder, 'store'), key, { actor: 'anna', programVersion: 'test' })
  patientId = (await filledStore(store)).ids.patientId
  const tools = { store, bench: { resources: fileResources() }, emit: () => undefined } as unknown as SessionTools
  handlers = { ...biologyHandlers(tools), ...biologyFormulaHandlers(tools) } as unknown as typeof handlers
})
afterAll(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('local formulas', () => {
  it.each(FORMULA_STARTS)('that start from "$label" pass their test once their values are given', async ({ form }) => {
    const shape = form()
    const values: Record<string, string> = { TD50: '30', m: '0.1', gamma50: '2', N: '1e6', alpha: '0.3', K: '900' }
    const parameters = shape.parameters.map((one) => ({ ...one, value: values[one.name] ?? '0.02' }))
    const tested = testableDraft({ ...shape, parameters, from: shape.from || '0.1', to: '120' })
    const check = await ask<{ course: string }>('biologyFormulas.check', { formula: tested })
    expect(check.course).toBe(shape.kind === 'growth' ? 'falling' : 'rising')
  })

  it('are tested before they are kept: what fails is not stored', async () => {
    await expect(save({ ...formula, examples: [{ at: 30, value: 0.9, tolerance: 0.1 }] })).rejects.toThrow(/At 30 Gy/)
    await expect(ask('biologyFormulas.check', { formula: { ...formula, expression: 'D*TD50*k' } })).rejects.toThrow(
      /dose\^2/,
    )
    expect(await ask('biologyFormulas.check', { formula })).toMatchObject({ course: 'rising', remarks: [] })
    expect(await ask('biologyFormulas.list', {})).toEqual([])
  })

  it('get a version with every change, none with the same content, and stay in the audit trail', async () => {
    expect((await save(formula)).id).toBe('local:kidney-own@1')
    expect((await save(formula)).id).toBe('local:kidney-own@1')
    expect((await save(steeper)).id).toBe('local:kidney-own@2')
    const list = await ask<LocalFormula[]>('biologyFormulas.list', {})
    expect(list.map(({ id }) => id)).toEqual(['local:kidney-own@2', 'local:kidney-own@1'])
    expect(list[1]?.formula.parameters[1]?.value).toBe(4)
    await expect(save({ ...formula, kind: 'tcp' })).rejects.toThrow(/name of a formula of kind ntcp/)
    const actions = store.read.audit({ newestFirst: true, limit: 3 }).map(({ action }) => action)
    expect(actions.filter((action) => action === 'biologyFormula.save')).toHaveLength(2)
  })

  it('are offered beside the sets of the program until they are retired; settings that name them stay valid', async () => {
    const offered = async (): Promise<string[]> =>
      (await ask<BiologySetView[]>('biology.sets', {})).map(({ id }) => id).filter((id) => id.startsWith('local:'))
    expect(await offered()).toEqual(['local:kidney-own@2', 'local:kidney-own@1'])
    const settings = { byStructure: { Kidneys: { complication: 'local:kidney-own@1' } } }
    await ask('biology.save', { patientId, settings })
    await ask('biologyFormulas.retire', { id: 'local:kidney-own@1' })
    expect(await offered()).toEqual(['local:kidney-own@2'])
    await ask('biology.save', { patientId, settings })
    const wrong = { byStructure: { Kidneys: { complication: 'local:kidney-own@7' } } }
    await expect(ask('biology.save', { patientId, settings: wrong })).rejects.toThrow(/local:kidney-own@7/)
    await expect(ask('biologyFormulas.retire', { id: 'local:none@1' })).rejects.toThrow(/no formula "local:none@1"/)
    expect((await save(formula)).id).toBe('local:kidney-own@3')
  })
})
