/** Bringing data in: a folder, a zip, files, or the demonstration patient; and what import found, with the way to answer. */
export { useImportStore } from './store.ts'
export { default as AnswerForm } from './components/AnswerForm.vue'
export { default as ImportActions } from './components/ImportActions.vue'
export { default as ImportDialog } from './components/ImportDialog.vue'
export { default as ImportDropZone } from './components/ImportDropZone.vue'
export { default as ProblemsDialog } from './components/ProblemsDialog.vue'
