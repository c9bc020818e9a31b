/** What a person sets: how the window looks, and the protocol of a patient. */
export { default as SettingsDialog } from './components/SettingsDialog.vue'
