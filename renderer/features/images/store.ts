import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { MaskRef, TimePointView } from '../../../electron/contracts/index.ts'
import { ask } from '../../bridge/index.ts'
import {
  ctPresets,
  sliceClient,
  type SequentialMapName,
  type Picture,
  type Plane,
  type Sight,
  type Tool,
  type Window,
} from '../../viewer/index.ts'
import { usePatientStore, useSelectionStore, useStructureStyles } from '../patients/index.ts'
import { boundsOfPoint, centreOfMask, layerOf, toWorld } from './model/layout.ts'
import { emissionWindow, type EmissionScale } from './model/scale.ts'
import { useSuvStore } from './suvStore.ts'
import { useVoxels } from './voxels.ts'

export type Layout = 'quad' | 'compare' | 'one'

/** What the image views show and how: the same for all views, so that they are linked by having one state. */
export const useImageStore = defineStore('images', () => {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const styles = useStructureStyles()
  const voxels = useVoxels(sliceClient())
  const suv = useSuvStore()

  const layout = ref<Layout>('quad')
  const bigPlane = ref<Plane>('axial')
  const comparePlane = ref<Plane>('coronal')
  const fourth = ref<string>('projection')
  const tool = ref<Tool>('crosshair')
  const sight = shallowRef<Sight>({ centreMm: [0, 0, 0], crosshairMm: [0, 0, 0], mmPerPx: 1 })
  const ctWindow = ref<Window>({ ...(ctPresets[0] as (typeof ctPresets)[number]).window })
  const scale = ref<EmissionScale>({ kind: 'cycle' })
  const map = ref<SequentialMapName>('ember')
  const blend = ref(0.5)
  const fill = ref(0)
  const hidden = ref<Record<string, boolean>>({})
  const showOutlines = ref(true)
  const showCrosshair = ref(true)
  const masks = shallowRef<Record<string, readonly MaskRef[]>>({})
  const fitted = ref('')
  /** The reference time point is shown for a moment in place of the chosen one, to judge registration. */
  const flicker = ref(false)
  /** True until someone zooms or pans: then a view that changes its size keeps the whole patient in sight. */
  const autoFit = ref(true)

  const points = computed(() => selection.cycle?.timePoints ?? [])
  const shownPoints = computed<readonly TimePointView[]>(() => {
    if (layout.value === 'compare') return points.value
    const second = layout.value === 'quad' ? points.value.find((point) => point.id === fourth.value) : undefined
    return [selection.timePoint, second, flicker.value ? reference.value : null].filter((point) => point != null)
  })

  const perUnitOf = (point: TimePointView): number => suv.emissionOf(point)?.perUnit ?? 1

  /** What one view of one time point shows. */
  function pictureOf(point: TimePointView | null, withStructures = true): Picture {
    const outlines = point && withStructures && showOutlines.value ? (masks.value[point.id] ?? []) : []
    return {
      ct: point && layerOf(point, point.ct),
      emission: point && suv.emissionOf(point),
      ctWindow: ctWindow.value,
      emissionWindow: emissionWindow(scale.value, selection.cycle, point, perUnitOf),
      map: map.value,
      blend: blend.value,
      fill: fill.value,
      levels: [],
      structures: outlines
        .filter((mask) => !hidden.value[mask.name] || selection.hovered === mask.name)
        .map((mask) => {
          const style = styles.styleOf(mask.name)
          return {
            id: mask.id,
            name: mask.name,
            toWorld: toWorld(point as TimePointView),
            colour: style.onDark,
            dash: style.dash,
            emphasised: mask.name === selection.hovered || mask.name === selection.structure,
          }
        }),
    }
  }

  const reference = computed(
    () => points.value.find((point) => point.id === selection.cycle?.referenceTimePointId) ?? null,
  )
  const canFlicker = computed(() => reference.value !== null && reference.value.id !== selection.timePoint?.id)
  const shownPoint = computed(() => (flicker.value && canFlicker.value ? reference.value : selection.timePoint))
  const picture = computed(() => pictureOf(shownPoint.value))

  /** @param point whose view was changed; left out: the one that is shown */
  function changePicture(
    change: Partial<Pick<Picture, 'ctWindow' | 'emissionWindow'>>,
    point: TimePointView | null = shownPoint.value,
  ): void {
    if (change.ctWindow) ctWindow.value = change.ctWindow
    if (!change.emissionWindow) return
    const per = point ? perUnitOf(point) : 1
    const { low, high } = change.emissionWindow
    scale.value = { kind: 'fixed', window: { low: low / per, high: high / per } }
  }

  /** The whole of a time point in views of that size, crosshair in the middle. */
  function fit(widthPx: number, heightPx: number, keepCrosshair = false): void {
    const point = selection.timePoint
    const bounds = point && boundsOfPoint(point)
    if (!bounds || widthPx < 10) return
    const centre = ([0, 1, 2] as const).map((axis) => (bounds.min[axis] + bounds.max[axis]) / 2) as [
      number,
      number,
      number,
    ]
    const size = ([0, 1, 2] as const).map((axis) => bounds.max[axis] - bounds.min[axis]) as [number, number, number]
    const mmPerPx = Math.max(size[0] / widthPx, size[1] / widthPx, size[1] / heightPx, size[2] / heightPx) * 1.02
    sight.value = { centreMm: centre, crosshairMm: keepCrosshair ? sight.value.crosshairMm : centre, mmPerPx }
    autoFit.value = true
    fitted.value = selection.cycle ? `${patients.patientId}/${selection.cycle.index}` : ''
  }

  /** A view was scrolled, zoomed or panned. */
  function changeSight(next: Sight): void {
    if (next.mmPerPx !== sight.value.mmPerPx || next.centreMm !== sight.value.centreMm) autoFit.value = false
    sight.value = next
  }

  /** True while this cycle has not been fitted into the views yet. */
  const needsFit = computed(
    () => selection.cycle !== null && fitted.value !== `${patients.patientId}/${selection.cycle.index}`,
  )

  /** Brings the crosshair to a structure. */
  function lookAt(name: string): void {
    const point = selection.timePoint
    const mask = point && masks.value[point.id]?.find((one) => one.name === name)
    if (!point || !mask) return
    sight.value = { ...sight.value, crosshairMm: centreOfMask(mask, toWorld(point)) }
  }

  async function loadMasks(point: TimePointView): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || masks.value[point.id]) return
    const found = await ask('structures.list', { patientId, timePointId: point.id })
    if (patients.patientId !== patientId) return
    styles.meet(found)
    masks.value = { ...masks.value, [point.id]: found }
  }

  /** Loads what these time points need (those shown, if none are named); what is loaded stays. */
  async function load(wanted: readonly TimePointView[] = shownPoints.value): Promise<void> {
    await Promise.all(
      wanted.map(async (point) => {
        const volumes = [point.emission, point.ct].filter((volume) => volume !== null)
        await Promise.all(volumes.map((volume) => voxels.loadVolume(volume)))
        await loadMasks(point)
        await Promise.all((masks.value[point.id] ?? []).map((mask) => voxels.loadMask(mask)))
      }),
    )
  }

  // A worker that broke down once is started again with its voxels; one that breaks down again and again is not.
  let restarts = 0
  sliceClient().onLost(() => {
    if (restarts++ < 3) void load()
  })

  // A window in one unit means nothing in another.
  watch(
    () => suv.unit,
    () => {
      if (scale.value.kind === 'fixed') scale.value = { kind: 'cycle' }
    },
  )
  watch(
    () => patients.patientId,
    () => {
      masks.value = {}
      hidden.value = {}
      fourth.value = 'projection'
      fitted.value = ''
      voxels.forgetFailures()
    },
  )
  // A change in the store can bring other outlines; voxels are content-addressed and need no second look.
  watch(
    () => patients.view,
    () => (masks.value = {}),
  )

  return {
    layout,
    bigPlane,
    comparePlane,
    fourth,
    tool,
    sight,
    ctWindow,
    scale,
    map,
    blend,
    fill,
    hidden,
    showOutlines,
    showCrosshair,
    masks,
    points,
    shownPoints,
    autoFit,
    flicker,
    canFlicker,
    shownPoint,
    picture,
    pictureOf,
    perUnitOf,
    changePicture,
    changeSight,
    fit,
    needsFit,
    lookAt,
    load,
    loadVolume: voxels.loadVolume,
    ...voxels.state,
  }
})
