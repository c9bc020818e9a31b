/** Writes the DICOM objects of one visit of a simulated case, and what is true about them. */
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { InputError } from '../../../native-core/errors/index.ts'
import type { DicomVisit } from '../ports/dicomWriter.ts'
import { storeAs } from './grids.ts'
import type { CaseIdentity } from './identity.ts'
import { voxelMl } from './imaging.ts'
import type { MakeCaseDependencies } from './patientCase.ts'
import type { PlannedCycle, PlannedSession } from './plan.ts'
import { segmentCodes } from './segmentCodes.ts'
import { labelStructure, outlineStepMm, outlineStructure, simulateCt, simulateEmission } from './session.ts'
import type { Box, SimulatedSession } from './session.ts'
import type { TruthSession } from './truth.ts'
import { truthOfSession } from './truthOf.ts'

export class VisitWriter {
  /** Paths written so far. */
  readonly files: string[] = []
  readonly #identity: CaseIdentity
  readonly #cycle: PlannedCycle
  readonly #session: PlannedSession
  readonly #to: MakeCaseDependencies
  readonly #folder: string
  readonly #visit: DicomVisit

  constructor(identity: CaseIdentity, cycle: PlannedCycle, session: PlannedSession, to: MakeCaseDependencies) {
    this.#identity = identity
    this.#cycle = cycle
    this.#session = session
    this.#to = to
    this.#folder = path.join(to.outDir, session.dir)
    this.#visit = identity.visit(cycle, session)
  }

  /** Simulates the visit and writes its objects; `boxes` hold the structures (see structureBoxes). */
  async write(boxes: ReadonlyMap<string, Box>): Promise<TruthSession> {
    const o = this.#identity.plan.options
    const session = this.#session
    await this.#writeCt(simulateCt(this.#identity.plan, this.#cycle, session))
    await this.#pause()
    const simulated = simulateEmission(this.#identity.plan, this.#cycle, session)
    await this.#pause()
    // The truth is measured in what the files hold. With both forms it is the NM image; they differ by rounding only.
    const pt = o.emission === 'nm' ? null : await this.#writePt(simulated)
    const nm = o.emission === 'pt' ? null : await this.#writeNm(simulated)
    const reference = this.#identity.referenceSession
    const isReference = reference.dir === session.dir
    if (o.structuresAt === 'each' || isReference) await this.#writeStructures(boxes)
    if (o.reg && !isReference) {
      this.files.push(
        ...(await this.#to.writer.writeReg(
          this.#visit,
          {
            series: this.#identity.series(this.#session, 'reg', 12, 'True rigid registration', 3600),
            instanceUid: this.#identity.uid(session, 'reg 1'),
            label: 'TRUTH',
            fixed: this.#identity.ctReference(reference),
            moving: this.#identity.ctReference(session),
            movingToFixed: session.scannerToBody,
          },
          this.#folder,
        )),
      )
    }
    return truthOfSession(this.#identity.plan, this.#cycle, session, simulated, nm?.stored ?? pt!.stored, {
      study_uid: this.#visit.study.uid,
      frame_of_reference_uid: this.#visit.frameOfReferenceUid,
      nm: nm?.truth ?? null,
      pt: pt?.truth ?? null,
    })
  }

  /** Lets the process answer others between two long computations, and stops here if the work was cancelled. */
  async #pause(): Promise<void> {
    await setImmediate()
    this.#to.signal?.throwIfAborted()
  }

  async #writeCt(hounsfield: Int16Array): Promise<void> {
    const { volume, grid } = storeAs(hounsfield, this.#identity.plan.grids.ct, this.#identity.plan.options.orientation)
    const files = await this.#to.writer.writeCt(
      this.#visit,
      {
        series: this.#identity.series(this.#session, 'ct', 2, 'CT low dose', -360),
        grid,
        hounsfield: volume,
        instanceUids: this.#identity.ctReference(this.#session).instanceUids,
        kvp: 130,
      },
      path.join(this.#folder, 'CT'),
    )
    this.files.push(...files)
  }

  async #writeNm({ emission }: SimulatedSession) {
    const { options: o, grids, nuclide } = this.#identity.plan
    const countsPerBqMl = (voxelMl(grids.emission) / 1e6) * o.calibrationCpsPerMbq * o.acquisitionS
    const largest = emission.image.reduce((a, b) => Math.max(a, b), 0)
    // Nine digits, so that the slope is the same number as a decimal string and as a double. Counts are stored as they are.
    const slope =
      o.quantification === 'counts' ? 1 / countsPerBqMl : Number(((largest > 0 ? largest : 1) / 60000).toPrecision(9))
    if (largest / slope > 65535) {
      throw new InputError(
        'phantom.options',
        `A voxel of ${this.#session.dir} has ${Math.round(largest / slope)} counts; an image holds up to 65535.`,
        'Ask for a shorter acquisition, a lower calibration factor or smaller voxels.',
      )
    }
    const counts = Uint16Array.from(emission.image, (v) => Math.round(v / slope))
    const lps = Float32Array.from(counts, (v) => v * slope)
    // Feet first along the patient, whatever way the patient lies: against the normal of the images or with it.
    const normalIsUp = o.orientation === 'HFS' || o.orientation === 'HFP'
    const { volume, grid } = storeAs(
      Float32Array.from(counts),
      grids.emission,
      o.orientation,
      (o.nmOrder === 'feet-first') !== normalIsUp,
    )
    const countsTotal = emission.image.reduce((a, b) => a + b, 0) * countsPerBqMl
    const series = this.#identity.series(
      this.#session,
      'nm',
      3,
      o.quantification === 'counts' ? 'SPECT AC SC counts' : 'SPECT AC SC quantitative',
      0,
    )
    const instanceUid = this.#identity.uid(this.#session, 'nm 1')
    const files = await this.#to.writer.writeNm(
      this.#visit,
      {
        series,
        instanceUid,
        grid,
        stored: Uint16Array.from(volume),
        scale:
          o.quantification === 'counts'
            ? null
            : {
                bqPerMlPerUnit: slope,
                byMapping: o.quantification !== 'rescale',
                byRescale: o.quantification !== 'rwvm',
              },
        radiopharmaceutical: this.#identity.radiopharmaceutical(this.#cycle),
        acquisitionS: o.acquisitionS,
        countsTotal,
        energyWindow: { keV: nuclide.windowKeV!, width: 0.2, name: `${nuclide.windowKeV} keV peak` },
      },
      path.join(this.#folder, 'NM'),
    )
    this.files.push(...files)
    const truth: TruthSession['nm'] = {
      series: series.uid,
      sop: instanceUid,
      order: o.nmOrder,
      quant: o.quantification,
      stored_to_bqml: slope,
      calibration_cps_per_mbq: o.calibrationCpsPerMbq,
      acq_s: o.acquisitionS,
    }
    return { stored: lps, truth }
  }

  async #writePt({ emission }: SimulatedSession) {
    const { options: o, grids, nuclide } = this.#identity.plan
    const perSecond = Math.LN2 / nuclide.halfLifeS
    const scanDecay = perSecond * o.acquisitionS
    // Measured: the mean over the scan. START undoes the decay within the scan, ADMIN also that since administration.
    const measured = -Math.expm1(-scanDecay) / scanDecay
    const sinceAdministration = Math.exp(perSecond * this.#session.hoursAfterInjection * 3600)
    const factor = { NONE: measured, START: 1, ADMIN: sinceAdministration }[o.decayCorrection]
    const decayFactor = factor / measured
    const { volume, grid } = storeAs(
      Float32Array.from(emission.image, (v) => v * factor),
      grids.emission,
      o.orientation,
    )
    const series = this.#identity.series(this.#session, 'pt', 4, 'PET AC', 0)
    const files = await this.#to.writer.writePt(
      this.#visit,
      {
        series,
        instanceUids: Array.from({ length: grid.dimensions[2] }, (_, k) =>
          this.#identity.uid(this.#session, `pt ${k}`),
        ),
        grid,
        concentrationBqPerMl: volume,
        decayCorrection: o.decayCorrection,
        decayFactor,
        radiopharmaceutical: this.#identity.radiopharmaceutical(this.#cycle),
        acquisitionS: o.acquisitionS,
      },
      path.join(this.#folder, 'PT'),
    )
    this.files.push(...files)
    const truth: TruthSession['pt'] = {
      series: series.uid,
      decay: o.decayCorrection,
      slope: 'slice',
      decay_factor: decayFactor,
    }
    return { stored: emission.image, truth }
  }

  async #writeStructures(boxes: ReadonlyMap<string, Box>): Promise<void> {
    const { options: o, grids } = this.#identity.plan
    const { writer } = this.#to
    const session = this.#session
    const { structures } = this.#cycle.anatomy
    const reference = this.#identity.ctReference(session)
    // Instance k of the CT is slice k along the normal, which points to the feet for feet-first patients.
    const slices = grids.ct.dimensions[2]
    const instance = (slice: number): number =>
      o.orientation === 'HFS' || o.orientation === 'HFP' ? slice : slices - 1 - slice
    if (o.structures !== 'seg') {
      const drawn = structures.map((s, i) => {
        const box = boxes.get(s.name)!
        const contours = outlineStructure(s, grids.ct, session.scannerToBody, box, outlineStepMm(s, box))
        return {
          number: i + 1,
          name: s.name,
          type: s.type,
          colourRgb: s.colourRgb,
          contours: contours.map((c) => ({ contour: c.contour, slice: instance(c.slice) })),
        }
      })
      this.files.push(
        ...(await writer.writeRtStruct(
          this.#visit,
          {
            series: this.#identity.series(this.#session, 'rtstruct', 10, 'True contours', 3600),
            instanceUid: this.#identity.uid(session, 'rtstruct 1'),
            label: 'TRUTH',
            reference,
            structures: drawn,
          },
          this.#folder,
        )),
      )
    }
    if (o.structures !== 'rtstruct') {
      const organs = structures.filter((s) => s.type !== 'EXTERNAL')
      let grid = grids.ct
      const segments = organs.map((s, i) => {
        const stored = storeAs(labelStructure(s, grids.ct, session.scannerToBody), grids.ct, o.orientation)
        grid = stored.grid
        return { number: i + 1, name: s.name, colourRgb: s.colourRgb, ...segmentCodes(s.name), voxels: stored.volume }
      })
      this.files.push(
        ...(await writer.writeSeg(
          this.#visit,
          {
            series: this.#identity.series(this.#session, 'seg', 11, 'True labels', 3600),
            instanceUid: this.#identity.uid(session, 'seg 1'),
            label: 'TRUTH',
            reference,
            grid,
            segments,
          },
          this.#folder,
        )),
      )
    }
  }
}
