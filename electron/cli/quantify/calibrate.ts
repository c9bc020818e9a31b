import { InputError } from '../../../native-core/errors/index.ts'
import type { CameraFactor } from '../../contracts/calibrations.ts'
import type { Command } from '../context.ts'
import { parseWords } from '../options.ts'
import { analysePath, percent, PHANTOM_OPTIONS, tell } from './drafts.ts'

const SYNOPSIS =
  'quantify calibrate IMAGE --phantom P.json [--unit counts] [--name N] [--date D] [--conditions C.json] [--out FOLDER]'

/** A camera factor from the image of a phantom or a point source, with its uncertainty budget. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(context.arguments, PHANTOM_OPTIONS, {
      positionals: 1,
      synopsis: SYNOPSIS,
    })
    const { drafts, remarks } = await analysePath(positionals[0] ?? '', values, SYNOPSIS, context)
    const factor = drafts.find((draft) => draft.kind === 'camera-factor')
    if (!factor)
      throw new InputError(
        'quantify.factor-given',
        'The phantom gives sensitivityCpsPerMbq, or its image is in Bq/mL: there is no factor to find.',
        'Leave sensitivityCpsPerMbq out and give the image in counts, or use `quantify recovery`.',
      )
    const answer = { schema: 'theratwin-calibration/1', factor, drafts, remarks }
    await tell(answer, factorText(factor, remarks), values.out, 'calibration.json', context)
    return true
  },
}

function factorText(
  { sensitivityCpsPerMbq, relativeUncertainty, budget }: CameraFactor,
  remarks: readonly string[],
): string {
  const width = Math.max(...budget.map(({ name }) => name.length))
  return [
    `${sensitivityCpsPerMbq.toPrecision(5)} cps/MBq ± ${percent(relativeUncertainty)} (k = 1)`,
    ...budget.map(
      ({ name, relativeStandardUncertainty, evaluation, note }) =>
        `  ${name.padEnd(width)}  ${percent(relativeStandardUncertainty).padStart(8)}  type ${evaluation}  ${note}`,
    ),
    ...remarks.map((remark) => `  - ${remark}`),
  ].join('\n')
}
