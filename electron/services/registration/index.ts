/** Registration of images: tasks for a worker, and what is said of their results. */
export { channelOf, describeRegistration, runRegistration } from './registrationTask.ts'
export type { RegistrationAnswer, RegistrationKernels, RegistrationTask } from './registrationTask.ts'
