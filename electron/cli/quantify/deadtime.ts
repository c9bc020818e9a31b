import { InputError } from '../../../native-core/errors/index.ts'
import { deadTimeFactor } from '../../../native-core/imaging/quantification/index.ts'
import { deadTimeModelSchema } from '../../contracts/calibrations.ts'
import type { Command } from '../context.ts'
import { numbersIn, numberOption, parseWords } from '../options.ts'
import { percent } from './drafts.ts'
import { readJson } from './inputs.ts'

const SYNOPSIS =
  'quantify deadtime --observed-cps R[,R…] (--model paralysable|non-paralysable --dead-time-us T [--relative-uncertainty 0.05] | --losses L.json)'

/** True rate and factor from an observed rate, or from one for each projection. */
export const command: Command = {
  run: async (context) => {
    const { values } = parseWords(
      context.arguments,
      {
        'observed-cps': { type: 'string' },
        model: { type: 'string' },
        'dead-time-us': { type: 'string' },
        'relative-uncertainty': { type: 'string' },
        losses: { type: 'string' },
      },
      { positionals: 0, synopsis: SYNOPSIS },
    )
    const observedCps = numbersIn(values['observed-cps'] ?? '')
    if (!observedCps.every((rate) => rate > 0 && Number.isFinite(rate)))
      throw new InputError(
        'cli.arguments',
        `--observed-cps is "${values['observed-cps'] ?? ''}".`,
        `Usage: theratwin ${SYNOPSIS}`,
      )
    const losses =
      values.losses === undefined
        ? modelOf(values.model, {
            ...numberOption('dead-time-us', values['dead-time-us'], 'microseconds'),
            ...numberOption('relative-uncertainty', values['relative-uncertainty'], 'relative'),
          })
        : await readJson(values.losses, deadTimeModelSchema, 'The table of losses')
    const found = deadTimeFactor(losses, observedCps)
    const meanObserved = observedCps.reduce((sum, rate) => sum + rate, 0) / observedCps.length
    const answer = {
      schema: 'theratwin-dead-time/1',
      losses,
      meanObservedCps: meanObserved,
      trueCps: meanObserved * found.factor,
      ...found,
    }
    context.out(
      context.json
        ? `${JSON.stringify(answer, null, 2)}\n`
        : [
            `Observed ${meanObserved.toPrecision(6)} cps, true ${answer.trueCps.toPrecision(6)} cps: factor ${found.factor.toFixed(5)} ± ${percent(found.relativeUncertainty)}${found.highest > found.lowest ? `, single frames ${found.lowest.toFixed(5)} to ${found.highest.toFixed(5)}` : ''}`,
            ...found.remarks.map((remark) => `  - ${remark}`),
          ].join('\n'),
    )
    return true
  },
}

function modelOf(
  model: string | undefined,
  { microseconds, relative }: { readonly microseconds?: number; readonly relative?: number },
) {
  if ((model !== 'paralysable' && model !== 'non-paralysable') || microseconds === undefined)
    throw new InputError(
      'cli.arguments',
      model === undefined || microseconds === undefined ? 'The dead time is not described.' : `--model is "${model}".`,
      `Usage: theratwin ${SYNOPSIS}`,
    )
  return { model, tauS: microseconds * 1e-6, relativeUncertainty: relative ?? 0 } as const
}
