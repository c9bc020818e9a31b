/**
 * Stands in for the default application of an official Electron: opens the application whose folder is the first
 * argument. Copied into the pinned runtime; never part of what is packaged.
 */
import { app as electronApp } from 'electron'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/** What Electron's own default application calls, and its types leave out. */
const app =
  /** @type {import('electron').App & { setAppPath(folder: string): void, setVersion(version: string): void }} */ (
    electronApp
  )
/** As there, `-r FILE` before the folder loads a script first: Playwright holds back 'ready' with one until it listens. */
const { scripts, given } = readArguments(process.argv.slice(1))
const require = createRequire(import.meta.url)
for (const script of scripts) require(path.resolve(script))

if (given === undefined) {
  process.stderr.write('Usage: electron FOLDER [options]\n')
  app.exit(1)
} else {
  const folder = path.resolve(given)
  const { name, productName, version, main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  app.setAppPath(folder)
  app.setName(productName ?? name)
  app.setVersion(version)
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', path.join(app.getPath('appData'), productName ?? name))
  }
  // Awaited at the top level, so that the application's code comes before 'ready'.
  await import(pathToFileURL(path.join(folder, main)).href)
}

/** @param {readonly string[]} words @returns {{ scripts: string[], given: string | undefined }} */
function readArguments(words) {
  /** @type {string[]} */
  const scripts = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '-r' || word === '--require') scripts.push(words[++index] ?? '')
    else if (!word.startsWith('-')) return { scripts, given: word }
  }
  return { scripts, given: undefined }
}
