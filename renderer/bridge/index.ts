/** The one way out of the window: typed requests, events, and the addresses of binary resources. */
export { ask, RequestError, onEvent, pathsOf, toFailure } from './client.ts'
export { oneAtATime } from './oneAtATime.ts'
export { resourceUrl, type ResourceKind } from './resources.ts'
export { trustedWorker } from './trustedWorker.ts'
export { StoppedError, WorkerClient, type FromWorker, type InputFailure, type ToWorker } from './workerClient.ts'
