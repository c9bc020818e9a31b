/** Design tokens and accessible base components. Nothing in here knows a patient. */
export { default as UiButton } from './UiButton.vue'
export { default as UiCheck } from './UiCheck.vue'
export { default as UiChip } from './UiChip.vue'
export { default as UiChoice } from './UiChoice.vue'
export { default as UiDate } from './UiDate.vue'
export { default as UiDialog } from './UiDialog.vue'
export { default as UiEmptyState } from './UiEmptyState.vue'
export { default as UiField } from './UiField.vue'
export { default as UiIcon } from './UiIcon.vue'
export { default as UiNotice } from './UiNotice.vue'
export { default as UiNumber } from './UiNumber.vue'
export { default as UiPages } from './UiPages.vue'
export { default as UiProblemList } from './UiProblemList.vue'
export { default as UiProgress } from './UiProgress.vue'
export { default as UiSelect } from './UiSelect.vue'
export { default as UiSlider } from './UiSlider.vue'
export { default as UiStateMark } from './UiStateMark.vue'
export { default as UiTable } from './UiTable.vue'
export { default as UiTabs } from './UiTabs.vue'
export { default as UiUnverified } from './UiUnverified.vue'
export { stateMarks } from './stateMarks.ts'
export type { IconName } from './icons.ts'
export type { Column, Sort } from './tableModel.ts'
export { groupProblems } from './problemGroups.ts'
export {
  formatDate,
  formatDuration,
  formatHours,
  formatInstant,
  formatMoment,
  formatNumber,
  formatPower,
  formatUncertain,
  splitUncertain,
} from './format.ts'
export { isoDate, isoDateTime, typedDateTime } from './isoTime.ts'
export { useElementSize } from './useElementSize.ts'
export { plotAxis, type AxisLook } from './plotAxis.ts'
