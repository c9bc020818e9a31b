import { z } from '../../../../electron/contracts/schema.ts'

export const textSizes = [100, 110, 125, 150] as const
export type TextSize = (typeof textSizes)[number]

const displaySchema = z.object({
  theme: z.enum(['dark', 'light']).catch('dark'),
  textPercent: z.union([z.literal(100), z.literal(110), z.literal(125), z.literal(150)]).catch(100),
  structureColours: z.enum(['palette', 'file']).catch('palette'),
  inspectorOpen: z.boolean().catch(true),
})

export type Display = z.infer<typeof displaySchema>

export const defaultDisplay: Display = displaySchema.parse({})

/** Choices as they were kept, or the defaults where they are missing or unreadable. */
export function readDisplay(text: string | null): Display {
  if (text === null) return { ...defaultDisplay }
  try {
    return displaySchema.parse(JSON.parse(text))
  } catch {
    return { ...defaultDisplay }
  }
}
