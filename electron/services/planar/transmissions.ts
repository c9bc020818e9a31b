/** Transmission of the body and attenuation of the source of each region, as the request says. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import {
  attenuationMap,
  attenuationOfRegion,
  bilinearAttenuation,
  CT_ENERGY_MEV,
  transmissionOfScan,
  transmissionOfThickness,
} from '../../../native-core/imaging/planar/index.ts'
import type { Transmission } from '../../../native-core/imaging/planar/index.ts'
import type { MediaPack } from '../../../native-core/physics/media/index.ts'
import { exactly, relativeUncertainty } from '../../../native-core/statistics/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { toMeasured, toRoi } from './fields.ts'
import type { PlanarAttenuation, PlanarRegion, PlanarRequest } from './request.ts'

export interface AttenuationPorts {
  /** A CT where a region takes its attenuation from one. */
  readonly ct: { readonly grid: ImageGrid; readonly hu: Float32Array } | null
  /** Water and cortical bone; asked for with a CT only. */
  readonly media: () => MediaPack
}

/** Transmissions by region; each CT energy is summed once. @throws InputError when called for a region without attenuation, or without its CT. */
export function transmissions(request: PlanarRequest, ports: AttenuationPorts): (region: PlanarRegion) => Transmission {
  const maps = new Map<number, ReturnType<typeof attenuationMap>>()
  return (region) => {
    const attenuation = region.attenuation ?? request.attenuation
    if (!attenuation)
      throw new InputError(
        'planar.transmission',
        `"${region.name}" has no attenuation.`,
        'Give attenuation for the region, or for all.',
      )
    if (attenuation.kind !== 'ct') return withoutCt(attenuation)
    if (!ports.ct)
      throw new InputError(
        'planar.ct',
        `"${region.name}" takes its attenuation from a CT, which is missing.`,
        'Give --ct.',
      )
    const ctEnergyMev = attenuation.ctEnergyKev === undefined ? CT_ENERGY_MEV : attenuation.ctEnergyKev / 1000
    const relation = bilinearAttenuation(ports.media(), request.peakKev / 1000, ctEnergyMev)
    const map = maps.get(ctEnergyMev) ?? attenuationMap(ports.ct.grid, ports.ct.hu, relation)
    maps.set(ctEnergyMev, map)
    const found = attenuationOfRegion(
      map,
      toRoi(region.name, region),
      attenuation.firstPixelMm,
      attenuation.relativeUncertainty,
    )
    return {
      transmission: found.transmission,
      remarks: [
        `transmission ${found.transmission.value.toPrecision(4)} at ${request.peakKev} keV from the CT (${found.meanThicknessMm.toFixed(0)} mm thick; CT taken as of ${(ctEnergyMev * 1000).toFixed(0)} keV${attenuation.ctEnergyKev === undefined ? ', unverified' : ''}; narrow beam).`,
        ...(attenuation.relativeUncertainty === 0
          ? ['the uncertainty of the attenuation from CT is not included.']
          : []),
      ],
    }
  }
}

function withoutCt(attenuation: Exclude<PlanarAttenuation, { kind: 'ct' }>): Transmission {
  if (attenuation.kind === 'thickness')
    return transmissionOfThickness(toMeasured(attenuation.muPerCm, 0.1), toMeasured(attenuation.bodyThicknessMm))
  const { openCounts, openDurationS, attenuatedCounts, attenuatedDurationS, sourceDecayFactor, muRatio } = attenuation
  return transmissionOfScan({
    open: toMeasured(openCounts),
    openDurationS,
    attenuated: toMeasured(attenuatedCounts),
    attenuatedDurationS,
    sourceDecayFactor,
    muRatio,
  })
}

/** μ·t of a region's source; zero, with a remark, where it is not given. @throws InputError `planar.source`. */
export function sourceAttenuationOf(region: PlanarRegion, remarks: string[]): Measured {
  const { name, sourceThicknessMm, sourceMuPerCm } = region
  if (sourceThicknessMm === undefined && sourceMuPerCm === undefined) {
    remarks.push(`${name}: the attenuation inside the source is not corrected: its thickness is not given.`)
    return exactly(0)
  }
  if (sourceThicknessMm === undefined || sourceMuPerCm === undefined)
    throw new InputError(
      'planar.source',
      `"${name}" has only one of sourceThicknessMm and sourceMuPerCm.`,
      'Give both, or neither.',
    )
  const thickness = toMeasured(sourceThicknessMm)
  const mu = toMeasured(sourceMuPerCm, 0.1)
  const value = thickness.value * mu.value
  return {
    value,
    standardUncertainty: value === 0 ? 0 : value * Math.hypot(relativeUncertainty(thickness), relativeUncertainty(mu)),
  }
}
