/** Statistics that the other fields use: small linear algebra, the normal distribution, counter-based random numbers. */
export * from './linear.ts'
export * from './measured.ts'
export * from './normal.ts'
export * from './philox.ts'
