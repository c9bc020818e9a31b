import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { LAYERS, layersRule, refusal } from './layers.mjs'

describe('what each layer may not import', () => {
  const refused: [file: string, specifier: string, why: RegExp][] = [
    ['electron/backend/index.ts', 'electron', /Only electron\/main/],
    ['electron/services/run.test.ts', 'electron', /Only electron\/main/],
    ['renderer/app/main.ts', 'electron', /Only electron\/main/],
    ['renderer/features/dose/index.ts', '@kitware/vtk.js/Rendering/Core/Volume', /Only renderer\/viewer/],
    ['renderer/app/main.ts', 'node:fs', /Node's own/],
    ['renderer/app/main.ts', 'fs', /Node's own/],
    ['renderer/app/main.ts', 'better-sqlite3', /package/],
    ['renderer/app/main.ts', '../../electron/services/index.ts', /renderer may not import from/],
    ['renderer/app/main.ts', '../../db/index.ts', /renderer may not import from/],
    ['renderer/app/main.ts', '../../native-core/kernels/index.ts', /pure native-core/],
    ['renderer/features/dose/store.ts', '../kinetics/store.ts', /entered only through its index/],
    ['renderer/app/main.ts', '../features/dose/components/Table.vue?raw', /entered only through its index/],
    ['native-core/dosimetry/local.ts', 'zod', /package/],
    ['native-core/dosimetry/local.ts', 'node:fs', /Node's own/],
    ['native-core/dosimetry/local.ts', '../../electron/contracts/domain.ts', /native-core may not import from/],
    ['native-core/kernels/index.ts', '../../electron/workers/index.ts', /kernels may not import from/],
    ['electron/contracts/domain.ts', 'node:crypto', /Node's own/],
    ['electron/contracts/domain.ts', 'pino', /package/],
    ['electron/contracts/domain.ts', '../services/ports/clock.ts', /contracts may not import from/],
    ['electron/services/import.ts', '../adapters/dicom/index.ts', /services may not import from/],
    ['electron/services/import.ts', '../backend/index.ts', /services may not import from/],
    ['electron/services/import.ts', '../../db/repositories/index.ts', /services may not import from/],
    ['electron/services/import.ts', 'better-sqlite3', /package/],
    ['electron/adapters/pdf/index.ts', '../../services/report/index.ts', /adapters may not import from/],
    ['electron/adapters/pdf/index.ts', '../../../db/index.ts', /adapters may not import from/],
    ['electron/workers/scan.ts', '../../db/index.ts', /workers may not import from/],
    ['electron/backend/compose.ts', '../../db/schema/patients.ts', /db is reached only/],
    ['electron/backend/compose.ts', '../main/index.ts', /backend may not import from/],
    ['electron/main/index.ts', '../services/index.ts', /main may not import from/],
    ['electron/main/index.ts', '../../db/index.ts', /main may not import from/],
    ['electron/preload/index.ts', 'node:fs', /Node's own/],
    ['db/repositories/index.ts', '../../electron/services/import.ts', /db may not import from/],
  ]
  it.each(refused)('%s may not import %s', (file, specifier, why) => {
    expect(refusal(file, specifier)).toMatch(why)
  })
})

describe('what each layer may import', () => {
  const allowed: [file: string, specifier: string][] = [
    ['electron/main/index.ts', 'electron'],
    ['electron/preload/index.ts', 'electron'],
    ['electron/main/supervisor.ts', 'node:child_process'],
    ['renderer/viewer/bridge.ts', '@kitware/vtk.js/Rendering/Core/Volume'],
    ['renderer/app/main.ts', 'vue'],
    ['renderer/app/main.ts', '../features/dose/index.ts'],
    ['renderer/features/dose/store.ts', './model/table.ts'],
    ['renderer/features/dose/store.ts', '../../../native-core/units/index.ts'],
    ['renderer/features/dose/store.ts', '../../../electron/contracts/analysis.ts'],
    ['native-core/kernels/index.ts', 'node:module'],
    ['native-core/imaging/resample.ts', '../kernels/index.ts'],
    ['native-core/imaging/resample.test.ts', 'node:fs'],
    ['electron/contracts/domain.ts', 'zod'],
    ['electron/services/import.ts', './ports/dicomSource.ts'],
    ['electron/adapters/dicom/index.ts', '../../services/ports/dicomSource.ts'],
    ['electron/backend/compose.ts', '../../db/repositories/index.ts'],
    ['electron/cli/main.ts', '../backend/index.ts'],
    ['db/repositories/patients.ts', 'better-sqlite3'],
    ['build/tables/nuclides.ts', '../../native-core/units/index.ts'],
    ['tests/integration/store.test.ts', '../../db/schema/patients.ts'],
  ]
  it.each(allowed)('%s may import %s', (file, specifier) => {
    expect(refusal(file, specifier)).toBeNull()
  })

  it('gives a layer to no folder twice', () => {
    const folders = LAYERS.map((layer) => layer.folder)
    expect(new Set(folders).size).toBe(folders.length)
  })
})

describe('as an ESLint rule', () => {
  const lint = (code: string, filename: string) =>
    new Linter({ cwd: '/project' }).verify(
      code,
      [
        {
          files: ['**/*.ts'],
          languageOptions: { parser: tseslint.parser },
          plugins: { theratwin: { rules: { layers: layersRule } } },
          rules: { 'theratwin/layers': ['error', { root: '/project' }] },
        },
      ],
      `/project/${filename}`,
    )

  it.each([
    ["import { app } from 'electron'"],
    ["import type { App } from 'electron'"],
    ["export { app } from 'electron'"],
    ["export * from 'electron'"],
    ["const e = await import('electron')"],
    ['const e = await import(`electron`)'],
    ["const e = require('electron')"],
    ["type App = import('electron').App"],
  ])('reports %s in a service', (code) => {
    const messages = lint(code, 'electron/services/run.ts')
    expect(messages.map((message) => message.ruleId)).toEqual(['theratwin/layers'])
  })

  it('says nothing about the same import in main', () => {
    expect(lint("import { app } from 'electron'", 'electron/main/index.ts')).toEqual([])
  })
})
