/** The dose engines and their parameters, for scripts and forms. */
import { z } from 'zod'
import { doseEngines as engines, findEngine } from '../../../native-core/dosimetry/engines/index.ts'
import { defineCalc } from './define.ts'

const parameter = z.strictObject({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  kind: z.enum(['number', 'choice', 'flag', 'structure']),
  default: z.union([z.number(), z.string(), z.boolean()]),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  integer: z.boolean().optional(),
  choices: z.array(z.strictObject({ id: z.string(), label: z.string() })).optional(),
})

export const doseEngines = defineCalc({
  name: 'dose-engines',
  title: 'Dose engines',
  description:
    'The dose engines that there are, or one of them: what each needs and gives, its parameters with defaults, its sources.',
  input: z.strictObject({ engine: z.string().optional().meta({ description: 'Id of one engine; left out: all' }) }),
  output: z.strictObject({
    engines: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        version: z.string(),
        scale: z.enum(['voxel', 'organ', 'sphere', 'cell']),
        description: z.string(),
        needs: z.array(z.string()),
        radiations: z.array(z.string()),
        givesUncertainty: z.boolean(),
        parameters: z.array(parameter),
        sources: z.array(z.strictObject({ citation: z.string(), evidence: z.string() })),
      }),
    ),
  }),
  run: ({ engine }) => ({
    engines: (engine === undefined ? engines : [findEngine(engine)]).map((one) => ({
      id: one.id,
      name: one.name,
      version: one.version,
      scale: one.scale,
      description: one.description,
      needs: [...one.needs],
      radiations: [...one.radiations],
      givesUncertainty: one.givesUncertainty,
      parameters: one.parameters.map((each) =>
        each.kind === 'choice' ? { ...each, choices: each.choices.map((choice) => ({ ...choice })) } : { ...each },
      ),
      sources: one.sources.map((source) => ({ ...source })),
    })),
  }),
})
