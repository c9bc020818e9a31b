import { defineStore } from 'pinia'
import { ref } from 'vue'
import { SEGMENTATION_DEFAULTS } from '../../../native-core/imaging/segmentation/semiautomatic/defaults.ts'
import type { BooleanOperation } from '../../../native-core/imaging/segmentation/manual/index.ts'
import type { DrawRules, FindMethod, ImageRole } from './model/protocol.ts'
import type { ToolId } from './model/tools.ts'

/** How the tools are set: kept while the window is open, whatever is drawn. Thresholds are in the unit that is shown. */
export const useDrawOptions = defineStore('drawOptions', () => {
  const tool = ref<ToolId>('look')
  const radiusMm = ref(10)
  const isBall = ref(false)
  const areaMode = ref<'add' | 'remove' | 'intersect'>('add')
  const thresholdKind = ref<'relative' | 'fixed'>('relative')
  const thresholdMode = ref<'add' | 'remove' | 'replace'>('add')
  const image = ref<ImageRole>('emission')
  const partPercent = ref(41)
  /** By image: what is shown differs by orders of magnitude. */
  const lowShown = ref<Record<ImageRole, number>>({ ct: -150, emission: 100 })
  const highShown = ref<Record<ImageRole, number | null>>({ ct: 250, emission: null })
  const toleranceShown = ref<Record<ImageRole, number>>({ ct: 40, emission: 50 })
  const boxSideMm = ref(80)
  const isConnected = ref(true)
  const findMethod = ref<FindMethod['kind']>('gradient')
  /** Resolution of the emission image; 0 until it is given. */
  const fwhmMm = ref(0)
  /** What `fwhmMm` was last taken from. */
  const fwhmFrom = ref('')
  const standardDeviations = ref<number>(SEGMENTATION_DEFAULTS.standardDeviations.value)
  const startRadiusMm = ref<number>(SEGMENTATION_DEFAULTS.startRadiusMm.value)
  const outsideId = ref('')
  const beta = ref<number>(SEGMENTATION_DEFAULTS.beta.value)
  const growMm = ref(3)
  const smoothMm = ref(3)
  const keep = ref<'largest' | 'larger' | 'each'>('largest')
  const minimumMl = ref(1)
  const fillBySlice = ref(false)
  const operation = ref<BooleanOperation>('union')
  const otherId = ref('')
  const mirrorIntoId = ref('')
  const overlap = ref<DrawRules['overlap']>('free')
  const insideId = ref('')
  const limitsValue = ref(false)

  return {
    tool,
    radiusMm,
    isBall,
    areaMode,
    thresholdKind,
    thresholdMode,
    image,
    partPercent,
    lowShown,
    highShown,
    toleranceShown,
    boxSideMm,
    isConnected,
    findMethod,
    fwhmMm,
    fwhmFrom,
    standardDeviations,
    startRadiusMm,
    outsideId,
    beta,
    growMm,
    smoothMm,
    keep,
    minimumMl,
    fillBySlice,
    operation,
    otherId,
    mirrorIntoId,
    overlap,
    insideId,
    limitsValue,
  }
})
