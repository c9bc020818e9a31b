/** The decay data for looking at: chains, lines, spectra. */
export { default as NuclidesDialog } from './components/NuclidesDialog.vue'
