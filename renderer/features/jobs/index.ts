/** Long work: what runs, how far, how long still, and how to stop it. */
export { useJobStore } from './store.ts'
export { useFollowedJob } from './useFollowedJob.ts'
export { default as JobBar } from './components/JobBar.vue'
