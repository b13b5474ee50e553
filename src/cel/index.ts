export { celEngine } from './engine.js'
