import { computed, watch } from 'vue'
import { usePatientStore } from '../patients/index.ts'
import { useDrawOptions } from './options.ts'

/** The resolution that the tools begin with: that of the patient's point spread function, or none. */
export function useResolution(): void {
  const patients = usePatientStore()
  const options = useDrawOptions()
  const widthsMm = computed(() => patients.view?.protocol.partialVolume.fwhmMm ?? null)
  watch(
    () => JSON.stringify([patients.patientId, widthsMm.value]),
    (now) => {
      // What a person gave for this patient stays when the step is opened again.
      if (options.fwhmFrom === now) return
      options.fwhmFrom = now
      // Of three widths the one of a ball that is as much blurred: their geometric mean.
      options.fwhmMm = widthsMm.value
        ? Number(Math.cbrt(widthsMm.value.reduce((product, mm) => product * mm, 1)).toPrecision(3))
        : 0
    },
    { immediate: true },
  )
}
