import { InputError } from '../../native-core/errors/index.ts'
import type { Command } from './context.ts'
import { SEGMENT_SYNOPSIS } from './segmentOptions.ts'

/** The ways of segmenting, by the option that asks for each; one is loaded when it is asked for. */
const WAYS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  method: () => import('./segmentRegion.ts'),
  network: () => import('./segmentNetwork.ts'),
  lesions: () => import('./segmentLesions.ts'),
}

/** Segmentation of an image. Each way has its own options and gets all of the words. */
export const command: Command = {
  run: async (context) => {
    const asked = Object.keys(WAYS).filter((option) =>
      context.arguments.some((word) => word === `--${option}` || word.startsWith(`--${option}=`)),
    )
    const load = asked.length === 1 ? WAYS[asked[0]!] : undefined
    if (load === undefined)
      throw new InputError(
        'cli.arguments',
        asked.length === 0
          ? 'It is not said how to segment.'
          : `${asked.map((option) => `--${option}`).join(' and ')} exclude each other.`,
        `Usage: theratwin ${SEGMENT_SYNOPSIS}`,
      )
    return await (await load()).command.run(context)
  },
}
