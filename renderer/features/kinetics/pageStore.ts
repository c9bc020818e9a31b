import { defineStore } from 'pinia'
import { ref } from 'vue'

export type KineticsPage = 'models' | 'fit' | 'points' | 'uncertainty' | 'series' | 'pair' | 'scan-time'

/** What is looked at beside the structure: the page below the chart, which stays from structure to structure, and the model pointed at. */
export const useKineticsPage = defineStore('kineticsPage', () => {
  const shown = ref<KineticsPage>('models')
  const pointed = ref<string | null>(null)
  return { shown, pointed }
})
