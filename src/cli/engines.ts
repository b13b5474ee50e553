/** The heavy engines, loaded as the hook loads them: when a warrant needs them and not before. */

export { enginesByName, enginesFor } from '../hook/engines.js'
