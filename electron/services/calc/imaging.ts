/** Calculations on structures, CT numbers and acquisition times. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { densityFromHu, parseHuDensityTable, shapeVolumeMl } from '../../../native-core/imaging/index.ts'
import { massKgOf } from '../../../native-core/units/index.ts'
import { instantSchema } from '../../contracts/domain.ts'
import { secondsBetween } from '../course/instants.ts'
import { defineCalc } from './define.ts'
import { positiveQuantity, quantity } from './fields.ts'

export const huDensity = defineCalc({
  name: 'hu-density',
  title: 'Mass density from CT numbers',
  description:
    'Piecewise linear relation of CT number to mass density; numbers outside the table get the density of its end.',
  input: z.strictObject({
    hu: z.array(quantity('HU', 'CT number')).min(1).max(100000),
  }),
  output: z.strictObject({
    densityGPerMl: z.array(quantity('g/mL', 'Mass density')),
    clamped: z.int().meta({ description: 'How many numbers lie outside the table' }),
    table: z.strictObject({ name: z.string(), version: z.string(), source: z.string(), evidence: z.string() }),
  }),
  run: ({ hu }, resources) => {
    const table = parseHuDensityTable(resources.huDensityTable())
    const low = table.segments[0]?.fromHu ?? -Infinity
    const high = table.segments[table.segments.length - 1]?.toHu ?? Infinity
    return {
      densityGPerMl: hu.map((value) => densityFromHu(value, table)),
      clamped: hu.filter((value) => value < low || value > high).length,
      table: { name: table.name, version: table.version, source: table.source, evidence: table.evidence },
    }
  },
})

export const structureVolume = defineCalc({
  name: 'structure-volume',
  title: 'Volume of a structure from its contours',
  description:
    'Volume of a body given by parallel planar contours (outlines, holes, several parts); between contours cross sections run along parabolas, the ends close likewise.',
  input: z.strictObject({
    contours: z
      .array(
        z
          .array(z.tuple([quantity('mm', 'x'), quantity('mm', 'y'), quantity('mm', 'z')]))
          .min(3)
          .max(100000),
      )
      .min(1)
      .max(10000)
      .meta({ description: 'Closed planar contours: points x, y, z in patient coordinates, the first not repeated' }),
    sliceThicknessMm: positiveQuantity('mm', 'What a contour without neighbours stands for').optional(),
    densityGPerMl: positiveQuantity('g/mL', 'Mass density, for the mass').optional(),
  }),
  output: z.strictObject({
    volumeMl: quantity('mL', 'Volume'),
    massG: quantity('g', 'Mass; null without a density').nullable(),
  }),
  run: (input) => {
    const volumeMl = shapeVolumeMl(
      { kind: 'contours', contours: input.contours.map((points) => ({ pointsMm: Float64Array.from(points.flat()) })) },
      input.sliceThicknessMm === undefined ? {} : { sliceThicknessMm: input.sliceThicknessMm },
    )
    return {
      volumeMl,
      massG: input.densityGPerMl === undefined ? null : massKgOf(volumeMl, input.densityGPerMl) * 1e3,
    }
  },
})

export const elapsedTime = defineCalc({
  name: 'elapsed-time',
  title: 'Time between two instants',
  description:
    'In UTC where both instants know their offset from it (summer time, travel), else by the local clock of one place.',
  input: z.strictObject({
    from: instantSchema.meta({ description: 'Local date and time, and minutes east of UTC if known' }),
    to: instantSchema,
  }),
  output: z.strictObject({
    elapsedH: quantity('h', 'Time from the first to the second; negative if the second is earlier'),
    basis: z.enum(['UTC', 'local clock']),
  }),
  run: ({ from, to }) => {
    const seconds = secondsBetween(from, to)
    if (!Number.isFinite(seconds)) {
      throw new InputError(
        'calc.instant',
        `"${from.local}" or "${to.local}" is no date and time.`,
        'Write 2024-01-08T09:05:00.',
      )
    }
    return {
      elapsedH: seconds / 3600,
      basis: from.utcOffsetMin === null || to.utcOffsetMin === null ? ('local clock' as const) : ('UTC' as const),
    }
  },
})
