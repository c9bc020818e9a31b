/** What `quantify planar` takes: a contract, as the window draws the same request. */
export { planarRequestSchema } from '../../contracts/planarRequest.ts'
export type { PlanarAttenuation, PlanarRegion, PlanarRequest } from '../../contracts/planarRequest.ts'
