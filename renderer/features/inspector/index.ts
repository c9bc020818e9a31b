/** The panel on the right: everything about the selected structure and time point, and where it came from. */
export { default as InspectorPanel } from './components/InspectorPanel.vue'
