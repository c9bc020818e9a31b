/** Oxygen. */
export { DEFAULT_OXYGEN_EFFECT, hypoxicSensitivity, oer } from './oer.ts'
export type { OxygenEffect } from './oer.ts'
