/** Option objects as they are read here, as in every layer. */

export { ownOptions } from '../encoding/options.js'
