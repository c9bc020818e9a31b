/**
 * Workers under Trusted Types: a worker's address must come out of a policy. This one lets through scripts of our own
 * origin only; the content security policy has to name it (`trusted-types theratwin`).
 */
interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy
}

function ownScript(url: string): string {
  const address = new URL(url, document.baseURI)
  if (address.protocol !== location.protocol || address.host !== location.host) {
    throw new TypeError(`A worker may only be started from the application itself, not from ${address.origin}`)
  }
  return address.href
}

let policy: ScriptUrlPolicy | null = null

/** Starts a module worker from the address that the bundler gives for `import url from './x.ts?worker&url'`. */
export function trustedWorker(url: string, name: string): Worker {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
  policy ??= factory?.createPolicy('theratwin', { createScriptURL: ownScript }) ?? { createScriptURL: ownScript }
  return new Worker(policy.createScriptURL(url) as string, { type: 'module', name })
}
