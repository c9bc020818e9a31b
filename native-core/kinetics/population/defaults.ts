/** Versions of the algorithms: part of the hash of every result. */
export const INDIVIDUAL_VERSION = '1.0.0'
export const POPULATION_VERSION = '1.0.0'
