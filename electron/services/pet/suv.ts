/** SUV of an image: the scale, statistics in structures. */
import { suvOf, suvScale } from '../../../native-core/imaging/pet/index.ts'
import type { SuvNormalisation, SuvPatient, SuvScale } from '../../../native-core/imaging/pet/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { masksOn, meanIn } from './structureMeans.ts'
import type { PetStructure } from './structureMeans.ts'

export interface SuvRequest {
  readonly normalisations: readonly SuvNormalisation[]
  readonly patient: SuvPatient
  readonly weightRelativeUncertainty: number
  readonly netActivityBq: Measured
  readonly referenceDelayS: number
  readonly halfLifeS: number
}

export interface SuvResult {
  readonly normalisation: SuvNormalisation
  readonly scale: SuvScale
  readonly structures: readonly {
    readonly name: string
    readonly volumeMl: number
    readonly fractionOutside: number
    readonly meanBqPerMl: number
    /** The uncertainty is that of the scale: activity and weight. */
    readonly suvMean: Measured
    readonly suvMax: Measured
    /** Of the voxels. */
    readonly suvSd: number
  }[]
}

/** @throws InputError of `suvScale` and `masksOn`. */
export function suvInStructures(
  request: SuvRequest,
  grid: ImageGrid,
  valuesBqPerMl: Float32Array,
  structures: readonly PetStructure[],
): SuvResult[] {
  const means = masksOn(grid, structures).map((one) => meanIn(one, valuesBqPerMl))
  return request.normalisations.map((normalisation) => {
    const scale = suvScale({ ...request, normalisation })
    const of = (value: number): Measured => suvOf({ value, standardUncertainty: 0 }, scale)
    return {
      normalisation,
      scale,
      structures: means.map(({ name, volumeMl, fractionOutside, mean, sd, maximum }) => ({
        name,
        volumeMl,
        fractionOutside,
        meanBqPerMl: mean,
        suvMean: of(mean),
        suvMax: of(maximum),
        suvSd: sd * scale.suvPerBqPerMl.value,
      })),
    }
  })
}
