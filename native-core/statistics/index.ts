/** Statistics that the other fields use: small linear algebra, the normal distribution, counter-based random numbers. */
export * from './cholesky.ts'
export * from './linear.ts'
export * from './measured.ts'
export * from './minimise.ts'
export * from './normal.ts'
export * from './normalQuantile.ts'
export * from './philox.ts'
export * from './quantile.ts'
