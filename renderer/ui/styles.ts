/** The style sheets of the whole window, in order. Fonts are bundled: there is no network. */
import '@fontsource/inter/400.css'
import '@fontsource/inter/500.css'
import '@fontsource/inter/600.css'
import './tokens.css'
import './base.css'
