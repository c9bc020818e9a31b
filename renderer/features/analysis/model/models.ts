import { tacModelSchema } from '../../../../electron/contracts/index.ts'
import type { Protocol } from '../../../../electron/contracts/index.ts'

export type TacModel = Protocol['timeActivityModel']

/** A model's name as it is written in text: the field's own words are the identifiers already. */
export function modelLabel(model: TacModel): string {
  if (model === 'auto') return 'automatic'
  return model.replace('uptake-washout', 'uptake–washout')
}

/** All models of the contract, the automatic choice first. */
export const modelOptions: readonly { value: TacModel; label: string }[] = tacModelSchema.options.map((value) => ({
  value,
  label: modelLabel(value),
}))

/** The protocol with this model for one structure; null takes the structure's own choice away. */
export function withModel(protocol: Protocol, structure: string, model: TacModel | null): Protocol {
  const { [structure]: _before, ...others } = protocol.timeActivityModelByStructure
  return { ...protocol, timeActivityModelByStructure: model === null ? others : { ...others, [structure]: model } }
}
