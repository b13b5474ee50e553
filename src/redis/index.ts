/** `warrant/redis`: warrants of sessions in Redis, for gateways on several machines. */

export { createSealKeyFile, readSealKeyFile, type SealKey } from './seal.js'
export { type RedisCommands, type RedisSessionStoreOptions, redisSessionStore } from './sessionStore.js'
