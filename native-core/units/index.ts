/** Units at the edges and physical constants. Inside the core everything is Bq, s, Gy, kg, mm, mol. */
export * from './constants.ts'
export * from './conversions.ts'
