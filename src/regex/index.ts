export { regexEngine } from './engine.js'
