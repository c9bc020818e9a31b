/**
 * The steps of the work, in its order. A step that works is one line here; one that does not work yet is not here.
 */
import type { Component } from 'vue'
import type { JobEvent, PatientView, StepState } from '../../electron/contracts/index.ts'
import { BiologyStep } from '../features/biology/index.ts'
import { DoseStep } from '../features/dose/index.ts'
import { StructurePages } from '../features/lesions/index.ts'
import { KineticsStep } from '../features/kinetics/index.ts'
import { ImagesPages } from '../features/registration/index.ts'
import { ReportStep } from '../features/report/index.ts'
import type { IconName } from '../ui/index.ts'
import { biologyState, doseState, imagesState, kineticsState, reportState, structuresState } from './stepStates.ts'

export interface Step {
  readonly id: string
  readonly label: string
  readonly icon: IconName
  readonly component: Component
  readonly state: (view: PatientView, running: readonly JobEvent[]) => StepState
}

export const steps: readonly Step[] = [
  { id: 'images', label: 'Images', icon: 'images', component: ImagesPages, state: imagesState },
  {
    id: 'structures',
    label: 'Structures',
    icon: 'structures',
    component: StructurePages,
    state: structuresState,
  },
  { id: 'kinetics', label: 'Kinetics', icon: 'kinetics', component: KineticsStep, state: kineticsState },
  { id: 'dose', label: 'Dose', icon: 'dose', component: DoseStep, state: doseState },
  { id: 'biology', label: 'Biology', icon: 'biology', component: BiologyStep, state: biologyState },
  { id: 'report', label: 'Report', icon: 'report', component: ReportStep, state: reportState },
]
