/**
 * The only place where a user's units become the core's (Bq, s, Gy, kg, mm) and back. Pure multiplications: no rounding, no
 * checks, so that NaN stays visible to whoever checks input.
 */

import { JOULE_PER_MEV } from './constants.ts'

export const SECONDS_PER_MINUTE = 60
export const SECONDS_PER_HOUR = 3600
export const SECONDS_PER_DAY = 86400
/** The Julian year of 365.25 d, as decay data evaluations use it. */
export const SECONDS_PER_YEAR = 31557600
export const BQ_PER_MBQ = 1e6
export const BQ_PER_GBQ = 1e9

export const hoursToSeconds = (hours: number): number => hours * SECONDS_PER_HOUR
export const secondsToHours = (seconds: number): number => seconds / SECONDS_PER_HOUR
export const minutesToSeconds = (minutes: number): number => minutes * SECONDS_PER_MINUTE
export const daysToSeconds = (days: number): number => days * SECONDS_PER_DAY
export const mbqToBq = (activityMbq: number): number => activityMbq * BQ_PER_MBQ
export const bqToMbq = (activityBq: number): number => activityBq / BQ_PER_MBQ
export const gbqToBq = (activityGbq: number): number => activityGbq * BQ_PER_GBQ
export const bqToGbq = (activityBq: number): number => activityBq / BQ_PER_GBQ
/** Time-integrated activity: MBq·h to Bq·s (which is a number of decays). */
export const mbqHoursToBqSeconds = (tiaMbqH: number): number => tiaMbqH * BQ_PER_MBQ * SECONDS_PER_HOUR
export const bqSecondsToMbqHours = (tiaBqS: number): number => tiaBqS / (BQ_PER_MBQ * SECONDS_PER_HOUR)
export const gramsToKg = (massG: number): number => massG * 1e-3
export const kgToGrams = (massKg: number): number => massKg * 1e3
export const mm3ToMl = (volumeMm3: number): number => volumeMm3 * 1e-3
export const mlToMm3 = (volumeMl: number): number => volumeMl * 1e3
/** Mass in kg of a volume in mL with a density in g/mL (which is kg/L). */
export const massKgOf = (volumeMl: number, densityGPerMl: number): number => volumeMl * densityGPerMl * 1e-3
/** Decay constant in 1/s of a half-life in s. */
export const decayConstantPerS = (halfLifeS: number): number => Math.LN2 / halfLifeS
export const mevToJoule = (energyMev: number): number => energyMev * JOULE_PER_MEV
