import { availableParallelism } from 'node:os'
import { createWorkbench } from '../backend/compose.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { segmentImage } from '../services/networkSegmentation/index.ts'
import type { Command } from './context.ts'
import { readVolume } from './doseInputs.ts'
import { parseWords } from './options.ts'
import { numberWithin } from './registerOptions.ts'
import { tellStructures } from './segmentNetworkAnswer.ts'
import { NETWORK_OPTIONS, originOf, SYNOPSIS, wantedOf } from './segmentNetworkOptions.ts'

/** Structures by a network that the site brings as a file. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(context.arguments, NETWORK_OPTIONS, {
      positionals: 1,
      synopsis: SYNOPSIS,
    })
    if (values.network === undefined)
      throw new InputError('cli.arguments', '--network is missing.', `Usage: theratwin ${SYNOPSIS}`)
    const threads = numberWithin('threads', values.threads, 1, 1024, availableParallelism())
    const { signal, progress } = context
    const bench = createWorkbench({ threads })
    try {
      progress(0, 'Reading the network')
      const file = await bench.organNetworks.read(values.network, originOf(values))
      progress(0.02, 'Reading the image')
      const image = await readVolume(positionals[0] ?? '', values.modality, bench, context)
      const found = await segmentImage(
        {
          file,
          image: { grid: image.grid, values: image.values, modality: image.dicom?.image.modality ?? null },
          wanted: wantedOf(values.only),
          mirrors: values['no-mirrors'] !== true,
        },
        bench.organNetworks,
        { signal, progress: (fraction) => progress(0.05 + 0.9 * fraction, 'Segmenting') },
      )
      await tellStructures({ file, image, found }, values.out, bench, context)
      return true
    } finally {
      await bench.close()
    }
  },
}
