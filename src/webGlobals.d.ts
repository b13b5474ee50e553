/**
 * The web platform globals that the core may use, and nothing else: every runtime that runs JavaScript has them.
 * Ambient and never emitted; the core compiles without Node types and without the DOM library.
 */

declare class TextEncoder {
  encode(text: string): Uint8Array
}

declare class TextDecoder {
  constructor(label: 'utf-8', options: { readonly fatal: boolean; readonly ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}

declare class URL {
  constructor(text: string)
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly username: string
  readonly password: string
}

declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
