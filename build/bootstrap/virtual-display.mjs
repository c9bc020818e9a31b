/** A display that nobody sees: Xvfb, on a number that is free. */
import { spawn } from 'node:child_process'
import { hasCommand } from './processes.mjs'
import { SetupError } from './report.mjs'

/** @returns {Promise<{ name: string, stop(): void }>} Its name for DISPLAY */
export function startDisplay() {
  if (!hasCommand('Xvfb'))
    throw new SetupError('Xvfb is missing: windows cannot be tested.', 'Run: sudo apt-get install xvfb')
  return new Promise((resolve, reject) => {
    // It writes the number that it took to the descriptor that it is given.
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    let complaint = ''
    server.stderr?.setEncoding('utf8').on('data', (text) => (complaint += text))
    const stop = () => void server.kill()
    process.once('exit', stop)
    server.once('error', reject)
    server.once('exit', (code) => reject(new SetupError(`Xvfb ended with code ${code}: ${complaint}`)))
    server.stdio[3]?.once('data', (number) => {
      resolve({
        name: `:${String(number).trim()}`,
        stop: () => {
          process.off('exit', stop)
          stop()
        },
      })
    })
  })
}
