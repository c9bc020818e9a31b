/**
 * Populations of time–activity curves of the site's own patients: gathered, fitted, kept in versions, carried between sites, and used in a
 * patient's estimates from few scans.
 */
export { default as PopulationsDialog } from './components/PopulationsDialog.vue'
