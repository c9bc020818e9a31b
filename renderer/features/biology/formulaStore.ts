/** Local formulas of the store: what there is, one that is written and tested while it is, versions that are kept and retired. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Failure, FormulaCheck, FormulaDraft, LocalFormula } from '../../../electron/contracts/index.ts'
import { ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import type { FormulaForm } from './model/formulaForm.ts'
import { useBiologyStore } from './store.ts'

export const useFormulaStore = defineStore('biologyFormulas', () => {
  const biology = useBiologyStore()
  const list = shallowRef<readonly LocalFormula[]>([])
  const loaded = ref(false)
  /** `failure`: what was refused last of reading, keeping or retiring. */
  const { busy, failure, attempt } = oneAtATime()
  const chosenId = ref<string | null>(null)
  /** What is being written; it outlasts a look at another page. */
  const form = ref<FormulaForm | null>(null)
  /** A further version of this name is written; null: a formula of a name of its own. */
  const nextOf = ref<string | null>(null)
  /** The newest test of what is written. */
  const checked = shallowRef<{ readonly formula: FormulaDraft; readonly check: FormulaCheck } | null>(null)
  const checkFailure = shallowRef<Failure | null>(null)
  let latestCheck = 0

  const chosen = computed(() => list.value.find(({ id }) => id === chosenId.value) ?? null)

  /** When what is written was kept at a close of the window, and is in the store as a draft; null: it is of this session alone. */
  const resumedAt = ref<string | null>(null)

  async function read(): Promise<void> {
    list.value = await ask('biologyFormulas.list', {})
    if (!loaded.value && form.value === null) await resume()
    loaded.value = true
  }

  async function resume(): Promise<void> {
    const draft = await ask('biologyDrafts.formula', {})
    if (!draft || form.value !== null) return
    form.value = draft.form
    nextOf.value = draft.nextOf
    resumedAt.value = draft.savedAt
  }

  /** What was a draft is kept as a formula, or not wanted any more. */
  async function endDraft(): Promise<void> {
    if (resumedAt.value === null) return
    resumedAt.value = null
    await ask('biologyDrafts.keepFormula', { draft: null })
  }

  /** Stores what is half-written as a draft, which the next session takes up. */
  async function keepDraft(): Promise<void> {
    if (form.value) await ask('biologyDrafts.keepFormula', { draft: { form: form.value, nextOf: nextOf.value } })
  }
  const load = (): Promise<boolean> => attempt(read)

  /** Tests what is written; null where it cannot be read yet. Only the newest answer counts. */
  async function check(formula: FormulaDraft | null): Promise<void> {
    const mine = ++latestCheck
    if (!formula) {
      checked.value = null
      checkFailure.value = null
      return
    }
    try {
      const answer = await ask('biologyFormulas.check', { formula })
      if (mine !== latestCheck) return
      checked.value = { formula, check: answer }
      checkFailure.value = null
    } catch (error) {
      if (mine !== latestCheck) return
      checked.value = null
      checkFailure.value = toFailure(error)
    }
  }

  function write(start: FormulaForm, name: string | null = null): void {
    failure.value = null
    form.value = start
    nextOf.value = name
    void check(null)
  }

  function leaveForm(): void {
    form.value = null
    nextOf.value = null
    failure.value = null
    void check(null)
    void endDraft()
  }

  /** Models that can be chosen are those of the formulas in use. */
  const readSets = async (): Promise<void> => {
    biology.sets = await ask('biology.sets', {})
  }

  /** Keeps what is written as the next version of its name; true where it passed its test. */
  const save = (formula: FormulaDraft): Promise<boolean> =>
    attempt(async () => {
      const { id } = await ask('biologyFormulas.save', { formula })
      form.value = null
      nextOf.value = null
      chosenId.value = id
      await endDraft()
      await read()
      await readSets()
    })

  const retire = (id: string): Promise<boolean> =>
    attempt(async () => {
      list.value = await ask('biologyFormulas.retire', { id })
      await readSets()
    })

  return {
    ...{ list, loaded, busy, chosenId, chosen, form, nextOf, checked, checkFailure, failure, resumedAt },
    ...{ load, check, write, leaveForm, save, retire, keepDraft },
  }
})
