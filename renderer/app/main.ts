import '../ui/styles.ts'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { useDisplayStore } from '../features/display/index.ts'
import { useFaultStore } from './faults.ts'

const app = createApp(App)
app.use(createPinia())
useDisplayStore().apply()

const faults = useFaultStore()
app.config.errorHandler = (error) => faults.report(error)
window.addEventListener('unhandledrejection', (event) => faults.report(event.reason))
window.addEventListener('error', (event) => faults.report(event.error ?? event.message))

app.mount('#app')
