import { computed, ref, watch } from 'vue'
import { defineStore } from 'pinia'
import { useDisplayStore } from '../display/index.ts'
import { fileStyle, structureStyle, type StructureStyle } from './model/structureStyle.ts'
import { colourOrder, structureNames } from './model/patient.ts'
import { usePatientStore } from './store.ts'

/** One colour a structure, the same in views, charts and tables, for as long as the patient is open. */
export const useStructureStyles = defineStore('structureStyles', () => {
  const patients = usePatientStore()
  const display = useDisplayStore()
  /** Names seen in masks, which may be there before an analysis is. */
  const met = ref<string[]>([])
  const fileColours = ref<Record<string, [number, number, number]>>({})

  /** Names that were given here while the patient was open: they come last and stay there, so that no structure changes its colour. */
  const joined = ref<string[]>([])

  const order = computed(() => {
    const stored = [...met.value, ...structureNames(patients.view)].filter((name) => !joined.value.includes(name))
    return [...colourOrder(stored, patients.view?.protocol.excludedStructures ?? []), ...joined.value]
  })

  watch(
    () => patients.patientId,
    () => {
      met.value = []
      joined.value = []
      fileColours.value = {}
    },
  )

  /** Tells the store of structures that come with images. */
  function meet(structures: readonly { name: string; colourRgb: [number, number, number] }[]): void {
    for (const { name, colourRgb } of structures) {
      if (!met.value.includes(name)) met.value.push(name)
      fileColours.value[name] = colourRgb
    }
  }

  /** Tells the store of structures that are drawn here. */
  function join(names: readonly string[]): void {
    for (const name of names) if (!order.value.includes(name)) joined.value.push(name)
  }

  function styleOf(name: string): StructureStyle {
    const index = order.value.indexOf(name)
    const fromFile = fileColours.value[name]
    if (display.display.structureColours === 'file' && fromFile) return fileStyle(fromFile, index)
    return structureStyle(index)
  }

  /** The colour for text and lines on the window's own surfaces. */
  function colourOf(name: string): string {
    const style = styleOf(name)
    return display.display.theme === 'light' ? style.onLight : style.onDark
  }

  return { meet, join, styleOf, colourOf }
})
