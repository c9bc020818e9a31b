/**
 * Physical constants, each with its source. Exact ones are exact by the definition of the SI (2019); measured ones are
 * CODATA 2022 (Mohr et al., NIST SP 961, 2024).
 */

/** Elementary charge in C, and so one electronvolt in J; exact (SI 2019). */
export const JOULE_PER_EV = 1.602176634e-19

/** One megaelectronvolt in J; exact (SI 2019). */
export const JOULE_PER_MEV = 1.602176634e-13

/** Avogadro constant in 1/mol; exact (SI 2019). */
export const AVOGADRO_PER_MOL = 6.02214076e23

/** Rest energy of the electron in MeV: 0.510 998 950 69(16), CODATA 2022. */
export const ELECTRON_REST_ENERGY_MEV = 0.51099895069

/** Atomic mass constant as energy in MeV: 931.494 103 72(29), CODATA 2022. */
export const ATOMIC_MASS_UNIT_MEV = 931.49410372

/** Rest energy of the alpha particle in MeV: 3727.379 4118(11), CODATA 2022. */
export const ALPHA_REST_ENERGY_MEV = 3727.3794118

/** ln 2. */
export const LN2 = Math.LN2
