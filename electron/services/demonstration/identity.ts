/** Who and what the DICOM objects of a simulated case say they are: patient, visits, references to each other. */
import type { DicomSeries, DicomVisit, RadiopharmaceuticalToWrite, ReferencedSeries } from '../ports/dicomWriter.ts'
import { addSeconds } from './clock.ts'
import type { CasePlan, PlannedCycle, PlannedSession } from './plan.ts'
import { uidFromName } from './uids.ts'

/** SNOMED CT, DICOM PS3.16 CID 25; agents that have no code there go by their name. */
const AGENT_CODES: Record<string, { value: string; meaning: string }> = {
  'Lu-177 DOTATATE': { value: '781259000', meaning: 'Lutetium^177^ DOTATATE' },
}

const ELEMENT_NAMES: Record<string, string> = { Lu: 'Lutetium', I: 'Iodine', Y: 'Yttrium', Ga: 'Gallium' }

/** Identity of a case. UIDs follow from the options and a name, so that any object can be referred to before it is made. */
export class CaseIdentity {
  readonly plan: CasePlan
  readonly #name: string

  constructor(plan: CasePlan) {
    this.plan = plan
    this.#name = JSON.stringify(plan.options)
  }

  uid(session: PlannedSession, what: string): string {
    return uidFromName(`${this.#name} ${session.dir} ${what}`)
  }

  frameOfReference(session: PlannedSession): string {
    return this.plan.options.frameOfReference === 'shared'
      ? uidFromName(`${this.#name} frame`)
      : this.uid(session, 'frame')
  }

  /** The session that the others are registered to. */
  get referenceSession(): PlannedSession {
    return this.plan.cycles[0]!.sessions[this.plan.options.referenceSession - 1]!
  }

  /** A series of a session, begun so long after the emission scan. */
  series(
    session: PlannedSession,
    what: string,
    number: number,
    description: string,
    secondsAfterScan: number,
  ): DicomSeries {
    return {
      uid: this.uid(session, what),
      number,
      description,
      start: addSeconds(session.scanStart, secondsAfterScan),
    }
  }

  /** The CT of a session, slices along the normal of its images. */
  ctReference(session: PlannedSession): ReferencedSeries {
    return {
      studyUid: this.uid(session, 'study'),
      seriesUid: this.uid(session, 'ct'),
      frameOfReferenceUid: this.frameOfReference(session),
      sopClass: 'CT',
      instanceUids: Array.from({ length: this.plan.grids.ct.dimensions[2] }, (_, k) => this.uid(session, `ct ${k}`)),
    }
  }

  visit(cycle: PlannedCycle, session: PlannedSession): DicomVisit {
    const o = this.plan.options
    return {
      patient: {
        name: o.patientName,
        id: o.patientId,
        birthDate: '19600229',
        sex: o.patientSex,
        weightKg: o.weightKg,
        heightM: 1.72,
      },
      study: {
        uid: this.uid(session, 'study'),
        id: `C${cycle.number}T${session.index}`,
        accession: `TW${o.seed}C${cycle.number}T${session.index}`.slice(0, 16),
        description: `${o.nuclide} therapy cycle ${cycle.number} ${o.emission === 'pt' ? 'PET/CT' : 'SPECT/CT'} ${session.nominalH} h`,
        start: addSeconds(session.scanStart, -600),
      },
      frameOfReferenceUid: this.frameOfReference(session),
      timezoneOffset: o.timezoneOffset,
      patientPosition: o.orientation,
      bodyPart: 'ABDOMEN',
      equipment: {
        manufacturer: 'Theratwin',
        model: 'Simulated scanner',
        institution: 'Synthetic data, not a patient',
        station: 'SIMULATED',
        serialNumber: 'SIM-1',
        software: 'Theratwin demonstration 1',
      },
    }
  }

  radiopharmaceutical(cycle: PlannedCycle): RadiopharmaceuticalToWrite {
    const { options: o, nuclide } = this.plan
    const [symbol, mass] = nuclide.name.split('-') as [string, string]
    return {
      agent: `${ELEMENT_NAMES[symbol] ?? symbol}-${mass} ${o.agent}`,
      agentCode: AGENT_CODES[`${nuclide.name} ${o.agent}`] ?? null,
      nuclideCode: { value: nuclide.snomedCode, meaning: nuclide.snomedMeaning },
      halfLifeS: nuclide.halfLifeS,
      positronFraction: nuclide.positronFraction,
      administeredActivityBq: cycle.administeredMbq * 1e6,
      volumeMl: 25,
      start: cycle.injection,
      stop: addSeconds(cycle.injection, o.infusionMin * 60),
    }
  }
}
