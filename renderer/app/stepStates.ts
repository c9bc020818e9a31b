import type { JobEvent, PatientView, StepState } from '../../electron/contracts/index.ts'

type Running = readonly JobEvent[]
const runs = (running: Running, kind: JobEvent['kind']) => running.some((job) => job.kind === kind)

const hasImages = (view: PatientView) =>
  view.cycles.some((cycle) => cycle.timePoints.some((point) => point.emission !== null || point.ct !== null))

/** Images: there or not; a problem while an import question waits for an answer. */
export function imagesState(view: PatientView, running: Running): StepState {
  if (runs(running, 'import')) return 'running'
  if (view.problems.some((problem) => problem.severity === 'question')) return 'problem'
  return hasImages(view) ? 'done' : 'empty'
}

/** Structures: can be drawn as soon as there are images; done once numbers were made with them. */
export function structuresState(view: PatientView): StepState {
  if (!hasImages(view)) return 'empty'
  return view.analysis ? 'done' : 'ready'
}

/** Kinetics and dose come out of one analysis. A fault of a single structure shows in the table, not here. */
function analysisStepState(view: PatientView, running: Running): StepState {
  if (runs(running, 'analysis')) return 'running'
  if (!hasImages(view)) return 'empty'
  if (view.analysis === null && view.analysisBlockedBy !== '') return 'problem'
  return view.analysisState
}

export const kineticsState = analysisStepState
export const doseState = analysisStepState

/** Biology follows the analysis at once: there is nothing to run, and nothing before there are doses. */
export function biologyState(view: PatientView, running: Running): StepState {
  if (runs(running, 'analysis')) return 'running'
  if (view.analysis === null) return view.analysisBlockedBy === '' ? 'empty' : 'problem'
  return view.analysisState
}

/** Report: ready as soon as there is an analysis; stale when what it says is no longer what the window shows. */
export function reportState(view: PatientView, running: Running): StepState {
  if (runs(running, 'report')) return 'running'
  if (view.report) return view.report.stale || view.analysisState === 'stale' ? 'stale' : 'done'
  return view.analysis ? 'ready' : 'empty'
}
