/** The patients of the store: the list, the open one, its banner, and its protocol with undo. */
export { usePatientStore, type ProtocolChange } from './store.ts'
export { useSelectionStore } from './selectionStore.ts'
export { default as PatientBanner } from './components/PatientBanner.vue'
export { default as PatientList } from './components/PatientList.vue'
export { default as StructureSwatch } from './components/StructureSwatch.vue'
export { cycleOf, structureNames } from './model/patient.ts'
export { structureStyle, type StructureStyle } from './model/structureStyle.ts'
export { useStructureStyles } from './useStructureStyles.ts'
