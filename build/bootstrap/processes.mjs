/** Running other programs. */
import { spawn } from 'node:child_process'
import { accessSync, constants, writeFileSync } from 'node:fs'
import path from 'node:path'
import { folder, inProject, localCache, root } from './project.mjs'
import { SetupError } from './report.mjs'

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] The whole environment of the child
 * @property {number} [timeoutMs] The child and its children are ended after this time
 * @property {boolean} [tee] Show the output while it comes
 */

/** @typedef {{ code: number, stdout: string, output: string, timedOut: boolean }} RunResult */

/**
 * Runs a program to its end and gives its exit code and output; a program that cannot be started has code 127.
 * @param {string} command @param {readonly string[]} args @param {RunOptions} [options] @returns {Promise<RunResult>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let stdout = ''
    let output = ''
    let timedOut = false
    const stop = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself in the meantime.
      }
    }
    const timer = options.timeoutMs
      ? setTimeout(() => {
          timedOut = true
          stop()
        }, options.timeoutMs)
      : undefined
    process.once('exit', stop)
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
      if (options.tee) process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text
      if (options.tee) process.stderr.write(text)
    })
    /** @param {number} code */
    const end = (code) => {
      clearTimeout(timer)
      process.off('exit', stop)
      resolve({ code, stdout, output, timedOut })
    }
    child.once('error', (error) => {
      output += `${error.message}\n`
      end(127)
    })
    child.once('close', (code, signal) => end(code ?? (signal ? 128 : 1)))
  })
}

/**
 * Runs a program whose output nobody needs while all is well: it goes to a log, whose end is shown in the error.
 * @param {string} what What it does, for the error @param {string} command @param {readonly string[]} args
 * @param {RunOptions & { hint?: string }} [options]
 */
export async function mustRun(what, command, args, options = {}) {
  const result = await run(command, args, options)
  if (result.code === 0) return result
  const log = path.join(folder(path.join(localCache, 'logs')), `${what.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.log`)
  writeFileSync(log, `${command} ${args.join(' ')}\n${result.output}`)
  const tail = result.output.trimEnd().split('\n').slice(-25).join('\n')
  const how = result.timedOut ? 'took too long and was ended' : `ended with code ${result.code}`
  throw new SetupError(
    `${what}: ${path.basename(command)} ${how}.\n${tail}`,
    options.hint ?? `The whole output is in ${path.relative(root, log)}`,
  )
}

/**
 * Runs a program in the foreground, with this process's input and output, and gives its exit code.
 * @param {string} command @param {readonly string[]} args @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: 'inherit',
    })
    // Ctrl+C reaches the whole foreground group: the child decides how to end, and this process waits for it.
    const ignore = () => {}
    /** @type {readonly NodeJS.Signals[]} */
    const forwarded = ['SIGTERM', 'SIGHUP']
    const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal)
    process.on('SIGINT', ignore)
    for (const signal of forwarded) process.on(signal, forward)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore)
      for (const name of forwarded) process.off(name, forward)
      resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1))
    })
  })
}

/** Whether a command is on the PATH. @param {string} name */
export function hasCommand(name) {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, name), constants.X_OK)
      return directory !== ''
    } catch {
      return false
    }
  })
}

/** How to call npm: by the Node that runs it now, else by its name. @returns {[command: string, ...args: string[]]} */
export function npmCommand() {
  const script = process.env['npm_execpath']
  if (!script?.endsWith('.js')) return ['npm']
  const node = process.env['npm_node_execpath']
  // The Node of node_modules may be about to be replaced: npm must not stand on it.
  return node && !node.startsWith(inProject('node_modules')) ? [node, script] : ['npm']
}
