/** pdf.js parses in this worker; it is bundled with the application and fetches nothing. */
import 'pdfjs-dist/legacy/build/pdf.worker.mjs'
