/** For the plain TypeScript compiler only; vue-tsc reads the components themselves. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<Record<string, unknown>, Record<string, unknown>, unknown>
  export default component
}

interface ImportMetaEnv {
  /** Where volumes, masks and reports are fetched from. Unset in the application (`app://`); set by the development server. */
  readonly VITE_RESOURCE_ORIGIN?: string
}
