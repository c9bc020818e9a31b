/** Calculations of dose in time: protraction, BED, EQD2. */
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  bedOf,
  effectiveBed,
  eqdOf,
  externalBeamBed,
  protraction,
  setValue,
} from '../../../native-core/radiobiology/index.ts'
import { hoursToSeconds, secondsToHours } from '../../../native-core/units/index.ts'
import {
  basisOf,
  basisOutput,
  courseField,
  courseOf,
  repairFields,
  repairOf,
  setField,
  setFrom,
} from './biologyFields.ts'
import { defineCalc } from './define.ts'
import { nonNegativeQuantity, positiveQuantity, quantity } from './fields.ts'

export const gFactor = defineCalc({
  name: 'g-factor',
  title: 'Lea–Catcheside dose-protraction factor',
  description:
    'G = (2/D²)∫R(t)∫R(w)k(t − w)dw dt of one or several administrations, exact for sums of exponentials and for samples joined by straight lines; several repair components, second-order repair, finite times.',
  input: z.strictObject({
    curves: courseField,
    ...repairFields,
    set: setField,
    untilH: positiveQuantity('h', 'End on the clock of the course; default: complete decay').optional(),
  }),
  output: z.strictObject({
    g: quantity('1', 'Lea–Catcheside factor'),
    doseGy: quantity('Gy', 'Absorbed dose until then'),
    pairGy2: quantity('Gy²', 'G·D²'),
    unrepairedGy: quantity('Gy', 'Damage that is not repaired yet at the end'),
    basis: basisOutput,
  }),
  run: (input, resources) => {
    const set = setFrom(input.set, resources)
    const repair = repairOf(input, set)
    const until = input.untilH === undefined ? Infinity : hoursToSeconds(input.untilH)
    return { ...protraction(courseOf(input.curves), repair, until), basis: basisOf(set, repairUsed(repair)) }
  },
})

const repairUsed = (repair: ReturnType<typeof repairOf>): Record<string, { value: number; unit: string }> =>
  repair.kind === 'reciprocal'
    ? { secondOrderHalfTimeS: { value: repair.halfTimeS, unit: 's' } }
    : repair.components.length === 1
      ? { repairHalfTimeS: { value: repair.components[0]?.halfTimeS ?? 0, unit: 's' } }
      : Object.fromEntries(
          repair.components.flatMap(({ halfTimeS, fraction }, k) => [
            [`repairHalfTime${k + 1}S`, { value: halfTimeS, unit: 's' }],
            [`repairFraction${k + 1}`, { value: fraction, unit: '1' }],
          ]),
        )

const externalBeam = z
  .array(
    z.strictObject({
      fractions: z.int().positive().meta({ unit: '1', description: 'Fractions' }),
      dosePerFractionGy: nonNegativeQuantity('Gy', 'Dose of a fraction'),
    }),
  )
  .max(100)
  .default([])
  .meta({ description: 'Earlier external-beam courses, complete repair between fractions' })

const bedInput = z.strictObject({
  doseGy: nonNegativeQuantity('Gy', 'Absorbed dose, with g').optional(),
  g: z.number().min(0).max(1).optional().meta({ unit: '1', description: 'Lea–Catcheside factor of doseGy' }),
  curves: courseField.optional(),
  ...repairFields,
  alphaBetaGy: quantity('Gy', 'α/β').optional(),
  set: setField,
  externalBeam,
  fractionGy: positiveQuantity('Gy', 'X of EQDX').default(2),
  repopulation: z
    .strictObject({
      alphaPerGy: positiveQuantity('1/Gy', 'α'),
      doublingTimeH: positiveQuantity('h', 'Potential doubling time'),
      kickOffH: nonNegativeQuantity('h', 'Start of growth after the first dose').default(0),
      untilH: positiveQuantity('h', 'End; default: the critical time').optional(),
    })
    .optional(),
})

export const bed = defineCalc({
  name: 'bed',
  title: 'Biologically effective dose',
  description:
    'BED = D(1 + G·D/(α/β)) of a dose with its G, or of dose rates over one or several cycles with incomplete repair; with earlier external-beam courses; with repopulation until a time or the critical time.',
  input: bedInput,
  output: z.strictObject({
    bedGy: quantity('Gy', 'BED of radionuclides and external beam, less repopulation where asked'),
    eqdGy: quantity('Gy', 'Equivalent dose in fractions of fractionGy'),
    fractionGy: quantity('Gy', 'X of EQDX'),
    doseGy: quantity('Gy', 'Absorbed dose of the radionuclides'),
    g: quantity('1', 'Lea–Catcheside factor'),
    radionuclideBedGy: quantity('Gy', 'BED of the radionuclides alone, without repopulation'),
    externalBeamBedGy: quantity('Gy', 'BED of the external beam'),
    repopulation: z
      .strictObject({
        endH: quantity('h', 'End that was used'),
        lostGy: quantity('Gy', 'BED lost to growth'),
        wastedDoseGy: quantity('Gy', 'Dose after the end'),
      })
      .nullable(),
    basis: basisOutput,
  }),
  run: (input, resources) => {
    const set = setFrom(input.set, resources)
    const alphaBetaGy = input.alphaBetaGy ?? (set ? setValue(set, 'alphaBetaGy') : undefined)
    if (alphaBetaGy === undefined)
      throw new InputError('biology.alpha-beta', 'No α/β is given.', 'Give alphaBetaGy, or a set that has it.')
    const external = input.externalBeam.reduce((sum, course) => sum + externalBeamBed(course, alphaBetaGy), 0)
    const used: Record<string, { value: number; unit: string }> = { alphaBetaGy: { value: alphaBetaGy, unit: 'Gy' } }
    const done = radionuclidePart(input, set, alphaBetaGy, used)
    const total = done.bedGy + external
    return {
      bedGy: total,
      // Negative where growth outweighs the kill, as the BED is.
      eqdGy: Math.sign(total) * eqdOf(Math.abs(total), alphaBetaGy, input.fractionGy),
      fractionGy: input.fractionGy,
      doseGy: done.doseGy,
      g: done.g,
      radionuclideBedGy: done.grossGy,
      externalBeamBedGy: external,
      repopulation: done.repopulation,
      basis: basisOf(set, used),
    }
  },
})

function radionuclidePart(
  input: z.output<typeof bedInput>,
  set: ReturnType<typeof setFrom>,
  alphaBetaGy: number,
  used: Record<string, { value: number; unit: string }>,
) {
  if (input.curves !== undefined && input.doseGy !== undefined)
    throw new InputError(
      'calc.dose',
      'There are both a dose and dose rates.',
      'Give doseGy with g, or curves with repair.',
    )
  const { repairHalfTimeH, repairComponents, secondOrderHalfTimeH } = input
  if (input.curves === undefined) {
    if (input.doseGy === undefined && (input.g !== undefined || input.externalBeam.length === 0))
      throw new InputError('calc.dose', 'There is no dose.', 'Give doseGy with g, curves with repair, or externalBeam.')
    if (repairHalfTimeH !== undefined || repairComponents || secondOrderHalfTimeH !== undefined)
      throw new InputError(
        'calc.repair',
        'Repair is given, but no dose rates that it could act on.',
        'Give curves instead of doseGy; or leave repair out and give g.',
      )
    const doseGy = input.doseGy ?? 0
    if (input.repopulation)
      throw new InputError('calc.repopulation', 'Repopulation needs dose rates.', 'Give curves instead of doseGy.')
    if (doseGy > 0 && input.g === undefined)
      throw new InputError(
        'calc.g',
        'The dose has no Lea–Catcheside factor.',
        'Give g: 1 for an acute dose, or curves with repair.',
      )
    const g = input.g ?? 0
    if (doseGy > 0) used['g'] = { value: g, unit: '1' }
    const bedGy = bedOf(doseGy, g, alphaBetaGy)
    return { bedGy, grossGy: bedGy, doseGy, g, repopulation: null }
  }
  if (input.g !== undefined)
    throw new InputError(
      'calc.g',
      'There are both a Lea–Catcheside factor and dose rates, from which it follows.',
      'Leave g out, or give doseGy instead of curves.',
    )
  const course = courseOf(input.curves)
  const repair = repairOf(input, set)
  Object.assign(used, repairUsed(repair))
  const { doseGy, g, pairGy2 } = protraction(course, repair)
  const grossGy = doseGy + pairGy2 / alphaBetaGy
  if (!input.repopulation) return { bedGy: bedOf(doseGy, g, alphaBetaGy), grossGy, doseGy, g, repopulation: null }
  const { alphaPerGy, doublingTimeH, kickOffH, untilH } = input.repopulation
  used['alphaPerGy'] = { value: alphaPerGy, unit: '1/Gy' }
  used['doublingTimeS'] = { value: hoursToSeconds(doublingTimeH), unit: 's' }
  const effective = effectiveBed(
    course,
    repair,
    alphaBetaGy,
    { alphaPerGy, doublingTimeS: hoursToSeconds(doublingTimeH), kickOffS: hoursToSeconds(kickOffH) },
    untilH === undefined ? 'critical-time' : hoursToSeconds(untilH),
  )
  return {
    bedGy: effective.bedGy,
    grossGy,
    doseGy,
    g,
    repopulation: {
      endH: secondsToHours(effective.endS),
      lostGy: effective.lostGy,
      wastedDoseGy: effective.wastedDoseGy,
    },
  }
}

export const eqd2 = defineCalc({
  name: 'eqd2',
  title: 'Equivalent dose in 2 Gy fractions',
  description: 'EQDX = BED/(1 + X/(α/β)) of a BED, or of acute fractions; X is 2 Gy unless given.',
  input: z.strictObject({
    bedGy: nonNegativeQuantity('Gy', 'BED').optional(),
    externalBeam,
    alphaBetaGy: quantity('Gy', 'α/β'),
    fractionGy: positiveQuantity('Gy', 'X of EQDX').default(2),
  }),
  output: z.strictObject({ eqdGy: quantity('Gy', 'EQDX'), bedGy: quantity('Gy', 'BED of all of it') }),
  run: ({ bedGy, externalBeam: courses, alphaBetaGy, fractionGy }) => {
    if (bedGy === undefined && courses.length === 0)
      throw new InputError('calc.dose', 'There is no dose.', 'Give bedGy, externalBeam, or both.')
    const total = courses.reduce((sum, course) => sum + externalBeamBed(course, alphaBetaGy), bedGy ?? 0)
    return { eqdGy: eqdOf(total, alphaBetaGy, fractionGy), bedGy: total }
  },
})
