export {
  type KeyFileOptions,
  readPublicKeyFile,
  readSecretKeyFile,
  writePublicKeyFile,
  writeSecretKeyFile,
} from './keyFile.js'
export { type Sodium, sodiumBackend } from './sodium.js'
