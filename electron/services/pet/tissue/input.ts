/** Inputs as requests have them to inputs of the core. */
import {
  exponentialCurve,
  imageDerivedInput,
  inputFromSamples,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import type {
  ArterialInput,
  BloodDescription,
  FrameCurve,
  OverTime,
  Samples,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import type { InputField, ScanInputField } from './fields.ts'

type Blood = Pick<Extract<InputField, { kind: 'frames' }>, 'plasmaToBlood' | 'parentFraction'>

const overTimeOf = (given: Blood['plasmaToBlood']): OverTime =>
  typeof given === 'number' ? { kind: 'constant', value: given } : { kind: 'table', ...given }

const bloodOf = ({ plasmaToBlood, parentFraction }: Blood): BloodDescription => ({
  plasmaToBlood: overTimeOf(plasmaToBlood),
  parentFraction:
    typeof parentFraction === 'object' && 'hill' in parentFraction
      ? { kind: 'hill', ...parentFraction.hill }
      : overTimeOf(parentFraction),
})

/**
 * @param bloodPool the curve of a structure or of `frames`, decay-corrected to the administration; asked for only where the input is one of these
 * @throws InputError of the core.
 */
export function arterialInput(
  given: InputField | ScanInputField,
  halfLifeS: number,
  bloodPool: () => FrameCurve,
): ArterialInput {
  if (given.kind === 'exponentials') {
    const curve = (factor: number, what: string) =>
      exponentialCurve(
        given.terms.map(({ ratePerMin, amplitudeBqPerMl, slopeBqPerMlMin }) => ({
          ratePerS: ratePerMin / 60,
          coefficients: [amplitudeBqPerMl * factor, (slopeBqPerMlMin * factor) / 60],
        })),
        given.startS,
        `${what}: ${given.terms.length} exponentials`,
      )
    return { plasma: curve(1, 'plasma'), wholeBlood: curve(given.bloodToPlasma, 'whole blood') }
  }
  if (given.kind !== 'samples') return imageDerivedInput(bloodPool(), bloodOf(given), given.form)
  const corrected = ({ timesS, concentrationBqPerMl }: Samples): Samples => ({
    timesS,
    concentrationBqPerMl:
      given.decayCorrectedTo === 'administration'
        ? concentrationBqPerMl
        : concentrationBqPerMl.map((c, i) => c * Math.exp((Math.LN2 / halfLifeS) * (timesS[i] ?? NaN))),
  })
  return inputFromSamples(corrected(given.wholeBlood), given.plasma ? corrected(given.plasma) : null, bloodOf(given), {
    form: given.form,
    afterLast: given.exponentialOfLast === undefined ? 'refuse' : { exponentialOfLast: given.exponentialOfLast },
    dispersionS: given.dispersionS,
  })
}
