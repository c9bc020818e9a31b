import { InputError } from '../../../errors/index.ts'

/** Distribution of the specific energy of single hits on the lattice z_k = k·`stepGy`. */
export interface SingleHitSpectrum {
  readonly stepGy: number
  /** Probability of each z_k given a hit; adds up to 1. Divide by `stepGy` for f1(z) in 1/Gy. */
  readonly probability: Float64Array
  /** Mean number of hits of the nucleus. */
  readonly meanHits: number
  /** Frequency mean z̄1F and dose mean z̄1D of single hits, Gy; exact, not of the lattice. */
  readonly frequencyMeanGy: number
  readonly doseMeanGy: number
  /** Mean dose of the nucleus from alphas, Gy: meanHits·z̄1F. */
  readonly doseGy: number
}

/** Collects deposits: each is a number of particles whose deposits lie evenly between two energies. */
export class Deposits {
  hits = 0
  #sum = 0
  #square = 0
  readonly #lattice: Float64Array
  readonly #stepGy: number
  readonly #grayPerMev: number

  constructor(topGy: number, bins: number, grayPerMev: number) {
    if (!Number.isInteger(bins) || bins < 16 || bins > 65536)
      throw new InputError('dose.cell-hits', `${bins} steps of specific energy are asked for.`, 'Give 16 to 65536.')
    this.#stepGy = topGy / bins
    this.#lattice = new Float64Array(bins + 2)
    this.#grayPerMev = grayPerMev
  }

  add(fromMev: number, toMev: number, hits: number): void {
    if (!(hits > 0)) return
    const a = Math.max(0, Math.min(fromMev, toMev)) * this.#grayPerMev
    const b = Math.max(0, Math.max(fromMev, toMev)) * this.#grayPerMev
    this.hits += hits
    this.#sum += (hits * (a + b)) / 2
    this.#square += (hits * (a * a + a * b + b * b)) / 3
    // In pieces of half a step or less, each split over two lattice points so that its mean is kept.
    const pieces = Math.max(1, Math.min(64, Math.ceil((2 * (b - a)) / this.#stepGy)))
    for (let k = 0; k < pieces; k++) {
      const at = (a + ((b - a) * (k + 0.5)) / pieces) / this.#stepGy
      const low = Math.min(this.#lattice.length - 2, Math.floor(at))
      const share = Math.min(1, at - low)
      this.#lattice[low] = this.#lattice[low]! + (hits / pieces) * (1 - share)
      this.#lattice[low + 1] = this.#lattice[low + 1]! + (hits / pieces) * share
    }
  }

  spectrum(): SingleHitSpectrum {
    return {
      stepGy: this.#stepGy,
      probability: this.#lattice.map((v) => v / this.hits),
      meanHits: this.hits,
      frequencyMeanGy: this.#sum / this.hits,
      doseMeanGy: this.#sum > 0 ? this.#square / this.#sum : 0,
      doseGy: this.#sum,
    }
  }
}
