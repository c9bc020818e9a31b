import manifest from '../../package.json' with { type: 'json' }

/** The program's version, as printed in every report. */
export const PROGRAM_VERSION: string = manifest.version
