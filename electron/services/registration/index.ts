/** Registration of images: tasks for a worker, and what is said of and done with their results. */
export { carriedImage, landmarkErrors, mapperOf } from './carry.ts'
export type { FixedToMoving, LandmarkErrors, LandmarkPair } from './carry.ts'
export { channelOf, describeRegistration, runRegistration } from './registrationTask.ts'
export type { RegistrationAnswer, RegistrationKernels, RegistrationTask } from './registrationTask.ts'
